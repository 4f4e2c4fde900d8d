"""`oncokg fmt`: canonical order for every record, and the spans of every fragment whose text is at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from kg.errors import RecordError
from kg.ids import facet_key
from kg.model import Review, Study, Vocabulary
from kg.model.study import Facet
from kg.paths import display
from kg.records import Curation, load_curation
from kg.records.format import format_record
from kg.sources.spans import find_spans, spans_document, texts_of
from kg.terms import FACET_CLASSES

__all__ = ["format_curation"]

_MODELS: dict[str, type[BaseModel]] = {
    "vocabulary/*.yaml": Vocabulary,
    "reviews/*/review.yaml": Review,
    "studies/*.yaml": Study,
}


def format_curation(folder: Path, texts: Path | None, *, check: bool, tell: Callable[[str], None]) -> list[Path]:
    """Format the records in `folder` and write their spans; return the files that changed (with `check`: would change).

    Raises RecordError where a record is wrong, or where a fragment does not stand where its place says.
    """
    curation = load_curation(folder)
    changed = []
    wanted = list(_wanted(folder, curation, texts, tell))  # all of it before the first file is written
    for path, text in wanted:
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            changed.append(path)
            if not check:
                path.write_text(text, encoding="utf-8")
    return changed


def _wanted(
    folder: Path, curation: Curation, texts: Path | None, tell: Callable[[str], None]
) -> Iterator[tuple[Path, str]]:
    order = _facet_order(curation)
    for pattern, model in _MODELS.items():
        for path in sorted(folder.glob(pattern)):
            yield path, format_record(path.read_text(encoding="utf-8"), model, order)
    found = texts_of(curation, texts) if texts is not None and texts.is_dir() else {}
    for review in sorted(set(curation.reviews) - set(found)):
        where = f" in {display(texts)}" if texts else ""
        tell(f"skipped: the spans of {review}: its text is not at hand{where}")
    spans, problems = find_spans(curation, found)
    if problems:
        raise RecordError(problems)
    for review, known in sorted(spans.items()):
        yield folder / "reviews" / review / "spans.json", spans_document(known)


def _facet_order(curation: Curation) -> Callable[[Any], tuple[int, str]]:
    kinds = list(FACET_CLASSES)

    def order(written: Any) -> tuple[int, str]:
        facet = Facet.model_validate(written if isinstance(written, str) else _plain(written), context=curation.known)
        kind = curation.vocabulary["facets", facet.facet].record.kind if facet.facet else "prior-therapy"
        return kinds.index(kind), facet_key(facet)

    return order


def _plain(node: Any) -> Any:
    """A round-trip node as plain dicts, lists and strings."""
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    return [_plain(item) for item in node] if isinstance(node, list) else str(node)

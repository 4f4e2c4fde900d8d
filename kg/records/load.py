"""Read all curated records: vocabulary first, then reviews, then studies, each checked against the keys before it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from kg.errors import Problem, RecordError
from kg.model import SECTIONS, KnownKeys, Review, Study, Vocabulary
from kg.model.keys import near
from kg.paths import CURATION, display
from kg.records.rules import review_problems, study_problems
from kg.records.yaml_source import Location, Source, read_yaml
from kg.terms import (
    DRUG_FORMATS,
    EXCLUSION_REASONS,
    FACET_CLASSES,
    PROCEDURE_CLASSES,
    STRATEGY_CLASSES,
    TARGET_CLASSES,
    closed_lists,
)

__all__ = ["Curation", "Loaded", "load_curation"]

T = TypeVar("T", bound=BaseModel)

# Where `about` and `term` may point: anything of these kinds, written kind/key.
_THINGS = (
    "disease",
    "facet",
    "target",
    "drug-class",
    "drug",
    "procedure",
    "comparator",
    "strategy",
    "study",
    "event-term",
    "endpoint",
    "factor",
    "characteristic",
)


@dataclass(frozen=True)
class Loaded:
    """One record and where it came from."""

    record: Any
    source: Source


@dataclass(frozen=True)
class Curation:
    """Everything that was curated.

    `vocabulary` holds (section, key) → entry; `references` CSL-JSON items by key; `spans` where each fragment stands in
    the text of each review.
    """

    vocabulary: Mapping[tuple[str, str], Loaded] = field(default_factory=dict)
    reviews: Mapping[str, Loaded] = field(default_factory=dict)
    studies: Mapping[str, Loaded] = field(default_factory=dict)
    references: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    known: KnownKeys = field(default_factory=KnownKeys)
    spans: Mapping[str, Mapping[str, tuple[int, int]]] = field(default_factory=dict)

    @staticmethod
    def span_key(owner: str, place: str, column: int | None, printed: str) -> str:
        """The key of a fragment in spans.json: owner, place, column and the fragment itself."""
        return " ".join([owner, place + (f" col {column}" if column else ""), printed])


def load_curation(folder: Path = CURATION) -> Curation:
    """Read the records under `folder` (vocabulary/, reviews/<review>/, studies/).

    Raises RecordError with every problem found, each with file, line, key and what is allowed.
    """
    if not folder.is_dir():
        raise RecordError(
            [
                Problem(
                    display(folder),
                    0,
                    "",
                    "no such folder: give the folder that holds vocabulary/, reviews/ and studies/",
                )
            ]
        )
    problems: list[Problem] = []
    sources = {name: _read_all(sorted(folder.glob(pattern)), problems) for name, pattern in _PATTERNS.items()}
    references = _references(sorted(folder.glob("reviews/*/references.json")), problems)
    spans = {path.parent.name: _spans(path, problems) for path in sorted(folder.glob("reviews/*/spans.json"))}
    known = _known_keys(sources, references)
    vocabulary = _vocabulary(sources["vocabulary"], known, problems)
    reviews = _records(sources["reviews"], Review, "review", known, problems)
    studies = _records(sources["studies"], Study, "study", known, problems)
    for loaded in reviews.values():
        problems += [loaded.source.problem(at, text) for at, text in review_problems(loaded.record)]
    for loaded in studies.values():
        problems += [loaded.source.problem(at, text) for at, text in study_problems(loaded.record)]
    if problems:
        raise RecordError(problems)
    return Curation(vocabulary, reviews, studies, references, known, spans)


_PATTERNS = {"vocabulary": "vocabulary/*.yaml", "reviews": "reviews/*/review.yaml", "studies": "studies/*.yaml"}


def _read_all(paths: Iterable[Path], problems: list[Problem]) -> list[Source]:
    sources = []
    for path in paths:
        try:
            source = read_yaml(path)
        except RecordError as error:
            problems += error.problems
            continue
        if isinstance(source.data, dict):
            sources.append(source)
        else:
            problems.append(Problem(source.file, 1, "", "a record is a mapping of keys to values"))
    return sources


def _references(paths: Iterable[Path], problems: list[Problem]) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for path in paths:
        file = display(path)
        try:
            items = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
            line = getattr(error, "lineno", 0)
            problems.append(Problem(file, line, "", f"is not CSL-JSON: {error}"))
            continue
        for index, item in enumerate(items if isinstance(items, list) else [None]):
            if not isinstance(item, dict) or not str(item.get("id", "")).startswith(f"{path.parent.name}/"):
                problems.append(Problem(file, 0, f"[{index}]", f'an item needs an id such as "{path.parent.name}/1"'))
            elif item["id"] in found:
                problems.append(Problem(file, 0, item["id"], "the id stands twice"))
            else:
                found[item["id"]] = item
    return found


def _spans(path: Path, problems: list[Problem]) -> dict[str, tuple[int, int]]:
    try:
        return {
            key: (int(start), int(end)) for key, (start, end) in json.loads(path.read_text(encoding="utf-8")).items()
        }
    except (OSError, ValueError, TypeError, AttributeError) as error:
        problems.append(Problem(display(path), 0, "", f"is not as `oncokg fmt` writes it: {error}; write it anew"))
        return {}


def _known_keys(sources: Mapping[str, list[Source]], references: Mapping[str, Any]) -> KnownKeys:
    """Collect the keys before anything is checked, so that order of files never matters."""
    keys: dict[str, set[str]] = {kind: set(values) for kind, values in closed_lists().items()}
    for source in sources["vocabulary"]:
        for section, entries in source.data.items():
            if section in SECTIONS and isinstance(entries, dict):
                keys.setdefault(SECTIONS[section], set()).update(entries)
    keys["study"] = {str(source.data.get("study")) for source in sources["studies"]}
    keys["review"] = {str(source.data.get("review")) for source in sources["reviews"]}
    keys["reference"] = set(references)
    keys["review-discrepancy"] = {
        f"{source.data.get('review')}/{name}"
        for source in sources["reviews"]
        for name in (source.data.get("discrepancies") or {})
    }
    keys["format"], keys["facet-kind"], keys["target-kind"] = set(DRUG_FORMATS), set(FACET_CLASSES), set(TARGET_CLASSES)
    keys["procedure-kind"], keys["strategy-kind"] = set(PROCEDURE_CLASSES), set(STRATEGY_CLASSES)
    keys["exclusion-reason"] = set(EXCLUSION_REASONS)
    keys["thing"] = {f"{kind}/{key}" for kind in _THINGS for key in keys.get(kind, ())}
    return KnownKeys({kind: frozenset(values) for kind, values in keys.items()})


def _vocabulary(sources: list[Source], known: KnownKeys, problems: list[Problem]) -> dict[tuple[str, str], Loaded]:
    found: dict[tuple[str, str], Loaded] = {}
    for source in sources:
        record = _validate(source, Vocabulary, known, problems)
        if record is None:
            continue
        for section in SECTIONS:
            for key, entry in getattr(record, section).items():
                if (section, key) in found:
                    first = found[section, key].source.file
                    problems.append(source.problem((section, key), f"the key is on record already, in {first}"))
                found[section, key] = Loaded(entry, source)
    return found


def _records(
    sources: list[Source], model: type[T], name: str, known: KnownKeys, problems: list[Problem]
) -> dict[str, Loaded]:
    found: dict[str, Loaded] = {}
    for source in sources:
        record = _validate(source, model, known, problems)
        if record is None:
            continue
        key = getattr(record, name)
        stem = Path(source.file).parent.name if name == "review" else Path(source.file).stem
        if key in found:
            problems.append(
                source.problem((name,), f"the {name} {key} is on record already, in {found[key].source.file}")
            )
        elif key != stem:
            problems.append(
                source.problem((name,), f'the {name} is "{key}" but its file is named "{stem}": make them the same')
            )
        else:
            found[key] = Loaded(record, source)
    return found


def _validate(source: Source, model: type[T], known: KnownKeys, problems: list[Problem]) -> T | None:
    try:
        return model.model_validate(source.data, context=known)
    except ValidationError as error:
        problems += [source.problem(item["loc"], _message(item, model)) for item in error.errors(include_url=False)]
        return None


def _message(item: Any, model: type[BaseModel]) -> str:
    location: Location = item["loc"]
    if item["type"] == "extra_forbidden":
        allowed = _fields_at(model, location[:-1])
        return f'unknown key "{location[-1]}"{near(str(location[-1]), allowed)}'
    if item["type"] == "missing":
        return f'the key "{location[-1]}" is missing'
    if item["type"] == "string_pattern_mismatch":
        return f'"{item["input"]}" has the wrong form: it must match {item["ctx"]["pattern"]}'
    if item["type"] == "literal_error":
        return f'"{item["input"]}" is not allowed here: write {item["ctx"]["expected"]}'
    message = str(item["msg"]).removeprefix("Value error, ")
    return message[0].lower() + message[1:]


def _fields_at(model: type[BaseModel], location: Location) -> list[str]:
    """The keys that the model at this location knows, as they are written in a record."""
    current: Any = model
    for part in location:
        for candidate in _models_in(current):
            field_info = next(
                (f for n, f in candidate.model_fields.items() if part in (n, f.serialization_alias, f.alias)), None
            )
            if field_info is not None:
                current = field_info.annotation
                break
    names = [f.serialization_alias or f.alias or n for m in _models_in(current) for n, f in m.model_fields.items()]
    return sorted(set(names))


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in getattr(annotation, "__args__", ()) for model in _models_in(argument)]

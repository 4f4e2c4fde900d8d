"""All saved queries by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

import yaml
from pydantic import TypeAdapter, ValidationError

from kg.catalog.parameters import Bilingual
from kg.catalog.saved import SavedQuery
from kg.errors import Problem, RecordError, UnknownQueryError
from kg.paths import QUERIES, display

__all__ = ["CHECKS", "COLUMNS", "Catalog"]

COLUMNS = "columns.yaml"
"""The file of column headings beside the folders of queries."""

CHECKS = "checks"
"""The folder of rules that must return no row; they are not offered as saved queries."""


class Catalog:
    """The saved queries, in the order of subject and name."""

    def __init__(self, queries: Mapping[str, SavedQuery], columns: Mapping[str, Bilingual] | None = None) -> None:
        self.queries = MappingProxyType(dict(queries))
        self.columns = MappingProxyType(dict(columns or {}))
        """The heading of each column in both languages, for pages."""

    @classmethod
    def load(cls, folder: Path = QUERIES) -> Catalog:
        """Read every `<subject>/<name>.rq` of a folder. Raises RecordError with the problems of all files."""
        found: dict[str, SavedQuery] = {}
        problems: list[Problem] = []
        for path in sorted(folder.glob("*/*.rq")):
            if path.parent.name == CHECKS:
                continue
            try:
                query = SavedQuery.read(path)
            except RecordError as error:
                problems += error.problems
                continue
            if query.name in found:
                problems.append(
                    Problem(display(path), 1, "name", f"is also a query of the subject {found[query.name].subject}")
                )
            found[query.name] = query
        columns = _columns(folder / COLUMNS, problems)
        if problems:
            raise RecordError(problems)
        return cls(found, columns)

    @classmethod
    def empty(cls) -> Catalog:
        """A catalog without queries, for data that the saved queries were not written for."""
        return cls({})

    def get(self, name: str) -> SavedQuery:
        """The query of this name. Raises UnknownQueryError that names the nearest."""
        if name in self.queries:
            return self.queries[name]
        if not self.queries:
            raise UnknownQueryError("No saved queries are offered here: plain data files are being served.")
        near = get_close_matches(name[:100], self.queries, n=3, cutoff=0.4)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(self.queries)}."
        raise UnknownQueryError(f"No saved query is called {name[:100]!r}. {hint}")

    def __iter__(self) -> Iterator[SavedQuery]:
        return iter(self.queries.values())

    def __len__(self) -> int:
        return len(self.queries)


def _columns(path: Path, problems: list[Problem]) -> dict[str, Bilingual]:
    if not path.is_file():
        return {}
    try:
        return TypeAdapter(dict[str, Bilingual]).validate_python(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        problems.append(Problem(display(path), 0, "", f"each column needs a heading in en and zh: {error}"))
        return {}

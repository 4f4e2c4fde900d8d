"""What a query may be answered with, and the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["SOLUTION_TYPES", "TRIPLE_TYPES", "Answer", "Form", "Formats"]

Form = Literal["solutions", "boolean", "triples"]

SOLUTION_TYPES: dict[str, str] = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
"""Short name to media type, for the answers of SELECT and ASK."""

TRIPLE_TYPES: dict[str, str] = {
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdfxml": "application/rdf+xml",
    "trig": "application/trig",
    "nquads": "application/n-quads",
}
"""Short name to media type, for the answers of CONSTRUCT and DESCRIBE."""


# What ends a row, and how many such ends are none of a row. A line end in a value is escaped, or in CSV is no \r\n.
_ROW_ENDS: dict[tuple[str, str], tuple[bytes, int]] = {
    ("solutions", "csv"): (b"\r\n", 1),
    ("solutions", "tsv"): (b"\n", 1),
    ("solutions", "xml"): (b"<result>", 0),
    ("triples", "ntriples"): (b"\n", 0),
    ("triples", "nquads"): (b"\n", 0),
}


@dataclass(frozen=True)
class Formats:
    """The short names to serialise with, one for each family of queries; None: this family is not acceptable.

    Which family a text belongs to is known only once it is parsed, and only a worker parses.
    """

    solutions: str | None = "json"
    triples: str | None = "turtle"

    def __post_init__(self) -> None:
        if self.solutions is not None and self.solutions not in SOLUTION_TYPES:
            raise ValueError(f"no format {self.solutions!r} for SELECT and ASK; there are: {', '.join(SOLUTION_TYPES)}")
        if self.triples is not None and self.triples not in TRIPLE_TYPES:
            raise ValueError(f"no format {self.triples!r} for graphs; there are: {', '.join(TRIPLE_TYPES)}")


@dataclass(frozen=True)
class Answer:
    """A complete answer: its form, the short name of its format, its media type and its bytes (UTF-8)."""

    form: Form
    format: str
    media_type: str
    body: bytes

    @property
    def rows(self) -> int | None:
        """How many solutions, or in line formats triples, the body holds; None for a boolean and other graph formats.

        Counted by what stands between rows, not parsed: 32 MiB take milliseconds.
        """
        if self.form == "solutions" and self.format == "json":
            # An empty solution is {}; the last member of any other is an object that ends in a string.
            start = self.body.find(b'"bindings":[') + len(b'"bindings":[')
            return self.body.count(b'"}},{', start) + (self.body[start : start + 1] == b"{")
        lines = _ROW_ENDS.get((self.form, self.format))
        return None if lines is None else self.body.count(lines[0]) - lines[1]

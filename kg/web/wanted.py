"""In which format an answer is wanted, before it is known whether it will be a table or a graph."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from starlette.requests import Request

from kg.engine import Answer, Formats
from kg.web import negotiate
from kg.web.negotiate import PAGE, SOLUTIONS, TRIPLES, Offer
from kg.web.problems import HttpProblem
from kg.web.protocol import DIRECT

__all__ = ["TEXT", "Wanted", "wanted"]

TEXT = Offer("rq", DIRECT)
"""A saved query itself, with its values; by `format=` or ending only."""


@dataclass(frozen=True)
class Wanted:
    """One offer for each family of queries, at least one of them not None."""

    solutions: Offer | None
    triples: Offer | None

    @property
    def page(self) -> bool:
        """Is a table wanted as a page?"""
        return self.solutions is not None and self.solutions.name == PAGE.name

    @property
    def formats(self) -> Formats:
        """What the engine is to write; a page is made from the JSON."""
        table = None if self.solutions is None else "json" if self.page else self.solutions.name
        return Formats(table, None if self.triples is None else self.triples.name)

    @property
    def solution_type(self) -> str:
        """The media type of a table; empty where none is acceptable."""
        return self.solutions.media_type if self.solutions else ""

    @property
    def triple_type(self) -> str:
        """The media type of a graph; empty where none is acceptable."""
        return self.triples.media_type if self.triples else ""

    def offer(self, answer: Answer) -> Offer | None:
        """The offer that this answer is sent as."""
        return self.triples if answer.form == "triples" else self.solutions


def wanted(request: Request, override: str | None) -> Wanted:
    """What `format=` or an ending names, else the best for Accept. Raises HttpProblem 406 where nothing fits."""
    found = _chosen(request.headers.get("accept"), override)
    if found is None:
        raise HttpProblem(406, "not-acceptable", f"None of the formats in Accept is offered. {negotiate.allowed()}")
    return found


@lru_cache(maxsize=128)
def _chosen(accept: str | None, override: str | None) -> Wanted | None:
    solutions, triples = (negotiate.choose(accept, override, offers) for offers in (SOLUTIONS, TRIPLES))
    return Wanted(solutions, triples) if solutions or triples else None

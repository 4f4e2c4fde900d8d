"""Which edition answers belong to."""

from __future__ import annotations

from live_server import DATA

from kg.catalog import Catalog
from kg.engine import Engine, Limits, Source
from kg.web.answers import Answers
from kg.web.bodies import Bodies
from kg.web.deployment import Deployment


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def answers(source: Source, clock: Clock) -> Answers:
    limits = Limits(cache_wait=60)
    return Answers(Engine(source, limits), Catalog.empty(), Deployment(), Bodies(1000), clock)


def test_files_are_one_edition() -> None:
    clock = Clock()
    files = answers(Source.of_files([DATA]), clock)
    before = files.edition
    clock.now += 1e6
    assert files.edition == before == answers(Source.of_files([DATA]), clock).edition


def test_a_store_of_others_is_another_edition_after_a_while() -> None:
    clock = Clock()
    remote = answers(Source(()), clock)
    before = remote.edition
    clock.now += 1
    assert remote.edition == before
    clock.now += 60
    assert remote.edition != before
    assert answers(Source(()), clock).edition != remote.edition

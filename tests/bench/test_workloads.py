"""The servers are asked the same: what our server binds is what the others get; the mix is as documented."""

from __future__ import annotations

from collections import Counter

import httpx

from bench.servers import Oncokg
from bench.workloads import Things, bound_text, point, saved, things_at
from kg.catalog import Catalog

THINGS = {"target": ["egfr", "trop2", "her2"], "drug": ["mrg003"], "study": ["a", "b"]}


def things(kind: str) -> list[str]:
    """Keys as a server would give them, a few for each kind."""
    return THINGS.get(kind, ["one", "two"])


def test_our_server_binds_the_text_that_the_others_get(server: Oncokg) -> None:
    for query in Catalog.load():
        given = {name: parameter.default or "" for name, parameter in query.parameters.items()}
        given = {name: value for name, value in given.items() if value and query.parameters[name].type == "decimal"}
        answer = httpx.get(f"{server.url}/queries/{query.name}.rq", params=given, trust_env=False)
        assert answer.text == bound_text(query, given)


def test_each_saved_query_is_asked_equally_often() -> None:
    count = len(Catalog.load())
    mix = saved(things, seed=1, length=10 * count)
    asked = [mix.ours.at(number).target.partition("?")[0] for number in range(10 * count)]
    assert set(Counter(asked).values()) == {10}
    assert len(mix.others("/query").requests) == len(mix.ours.requests)


def test_the_default_is_asked_most_often_and_other_values_too() -> None:
    mix = saved(things, seed=1, names=["adcs-by-target"], length=300)
    values = Counter("target=" in mix.ours.at(number).target for number in range(300))
    assert values[False] > values[True] > 0


def test_a_seed_gives_the_same_mix() -> None:
    def targets(seed: int) -> list[str]:
        plan = saved(things, seed, length=200).ours
        return [plan.at(number).target for number in range(200)]

    assert targets(1) == targets(1) != targets(2)


def test_things_are_asked_of_a_server(server: Oncokg) -> None:
    found: Things = things_at(server.url + server.query_path, 1)
    studies = found("study")
    assert studies
    for request in point(found).ours.requests:
        assert httpx.get(server.url + request.target, trust_env=False).is_success

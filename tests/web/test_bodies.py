"""The store of finished answers: bounded, the oldest first out, ad-hoc answers before saved ones."""

from __future__ import annotations

from kg.web.bodies import Bodies, Body
from kg.web.exchange import Exchange

ROOM = 100_000
EXCHANGE = Exchange("GET", "")


def body(size: int = 1000, *, ad_hoc: bool = False) -> Body:
    return Body(((b"etag", b"x"),), b"x" * size, ad_hoc=ad_hoc)


def test_it_stays_within_its_room() -> None:
    bodies = Bodies(ROOM)
    for number in range(1000):
        bodies.keep(str(number), body(number))
        bodies.name(("name", number), str(number), 100, EXCHANGE)
        assert bodies.used <= ROOM
    assert bodies.get("999") is not None
    assert bodies.named(("name", 999)) == ("999", EXCHANGE)
    assert bodies.get("0") is None
    assert bodies.named(("name", 0)) is None


def test_what_was_asked_for_longest_ago_makes_room() -> None:
    bodies = Bodies(ROOM)
    for number in range(100):
        bodies.keep(str(number), body())
        assert bodies.get("0") is not None
    assert bodies.get("1") is None


def test_ad_hoc_answers_make_room_first() -> None:
    bodies = Bodies(ROOM)
    bodies.keep("saved", body())
    for number in range(1000):
        bodies.keep(f"a{number}", body(ad_hoc=True))
    assert bodies.get("saved") is not None
    assert bodies.get("a999") is not None
    for number in range(1000):
        bodies.keep(f"s{number}", body())
    assert bodies.get("a999") is None


def test_a_body_that_takes_a_large_part_is_not_kept() -> None:
    bodies = Bodies(ROOM)
    bodies.keep("large", body(ROOM // 4))
    assert bodies.get("large") is None
    assert bodies.used == 0


def test_the_names_of_one_body_are_few_and_go_with_it() -> None:
    bodies = Bodies(ROOM)
    bodies.keep("tag", body())
    for number in range(1000):
        bodies.name(number, "tag", 10, EXCHANGE)
    assert sum(bodies.named(number) is not None for number in range(1000)) == 16
    assert bodies.used < ROOM // 5
    bodies.name("other", "unknown", 10, EXCHANGE)
    assert bodies.named("other") is None


def test_each_response_has_headers_of_its_own() -> None:
    kept = body()
    kept.response({"Vary": "Accept"}).headers["content-encoding"] = "br"
    assert kept.response({}).raw_headers == [(b"etag", b"x")]

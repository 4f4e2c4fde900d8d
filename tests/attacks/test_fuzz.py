"""Whatever bytes, paths, parameters and pieces of SPARQL come: never 500, always complete, and the server lives."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote_from_bytes

import pytest
from hostile import CORPUS, Attack, check, request, send
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live_server import LiveServer
from victim import Victim

FUZZ = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
RIGHT = frozenset({200, 204, 301, 303, 304, 308, 400, 403, 404, 405, 406, 410, 413, 414, 415, 422, 431, 504, "closed"})
WORDS = (CORPUS / "words.txt").read_text("utf-8").split()
PATHS = st.sampled_from(
    [
        "/",
        "/sparql",
        "/sparql/",
        "/queries",
        "/queries/best-rates",
        "/graphs",
        "/limits",
        "/health",
        "/downloads/",
        "/drug/one",
    ]
)
NAMES = st.sampled_from(
    [
        "query",
        "update",
        "format",
        "lang",
        "limit",
        "offset",
        "page",
        "graph",
        "default",
        "default-graph-uri",
        "target",
        "floor",
    ]
)
RAW = st.binary(max_size=40).map(lambda raw: quote_from_bytes(raw, safe=""))
VALUES = st.one_of(
    RAW, st.sampled_from(["csv", "html", "zh", "0", "-1", "egfr", "any", "http://e/", "ASK%7B%7D", "1e9"])
)


@pytest.fixture(scope="module")
def victim() -> Iterator[Victim]:
    with LiveServer(deadline=1, header_wait=0.3, body_wait=0.3, grace=0.2) as server:
        yield Victim(server)
        assert server.process.poll() is None


def answered(victim: Victim, content: bytes) -> None:
    attack = Attack(repr(content[:400]), {"raw": content.decode("latin-1")}, RIGHT, (), bare=True, leave=False)
    check(attack, send(victim.address, attack))


@FUZZ
@given(st.binary(max_size=200))
def test_bytes(victim: Victim, content: bytes) -> None:
    answered(victim, content)


@FUZZ
@given(
    st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join), st.sampled_from(["*/*", "text/html", "text/turtle"])
)
def test_pieces_of_sparql(victim: Victim, text: str, accept: str) -> None:
    headers = [("Content-Type", "application/sparql-query"), ("Accept", accept)]
    answered(victim, request("POST", "/sparql", headers, text.encode()))


@FUZZ
@given(
    PATHS, st.lists(st.tuples(st.one_of(NAMES, RAW), VALUES), max_size=5), st.sampled_from(["GET", "HEAD", "OPTIONS"])
)
def test_parameters(victim: Victim, path: str, pairs: list[tuple[str, str]], method: str) -> None:
    query = "&".join(f"{name}={value}" for name, value in pairs)
    answered_head = request(method, f"{path}?{query}", [("Accept", "*/*")])
    attack = Attack(f"{path}?{query}", {"raw": answered_head.decode("latin-1")}, RIGHT, (), bare=True, leave=False)
    reply = send(victim.address, attack)
    assert reply.status in RIGHT, (path, query, reply)


@FUZZ
@given(st.lists(RAW, max_size=5).map("/".join), st.sampled_from(["", ".html", ".ttl", ".json", "/"]))
def test_paths(victim: Victim, path: str, ending: str) -> None:
    answered(victim, request("GET", f"/{path}{ending}"))


@FUZZ
@given(
    st.dictionaries(
        st.sampled_from(
            ["Accept", "Accept-Language", "Accept-Encoding", "If-None-Match", "Range", "Host", "Content-Type"]
        ),
        st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60),
    )
)
def test_headers(victim: Victim, headers: dict[str, str]) -> None:
    answered(victim, request("POST", "/sparql", list(headers.items()), b"ASK {}"))
    answered(victim, request("GET", "/drug/one.ttl", list(headers.items())))


def test_the_server_still_answers(victim: Victim) -> None:
    victim.honest()

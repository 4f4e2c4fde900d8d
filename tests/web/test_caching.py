"""Caching as a client sees it: tags, 304, answers from memory, one evaluation for many."""

from __future__ import annotations

import shutil
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from live_server import DATA, QUERIES, LiveServer
from test_sparql_protocol import problem

BEST = "/queries/best-rates"
# Long enough that others come while it is evaluated, whatever else the machine does.
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def get(client: httpx.Client, path: str, coding: str = "identity", **headers: str) -> httpx.Response:
    answer = client.get(path, headers={"Accept-Encoding": coding, **headers})
    assert answer.status_code in {200, 304}, answer.text
    return answer


def test_the_second_answer_comes_from_memory(client: httpx.Client) -> None:
    path = f"{BEST}?floor=0.111"
    first, second, other = get(client, path), get(client, path), get(client, path, Accept="application/*")
    assert first.headers["cache-status"] == "OncoKG; fwd=miss"
    assert second.headers["cache-status"] == other.headers["cache-status"] == "OncoKG; hit"
    assert first.content == second.content == other.content
    assert first.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
    assert {**first.headers, "date": "", "cache-status": ""} == {**second.headers, "date": "", "cache-status": ""}


def test_the_same_question_in_other_words_is_evaluated_once(client: httpx.Client) -> None:
    answers = [
        get(client, f"/queries/drugs-by-target?target={name}&format=xml")
        for name in ("her3", "HER3", "人表皮生长因子受体3", "https://w3id.org/oncokg/target/her3")
    ]
    assert len({answer.headers["etag"] for answer in answers}) == 1
    assert [answer.headers["cache-status"] for answer in answers[1:]] == ["OncoKG; hit"] * 3


def test_every_representation_has_a_tag_of_its_own(client: httpx.Client) -> None:
    paths = [
        *(f"{BEST}?format={name}" for name in ("json", "xml", "csv", "tsv", "html", "application/json")),
        f"{BEST}?format=html&lang=zh",
        f"{BEST}?floor=0.2",
        f"{BEST}?limit=1",
        f"{BEST}?limit=1&offset=1",
        "/queries/drugs-by-target",
        "/queries/drugs-by-target?lang=zh",
        "/queries",
        "/sparql?query=ASK{}",
        "/sparql?query=ASK{}&default-graph-uri=http://e/",
        "/sparql?query=ASK{}&named-graph-uri=http://e/",
        "/sparql",
    ]
    tags = [get(client, path).headers["etag"] for path in paths]
    assert len(set(tags)) == len(paths)
    coded = [get(client, f"{BEST}?format=html", coding).headers["etag"] for coding in ("gzip", "br", "zstd")]
    assert len({*tags, *coded}) == len(paths) + 3


@pytest.mark.parametrize("coding", ["identity", "gzip", "br", "zstd"])
@pytest.mark.parametrize("path", [BEST, f"{BEST}?format=html&lang=zh", "/sparql?query=ASK{}", "/queries", "/sparql"])
def test_not_modified(client: httpx.Client, path: str, coding: str) -> None:
    full = get(client, path, coding)
    for _ in range(2):
        same = get(client, path, coding, **{"If-None-Match": f'"other", {full.headers["etag"]}'})
        assert same.status_code == 304
        assert same.content == b""
        for name in ("etag", "cache-control", "vary"):
            assert same.headers[name] == full.headers[name]
    assert get(client, path, coding, **{"If-None-Match": '"other"'}).status_code == 200


def test_head_says_what_get_says(client: httpx.Client) -> None:
    for path in (f"{BEST}?floor=0.112", "/queries"):
        before = client.head(path)
        full = client.get(path)
        after = client.head(path)
        for head in (before, after):
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["etag"] == full.headers["etag"]
            assert head.headers["content-length"] == full.headers["content-length"]


def test_tags_hold_after_a_restart_and_only_for_the_same_data(tmp_path: Path) -> None:
    copy = tmp_path / "data.trig"
    shutil.copy(DATA, copy)

    def ask(**headers: str) -> httpx.Response:
        with LiveServer([copy]) as server:
            return httpx.get(f"{server.url}{BEST}", headers=headers, trust_env=False, timeout=20)

    tag = ask().headers["etag"]
    # The first request of a server: nothing was evaluated before it.
    same = ask(**{"If-None-Match": tag})
    assert (same.status_code, same.headers["cache-status"]) == (304, "OncoKG; hit")
    copy.write_text(copy.read_text("utf-8").replace("0.30", "0.31"), "utf-8")
    other = ask(**{"If-None-Match": tag})
    assert other.status_code == 200
    assert other.headers["etag"] != tag


def test_copies_of_a_release_may_be_used_for_a_while(client: httpx.Client, released: httpx.Client) -> None:
    query = "/sparql?query=ASK{}"
    assert get(released, query).headers["cache-control"] == "public, max-age=60"
    assert get(client, query).headers["cache-control"] == "public, no-cache"


def test_documents_of_things(things: httpx.Client) -> None:
    page = "/drug/plain.html"
    found = [get(things, path) for path in (page, f"{page}?lang=zh", "/drug/plain.ttl", "/drug/plain.nt", page)]
    assert len({answer.headers["etag"] for answer in found}) == 4
    assert found[4].headers["cache-status"] == "OncoKG; hit"
    assert get(things, page, **{"If-None-Match": found[0].headers["etag"]}).status_code == 304


def test_errors_are_never_kept(client: httpx.Client) -> None:
    for path, status, code in (
        (f"{BEST}?floor=7", 400, "query-parameter"),
        ("/sparql?query=SELECT", 400, "query-syntax"),
        ("/queries/none", 404, "unknown-query"),
    ):
        for _ in range(2):
            refused = client.get(path, headers={"If-None-Match": "*"})
            problem(refused, status, code)
            assert refused.headers["cache-control"] == "no-store"
            assert "etag" not in refused.headers
            assert "hit" not in refused.headers.get("cache-status", "")


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()", "uuid#\n()"])
def test_what_differs_each_time_is_not_kept(client: httpx.Client, call: str) -> None:
    answers = [client.get("/sparql", params={"query": f"SELECT ({call} AS ?x) {{}}"}) for _ in range(2)]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers
    assert "BNODE" in call or answers[0].content != answers[1].content


def test_a_posted_query_uses_what_is_kept_and_has_no_tag(client: httpx.Client) -> None:
    text = "SELECT ?s { ?s ?p 'kept' }"
    kept = client.get("/sparql", params={"query": text})
    posted = client.post("/sparql", data={"query": text}, headers={"If-None-Match": kept.headers["etag"]})
    assert (posted.status_code, posted.content) == (200, kept.content)
    assert "etag" not in posted.headers
    assert "cache-control" not in posted.headers


def shared(answers: list[httpx.Response]) -> list[str]:
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    return sorted(answer.headers["cache-status"].removeprefix("OncoKG; ") for answer in answers)


def test_one_evaluation_for_many_clients() -> None:
    with LiveServer(deadline=60, workers=4, queue_wait=60) as server, ThreadPoolExecutor(8) as crowd:
        # Neither another coding nor the same format in other words makes it another evaluation.
        more: list[dict[str, Any]] = [{}, {"Accept-Encoding": "gzip"}, {"Accept": "text/turtle, */*;q=0.1"}]

        def ask(number: int) -> httpx.Response:
            url = httpx.URL(f"{server.url}/sparql", params={"query": SLOW})
            return httpx.get(url, headers=more[number % 3], trust_env=False, timeout=120)

        assert shared([*crowd.map(ask, range(8))]) == [*["fwd=miss"], *["fwd=miss; collapsed"] * 7]


def test_who_asked_first_may_go_away() -> None:
    with LiveServer(deadline=60, workers=1, queue_wait=60) as server, ThreadPoolExecutor(2) as crowd:
        url = httpx.URL(f"{server.url}/sparql", params={"query": SLOW})
        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as first:
            first.sendall(f"GET {url.raw_path.decode()} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n\r\n".encode())
            time.sleep(0.1)
            others = [crowd.submit(httpx.get, url, trust_env=False, timeout=120) for _ in range(2)]
            time.sleep(0.3)
        assert shared([other.result() for other in others]) == ["fwd=miss; collapsed"] * 2


def test_little_room_keeps_little() -> None:
    with LiveServer([DATA], QUERIES, cache_bytes=1000) as server, httpx.Client(base_url=server.url) as client:
        assert [get(client, BEST).headers["cache-status"] for _ in range(2)] == ["OncoKG; fwd=miss"] * 2

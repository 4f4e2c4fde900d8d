"""Content codings: by negotiation, with an entity tag of their own, never where they are of no use."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import brotli
import httpx
import pytest
import zstandard
from live_server import LiveServer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from kg.engine import Limits
from kg.web.codings import compressible
from kg.web.compression import Compression
from kg.web.negotiate import choose_coding

DECODE: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda body: zlib.decompress(body, wbits=zlib.MAX_WBITS | 16),
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}
ALL = {"query": "SELECT * { ?s ?p ?o }", "format": "json"}
TEXT = "statement " * 100_000


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with LiveServer() as running:
        yield running


def raw(
    client: httpx.Client, method: str, path: str, params: dict[str, str] | None, **headers: str
) -> tuple[httpx.Response, bytes]:
    """The response with its body as it came over the wire."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    client.headers.pop("accept-encoding", None)
    with client.stream(method, path, params=params, headers=given) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize("coding", DECODE)
def test_answers_are_coded_as_asked(server: LiveServer, coding: str) -> None:
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        plain, whole = raw(client, "GET", "/sparql", ALL)
        answer, body = raw(client, "GET", "/sparql", ALL, accept_encoding=coding)
        head, nothing = raw(client, "HEAD", "/sparql", ALL, accept_encoding=coding)
    assert "content-encoding" not in plain.headers
    assert answer.headers["content-encoding"] == coding
    assert int(answer.headers["content-length"]) == len(body) < len(whole)
    assert DECODE[coding](body) == whole
    assert nothing == b""
    assert head.headers["content-length"] == answer.headers["content-length"]
    for each in (plain, answer, head):
        assert each.headers["vary"].lower().replace(" ", "").split(",") == [
            "accept",
            "accept-language",
            "accept-encoding",
        ]


def test_small_answers_and_refusals_are_sent_as_they_are(server: LiveServer) -> None:
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        for params in ({"query": "ASK {}"}, {"query": "nonsense"}):
            answer, body = raw(client, "GET", "/sparql", params, accept_encoding="gzip")
            assert "content-encoding" not in answer.headers
            assert body.startswith(b"{")
            assert "accept-encoding" in answer.headers["vary"].lower()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("", None),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP;Q=0.5", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=0.9, br;q=0.8", "gzip"),
        ("*", "zstd"),
        ("*;q=0.5, zstd;q=0", "br"),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=2", None),
        ("deflate, compress", None),
    ],
)
def test_the_choice(header: str | None, expected: str | None) -> None:
    assert choose_coding(header) == expected


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("text/html; charset=utf-8", True),
        ("application/sparql-results+json", True),
        ("application/rdf+xml", True),
        ("application/n-quads", True),
        ("image/svg+xml", True),
        ("application/gzip", False),
        ("application/vnd.apache.parquet", False),
        ("application/zip", False),
        ("image/png", False),
        ("", False),
    ],
)
def test_what_is_worth_compressing(content_type: str, expected: bool) -> None:
    assert compressible(content_type) is expected


def application(file: Path) -> Compression:
    async def tagged(request: Request) -> Response:
        headers = {"ETag": '"tag"', "Vary": "Accept"}
        if request.headers.get("if-none-match") == '"tag"':
            return Response(status_code=304, headers=headers)
        return Response(TEXT, headers=headers, media_type="text/plain")

    async def packed(_: Request) -> Response:
        return Response(TEXT, headers={"ETag": '"tag"'}, media_type="application/gzip")

    async def coded(_: Request) -> Response:
        return Response(zlib.compress(TEXT.encode()), headers={"Content-Encoding": "deflate"}, media_type="text/plain")

    async def streamed(_: Request) -> Response:
        async def pieces() -> AsyncIterator[str]:
            for start in range(0, len(TEXT), 10_000):
                yield TEXT[start : start + 10_000]

        return StreamingResponse(pieces(), media_type="text/csv")

    async def filed(_: Request) -> Response:
        return FileResponse(file, media_type="text/csv", headers={"ETag": 'W/"tag"'})

    async def headed(_: Request) -> Response:
        return Response(headers={"Content-Length": "5000"}, media_type="text/csv")

    handlers = (tagged, packed, coded, streamed, filed, headed)
    return Compression(Starlette(routes=[Route(f"/{each.__name__}", each) for each in handlers]), Limits())


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., httpx.Response]:
    (tmp_path / "file.csv").write_text(TEXT, "utf-8")

    def send(path: str, **headers: str) -> httpx.Response:
        async def work() -> httpx.Response:
            transport = httpx.ASGITransport(application(tmp_path / "file.csv"))
            async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
                client.headers.clear()
                return await client.get(
                    path, headers={name.replace("_", "-"): value for name, value in headers.items()}
                )

        return asyncio.run(work())

    return send


def test_the_entity_tag_names_the_coding_and_comes_back(ask: Callable[..., httpx.Response]) -> None:
    assert ask("/tagged").headers["etag"] == '"tag"'
    for coding in DECODE:
        first = ask("/tagged", accept_encoding=coding)
        assert first.headers["etag"] == f'"tag-{coding}"'
        assert first.headers["vary"] == "Accept, Accept-Encoding"
        again = ask("/tagged", accept_encoding=coding, if_none_match=first.headers["etag"])
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == f'"tag-{coding}"'
        assert "accept-encoding" in again.headers["vary"].lower()
    # The tag of another coding is that of another representation.
    assert ask("/tagged", accept_encoding="br", if_none_match='"tag-gzip"').status_code == 200
    assert ask("/tagged", if_none_match='"tag-gzip"').status_code == 200
    assert ask("/tagged", accept_encoding="br", if_none_match='"tag"').headers["etag"] == '"tag"'


def test_what_is_compressed_already_stays_so(ask: Callable[..., httpx.Response]) -> None:
    packed = ask("/packed", accept_encoding="gzip")
    assert "content-encoding" not in packed.headers
    assert packed.headers["etag"] == '"tag"'
    assert "vary" not in packed.headers
    assert ask("/coded", accept_encoding="gzip").headers["content-encoding"] == "deflate"


@pytest.mark.parametrize("coding", DECODE)
def test_bodies_in_pieces(ask: Callable[..., httpx.Response], coding: str) -> None:
    answer = ask("/streamed", accept_encoding=coding)
    assert answer.headers["content-encoding"] == coding
    assert answer.text == TEXT
    assert "content-length" not in answer.headers


def test_what_is_offered_in_ranges_is_sent_as_it_is(ask: Callable[..., httpx.Response]) -> None:
    whole = ask("/filed", accept_encoding="gzip")
    assert (whole.text, whole.headers["etag"], whole.headers["content-length"]) == (TEXT, 'W/"tag"', str(len(TEXT)))
    assert "content-encoding" not in whole.headers
    part = ask("/filed", accept_encoding="gzip", range="bytes=0-8")
    assert (part.status_code, part.text, part.headers["etag"]) == (206, "statement", 'W/"tag"')


def test_an_answer_to_head_that_has_a_length_and_no_body(ask: Callable[..., httpx.Response]) -> None:
    answer = ask("/headed", accept_encoding="gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert "content-length" not in answer.headers


def test_the_same_body_gives_the_same_bytes(server: LiveServer) -> None:
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        bodies = {raw(client, "GET", "/sparql", ALL, accept_encoding="gzip")[1] for _ in range(3)}
    assert len(bodies) == 1

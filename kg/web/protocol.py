"""Reads requests of the SPARQL 1.1 Protocol: what is asked, of which graphs, in which format."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from kg.engine import Limits
from kg.errors import UpdateRefusedError
from kg.web.problems import HttpProblem

__all__ = ["METHODS", "ProtocolRequest", "read_pairs", "read_protocol_request", "single"]

METHODS = ("GET", "HEAD", "POST", "QUERY", "OPTIONS")

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"

_UPDATE_REFUSED = (
    "Updates are refused: this endpoint serves an immutable release and only reads. Changes are made in the curated "
    "records under version control and published as a new release."
)


@dataclass(frozen=True)
class ProtocolRequest:
    """One query request; `query` is None where a GET asks for the service description."""

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str | None
    lang: str | None


async def read_protocol_request(request: Request, limits: Limits) -> ProtocolRequest:
    """Read a request. Raises HttpProblem with 400, 408, 413 or 415, UpdateRefusedError for updates."""
    pairs = read_pairs(request.scope["query_string"], limits)
    direct: str | None = None
    if request.method in {"POST", "QUERY"}:
        kind, charset = _content_type(request)
        if kind == UPDATE:
            raise UpdateRefusedError(_UPDATE_REFUSED)
        if kind not in {FORM, DIRECT}:
            given = f"not {kind[:80]!r}" if kind else "and none was given"
            detail = f"Send the query as {DIRECT} or in a form as {FORM}, {given}."
            raise HttpProblem(415, "unsupported-media-type", detail, {"Accept-Post": f"{DIRECT}, {FORM}"})
        if (coding := request.headers.get("content-encoding", "identity").lower()) != "identity":
            detail = f"Send the body as it is, not coded as {coding[:40]!r}."
            raise HttpProblem(415, "unsupported-media-type", detail, {"Accept-Encoding": "identity"})
        if charset not in {"", "utf-8", "utf8", "us-ascii"}:
            raise HttpProblem(415, "unsupported-media-type", f"Send the body in UTF-8, not in {charset[:40]!r}.")
        body = await _body(request, limits)
        if kind == FORM:
            pairs += read_pairs(body, limits)
        else:
            direct = _text(body)
    return _from_pairs(pairs, direct, request.method)


def read_pairs(raw: bytes, limits: Limits) -> list[tuple[str, str]]:
    """The decoded names and values of a query string or form. Raises HttpProblem where it is not UTF-8 or too much."""
    try:
        return parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=limits.fields
        )
    except UnicodeDecodeError as error:
        detail = "A parameter is not UTF-8 once it is percent-decoded. Encode it as UTF-8."
        raise HttpProblem(400, "bad-request", detail) from error
    except ValueError as error:
        raise HttpProblem(400, "bad-request", f"More than {limits.fields} parameters. Send fewer.") from error


def single(pairs: Sequence[tuple[str, str]], name: str) -> str | None:
    """The value of a parameter that may stand once. Raises HttpProblem where it stands twice."""
    values = [value for key, value in pairs if key == name]
    if len(values) > 1:
        raise HttpProblem(400, "bad-request", f"The parameter {name} was given {len(values)} times. Give it once.")
    return values[0] if values else None


def _from_pairs(pairs: list[tuple[str, str]], direct: str | None, method: str) -> ProtocolRequest:
    names = {name for name, _ in pairs}
    if names & {"update", "using-graph-uri", "using-named-graph-uri"}:
        raise UpdateRefusedError(_UPDATE_REFUSED)
    query = single(pairs, "query")
    if direct is not None and query is not None:
        raise HttpProblem(400, "bad-request", "The query was given in the body and in the address. Give it once.")
    query = direct if direct is not None else query
    if query is None and method not in {"GET", "HEAD"}:
        raise HttpProblem(400, "bad-request", "The form has no parameter `query`. Put the SPARQL text there.")
    return ProtocolRequest(
        query=query,
        default_graphs=tuple(value for name, value in pairs if name == "default-graph-uri"),
        named_graphs=tuple(value for name, value in pairs if name == "named-graph-uri"),
        format=single(pairs, "format"),
        lang=single(pairs, "lang"),
    )


def _content_type(request: Request) -> tuple[str, str]:
    kind, *parameters = request.headers.get("content-type", "").split(";")
    charset = ""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    return kind.strip().lower(), charset


async def _body(request: Request, limits: Limits) -> bytes:
    taken = bytearray()
    too_large = f"The request body is longer than {limits.body_bytes:,} bytes. Shorten the query or ask in parts."
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length[:20]) > limits.body_bytes:
        raise HttpProblem(413, "body-too-large", too_large, {"Connection": "close"})
    try:
        async with asyncio.timeout(limits.body_wait):
            async for piece in request.stream():
                taken += piece
                if len(taken) > limits.body_bytes:
                    raise HttpProblem(413, "body-too-large", too_large, {"Connection": "close"})
    except TimeoutError as error:
        detail = f"The request body did not arrive within {limits.body_wait:g} seconds. Send it again."
        raise HttpProblem(408, "request-timeout", detail, {"Connection": "close"}) from error
    except ClientDisconnect as error:
        raise HttpProblem(400, "bad-request", "The request body ended before it was complete.") from error
    return bytes(taken)


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        detail = f"The query is not UTF-8: the byte at position {error.start} does not fit."
        raise HttpProblem(400, "bad-request", detail) from error

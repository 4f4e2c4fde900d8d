"""Errors as RFC 9457 problem documents: English, one paragraph, with a code that stays the same."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ExceptionHandler

from kg.engine import (
    AdHocRefusedError,
    EngineUnavailableError,
    FederationRefusedError,
    Limits,
    LocatedSyntaxError,
    NotAcceptableError,
    QueryTooComplexError,
    RateLimitedError,
    ShareUsedError,
    StoreFailedError,
)
from kg.errors import (
    OncoKGError,
    QueryError,
    QueryParameterError,
    QuerySyntaxError,
    QueryTimeoutError,
    QueryTooLargeError,
    UnknownQueryError,
    UpdateRefusedError,
)

__all__ = ["CODES", "TYPES", "HttpProblem", "handlers", "problem_response"]

_LOG = logging.getLogger("oncokg")

TYPES = "https://w3id.org/oncokg/problem/"
"""What the `type` of every problem begins with; kg.web.problem_page answers there."""

# The first class that fits decides, so children stand before their parents.
_ERRORS: tuple[tuple[type[OncoKGError], int, str], ...] = (
    (QuerySyntaxError, 400, "query-syntax"),
    (QueryParameterError, 400, "query-parameter"),
    (UnknownQueryError, 404, "unknown-query"),
    (UpdateRefusedError, 403, "update-refused"),
    (AdHocRefusedError, 403, "ad-hoc-refused"),
    (FederationRefusedError, 403, "federation-refused"),
    (NotAcceptableError, 406, "not-acceptable"),
    (QueryTimeoutError, 504, "query-timeout"),
    (QueryTooComplexError, 422, "query-too-complex"),
    (QueryTooLargeError, 413, "result-too-large"),
    (QueryError, 400, "query-failed"),
    (RateLimitedError, 429, "rate-limited"),
    (ShareUsedError, 429, "share-used"),
    (StoreFailedError, 502, "store-failed"),
    (EngineUnavailableError, 503, "engine-unavailable"),
    (OncoKGError, 500, "internal-error"),
)

_WRITING = frozenset({"PUT", "POST", "DELETE", "PATCH"})

CODES: Mapping[str, str] = {
    "query-syntax": "The query does not parse",
    "query-parameter": "A parameter is wrong",
    "query-failed": "The query could not be evaluated",
    "query-timeout": "The query took too long",
    "query-too-complex": "The query needs too much",
    "result-too-large": "The answer is too large",
    "unknown-query": "No such saved query",
    "update-refused": "This endpoint only reads",
    "ad-hoc-refused": "Only saved queries are answered",
    "federation-refused": "SERVICE is switched off",
    "not-acceptable": "No acceptable format",
    "rate-limited": "This client has used its time up",
    "share-used": "This client has its share already",
    "store-failed": "The store behind this server failed",
    "engine-unavailable": "No worker is free",
    "bad-request": "The request cannot be understood",
    "not-found": "Nothing is here",
    "gone": "This was withdrawn",
    "method-not-allowed": "The method is not allowed here",
    "request-timeout": "The request body did not arrive in time",
    "body-too-large": "The request body is too large",
    "headers-too-large": "The request headers are too large",
    "uri-too-long": "The address is too long",
    "unsupported-media-type": "The request body has an unsupported media type",
    "internal-error": "Something went wrong here",
}
"""Every code with its title."""


class HttpProblem(Exception):  # noqa: N818 - the name that RFC 9457 gives it
    """A request that cannot be served, with the status and the code to answer with."""

    def __init__(self, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})


def problem_response(problem: HttpProblem, extra: Mapping[str, object] | None = None) -> Response:
    """The problem as a response; `extra` members follow the standard ones."""
    content = {
        "type": f"{TYPES}{problem.code}",
        "title": CODES[problem.code],
        "status": problem.status,
        "detail": str(problem),
        "code": problem.code,
        **(extra or {}),
    }
    body = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    headers = {"Cache-Control": "no-store", **problem.headers}
    return Response(body, problem.status, headers, media_type="application/problem+json")


async def _on_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, HttpProblem)
    return problem_response(error)


async def _on_unavailable(pause: float, request: Request, error: Exception) -> Response:
    # Who asks again as soon as it is refused would otherwise take more time than those who are answered.
    await asyncio.sleep(pause)
    return await _on_oncokg_error(request, error)


async def _on_oncokg_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, OncoKGError)
    status, code = next((status, code) for kind, status, code in _ERRORS if isinstance(error, kind))
    extra: dict[str, object] = {}
    headers: dict[str, str] = {}
    if isinstance(error, LocatedSyntaxError) and error.line:
        extra = {"line": error.line, "column": error.column}
    if isinstance(error, EngineUnavailableError):
        headers = {"Retry-After": str(error.retry_after)}
    return problem_response(HttpProblem(status, code, str(error), headers), extra)


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        methods = ", ".join(sorted(headers.get("Allow", "GET, HEAD").split(", ")))
        headers["Allow"] = methods
        detail = f"{request.method} is not allowed on {request.url.path}. Allowed are: {methods}."
        if request.method in _WRITING:
            detail += " This server only reads: it serves an immutable release."
        return problem_response(HttpProblem(405, "method-not-allowed", detail, headers))
    if error.status_code == HTTPStatus.NOT_FOUND:
        detail = f"There is nothing at {request.url.path[:200]}. Start at /, /queries or /sparql."
        return problem_response(HttpProblem(404, "not-found", detail))
    return problem_response(HttpProblem(error.status_code, "bad-request", error.detail, headers))


async def _on_fault(request: Request, error: Exception) -> Response:
    # The path without the query: what people ask may name patients.
    _LOG.error("fault while answering %s %s", request.method, request.url.path, exc_info=error)
    detail = "A fault in the server, not in the request. Please report the request that shows it."
    return problem_response(HttpProblem(500, "internal-error", detail))


def handlers(limits: Limits) -> dict[Any, ExceptionHandler]:
    """For Starlette's `exception_handlers`."""
    return {
        HttpProblem: _on_problem,
        EngineUnavailableError: partial(_on_unavailable, limits.refusal_wait),
        OncoKGError: _on_oncokg_error,
        HTTPException: _on_http_exception,
        Exception: _on_fault,
    }

"""The errors of the engine that carry more than a message, each under its parent of kg/errors.py."""

from __future__ import annotations

from kg.errors import QueryError, QuerySyntaxError, QueryTooLargeError, ServerError

__all__ = [
    "AdHocRefusedError",
    "EngineUnavailableError",
    "FederationRefusedError",
    "LocatedSyntaxError",
    "NotAcceptableError",
    "QueryTooComplexError",
    "RateLimitedError",
    "ShareUsedError",
    "StoreFailedError",
]


class LocatedSyntaxError(QuerySyntaxError):
    """The text does not parse; `line` and `column` count from 1 and say where the parser gave up (0: not known)."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class QueryTooComplexError(QueryTooLargeError):
    """Evaluating the query ended its worker: it needed more memory or deeper nesting than a worker has."""


class FederationRefusedError(QueryError):
    """The query asks another endpoint (SERVICE); workers have no network."""


class AdHocRefusedError(QueryError):
    """A query of a stranger's own, where only saved queries are answered."""


class NotAcceptableError(QueryError):
    """The answer exists, but in none of the formats that were asked for."""


class EngineUnavailableError(ServerError):
    """No worker is free, or the engine is starting again; `retry_after` is in whole seconds."""

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RateLimitedError(EngineUnavailableError):
    """The client has used up the time that one client may have."""


class ShareUsedError(EngineUnavailableError):
    """The client holds all the workers, or all the places in the queue, that one client may hold."""


class StoreFailedError(ServerError):
    """The remote store behind the server failed, or its answer is not whole."""

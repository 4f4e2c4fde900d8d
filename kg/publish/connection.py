"""HTTP to a store: each failure becomes one message that says what was sent where, and what to do."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from kg import __version__
from kg.errors import PublishError
from kg.publish.credentials import PASSWORD, USER, Credentials

__all__ = ["AUTH", "Connection"]

AUTH = ("basic", "digest")
"""How a store may ask for user and password (RFC 7617, RFC 7616)."""

_JSON = "application/sparql-results+json"
_CONNECT_SECONDS = 10.0
_SAID = 200

_ADVICE = {
    403: "this user may not do that: give the user the right to write, or publish as another",
    404: "nothing is there: check the address of the endpoint",
    405: "the endpoint does not take that method: check the address, or try --update",
    413: "the store refuses so large a body: raise its limit, or publish with --update, which sends small batches",
    415: "the store does not take that format: try --update",
    501: "the endpoint does not take that method: check the address, or try --update",
}


class Connection:
    """One client for all requests to a store, to be closed (`with`); `timeout` is in seconds, for each answer."""

    def __init__(self, auth: str = "basic", credentials: Credentials | None = None, timeout: float = 600) -> None:
        if not timeout > 0:
            raise PublishError(f"--timeout {timeout:g}: give a number of seconds above 0")
        self._auth = None if credentials is None else auth
        self._client = httpx.Client(
            auth=_authentication(auth, credentials),
            timeout=httpx.Timeout(timeout, connect=min(timeout, _CONNECT_SECONDS)),
            headers={"User-Agent": f"oncokg/{__version__}"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def send(self, method: str, url: str, what: str, *, accept: tuple[int, ...] = (), **request: Any) -> httpx.Response:
        """Send one request; `what` names it in messages, `accept` are statuses besides 2xx that are no failure.

        Raises PublishError.
        """
        try:
            response = self._client.request(method, url, **request)
        except httpx.TimeoutException as error:
            late = "connection" if isinstance(error, httpx.ConnectTimeout) else "answer in time"
            raise PublishError(f"{what}: no {late} from {url}; raise --timeout where the store is busy") from error
        except httpx.HTTPError as error:
            raise PublishError(f"{what}: {_unreachable(url, error)}") from error
        if response.is_success or response.status_code in accept:
            return response
        raise PublishError(f"{what}: {url} answers {response.status_code}: {self._advice(response)}")

    def select(self, url: str, query: str, what: str) -> list[dict[str, str]]:
        """The rows of a SELECT as variable → value, asked by POST form (SPARQL 1.1 Protocol 2.1.2).

        Raises PublishError, also where the answer is none of SPARQL or was cut.
        """
        response = self.send("POST", url, what, data={"query": query}, headers={"Accept": _JSON})
        try:
            rows = response.json()["results"]["bindings"]
            found = [{name: str(term["value"]) for name, term in row.items()} for row in rows]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            kind = response.headers.get("Content-Type", "no type")
            raise PublishError(
                f"{what}: {url} does not answer SPARQL queries (it sent {kind}): give the query endpoint "
                "with --query-url"
            ) from error
        if _cut(response.headers, len(found)):
            raise PublishError(
                f"{what}: {url} cut its answer after {len(found)} rows: raise its limit (ResultSetMaxRows)"
            )
        return found

    def _advice(self, response: httpx.Response) -> str:
        if response.status_code == httpx.codes.UNAUTHORIZED:
            return self._unauthorized(response.headers.get("WWW-Authenticate", ""))
        if response.is_redirect:
            return f"the store is at {response.headers.get('Location', 'another address')}: give that address"
        said = " ".join(response.text.split())[:_SAID]
        advice = _ADVICE.get(response.status_code, "the store failed" if response.is_server_error else "it refused")
        return f"{advice} ({said})" if said else advice

    def _unauthorized(self, challenge: str) -> str:
        if self._auth is None:
            return f"it asks for a user: set {USER} and {PASSWORD}, or give --credentials FILE"
        asked = challenge.partition(" ")[0].lower()
        if asked in AUTH and asked != self._auth:
            return f"it wants --auth {asked}"
        # Virtuoso asks whoever sends Basic for nothing at all.
        (other,) = set(AUTH) - {self._auth}
        return "user or password are wrong" if asked else f"user or password are wrong, or it wants --auth {other}"


def _authentication(auth: str, credentials: Credentials | None) -> httpx.Auth | None:
    if credentials is None:
        return None
    scheme = httpx.DigestAuth if auth == "digest" else httpx.BasicAuth
    return scheme(credentials.user, credentials.password)


def _unreachable(url: str, error: httpx.HTTPError) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return (
                f"no trusted TLS connection to {url} ({cause.reason or cause}): check the address, or name the "
                "certificate of its authority in SSL_CERT_FILE"
            )
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ConnectError):
        return f"no connection to {url} ({error}): is the store running, and is the address right?"
    return f"the connection to {url} broke ({error or type(error).__name__}): run the same command again to go on"


def _cut(headers: Mapping[str, str], rows: int) -> bool:
    """Virtuoso answers 200 when it cuts; only its headers tell."""
    most = headers.get("X-SPARQL-MaxRows", "")
    return "X-SQL-State" in headers or (most.isdigit() and rows >= int(most))

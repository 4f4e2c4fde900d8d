"""Releases and servers of other stores, each made once. Tests skip where a server's program is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.dataset import build_release
from kg.publish import PROTOCOLS, Credentials, Store, endpoints
from kg.publish.connection import Connection
from tests.stores.servers import OXIGRAPH, VIRTUOSO, Oxigraph, Server, Virtuoso


@pytest.fixture(scope="session", autouse=True)
def _no_proxy() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1,localhost")
        yield


@pytest.fixture(scope="session")
def own_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the project's own records."""
    out = tmp_path_factory.mktemp("releases") / "own"
    build_release(out)
    return out


@pytest.fixture(scope="session")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oxigraph]:
    if OXIGRAPH is None:
        pytest.skip("the program oxigraph is not installed (PyPI package oxigraph)")
    with Oxigraph(tmp_path_factory.mktemp("oxigraph")) as server:
        yield server


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    if VIRTUOSO is None:
        pytest.skip("the program virtuoso-t is not installed (Debian package virtuoso-opensource-7-bin)")
    with Virtuoso(tmp_path_factory.mktemp("virtuoso")) as server:
        yield server


def store_at(server: Server, protocol: str, connection: Connection) -> Store:
    """The store that a server holds, written by one of the two protocols."""
    return PROTOCOLS[protocol](endpoints(server.url + server.write_paths[protocol]), connection)


def connection_to(server: Server) -> Connection:
    return Connection("digest", Credentials("dba", "dba"), timeout=60) if isinstance(server, Virtuoso) else Connection()


@pytest.fixture(scope="session", params=["oxigraph", "virtuoso"])
def server(request: pytest.FixtureRequest) -> Server:
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session", params=list(PROTOCOLS))
def store(request: pytest.FixtureRequest, server: Server) -> Iterator[Store]:
    """Each store, written by each protocol; it holds what the test before left there."""
    with connection_to(server) as connection:
        yield store_at(server, request.param, connection)

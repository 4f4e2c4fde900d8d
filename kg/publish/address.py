"""Where a store is written and where it is asked: what the address of one says of the other."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from kg.errors import PublishError

__all__ = ["Endpoints", "endpoints"]

# The end of the address that is written → the end of the one that is asked, and the parameter that names a graph.
# Sources: the stores' own documentation, linked in docs/loading.md.
_KNOWN = (
    ("/sparql-graph-crud-auth", "/sparql", "graph-uri"),  # Virtuoso
    ("/sparql-graph-crud", "/sparql", "graph-uri"),
    ("/sparql-auth", "/sparql", "graph-uri"),
    ("/rdf-graphs/service", "", "graph"),  # GraphDB, RDF4J
    ("/statements", "", "graph"),
    ("/sparql/gsp", "/sparql", "graph"),  # Neptune
    ("/store", "/query", "graph"),  # Oxigraph
    ("/data", "/query", "graph"),  # Fuseki
    ("/update", "/query", "graph"),  # Oxigraph, Fuseki
)


@dataclass(frozen=True)
class Endpoints:
    """`write`: the graph store or update endpoint; `query`: the query endpoint; `graph_parameter` names a graph."""

    write: str
    query: str
    graph_parameter: str = "graph"


def endpoints(to: str, query_url: str | None = None) -> Endpoints:
    """The endpoints of a store, from the one that is written to and, where that does not tell, the one that is asked.

    An address that is not known serves for both, as with QLever. Raises PublishError where an address is none, or holds
    a password.

    >>> endpoints("http://localhost:7878/store").query
    'http://localhost:7878/query'
    """
    for option, url in (("--to", to), ("--query-url", query_url)):
        if url is not None:
            _check(option, url)
    address = urlsplit(to)
    path = address.path.rstrip("/")
    for written, asked, parameter in _KNOWN:
        if path.endswith(written):
            derived = urlunsplit((address.scheme, address.netloc, path.removesuffix(written) + asked, "", ""))
            return Endpoints(to, query_url or derived, parameter)
    return Endpoints(to, query_url or to)


def _check(option: str, url: str) -> None:
    try:
        address = urlsplit(url)
        complete = address.scheme in {"http", "https"} and bool(address.hostname) and (address.port or 1) > 0
    except ValueError:
        complete = False
    if not complete:
        raise PublishError(f"{option} {url[:200]}: give a whole address, such as http://127.0.0.1:7878/store")
    if "@" in address.netloc:
        raise PublishError(
            f"{option}: leave user and password out of the address, where every process can read them; set "
            "ONCOKG_PUBLISH_USER and ONCOKG_PUBLISH_PASSWORD, or give --credentials FILE"
        )

from __future__ import annotations

import pytest

from kg.errors import PublishError
from kg.publish import Endpoints, endpoints


@pytest.mark.parametrize(
    ("to", "query", "parameter"),
    [
        ("http://localhost:7878/store", "http://localhost:7878/query", "graph"),
        ("http://localhost:7878/update", "http://localhost:7878/query", "graph"),
        ("http://localhost:8890/sparql-graph-crud-auth", "http://localhost:8890/sparql", "graph-uri"),
        ("http://localhost:8890/sparql-graph-crud-auth/", "http://localhost:8890/sparql", "graph-uri"),
        ("http://localhost:8890/sparql-auth", "http://localhost:8890/sparql", "graph-uri"),
        ("https://fuseki.example/ds/data", "https://fuseki.example/ds/query", "graph"),
        (
            "https://graphdb.example/repositories/kg/rdf-graphs/service",
            "https://graphdb.example/repositories/kg",
            "graph",
        ),
        ("https://graphdb.example/repositories/kg/statements", "https://graphdb.example/repositories/kg", "graph"),
        ("https://neptune.example:8182/sparql/gsp/", "https://neptune.example:8182/sparql", "graph"),
        ("https://neptune.example:8182/sparql", "https://neptune.example:8182/sparql", "graph"),
        ("http://qlever.example:7001/", "http://qlever.example:7001/", "graph"),
    ],
)
def test_the_query_endpoint_follows_from_the_other(to: str, query: str, parameter: str) -> None:
    assert endpoints(to) == Endpoints(to, query, parameter)


def test_a_given_query_endpoint_stands() -> None:
    assert endpoints("http://a.example/store", "http://b.example/ask").query == "http://b.example/ask"


@pytest.mark.parametrize(
    ("to", "query", "message"),
    [
        ("localhost:7878/store", None, "--to localhost:7878/store: give a whole address"),
        ("ftp://a.example/store", None, "give a whole address"),
        ("http:///store", None, "give a whole address"),
        ("http://a.example:port/store", None, "give a whole address"),
        ("http://[::1/store", None, "give a whole address"),
        ("http://a.example/store", "query", "--query-url query: give a whole address"),
        ("http://user:secret@a.example/store", None, "--to: leave user and password out of the address"),
    ],
)
def test_what_is_no_address(to: str, query: str | None, message: str) -> None:
    with pytest.raises(PublishError, match=message) as raised:
        endpoints(to, query)
    assert "secret" not in str(raised.value)

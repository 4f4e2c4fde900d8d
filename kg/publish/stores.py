"""The two ways to write a named graph: the Graph Store HTTP Protocol, and SPARQL 1.1 Update."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

from kg.errors import PublishError
from kg.publish.address import Endpoints
from kg.publish.connection import Connection
from kg.publish.graphs import GraphFile

__all__ = ["PROTOCOLS", "GraphStore", "Store", "UpdateStore"]

_PIECE = 1 << 16
# Virtuoso 7 runs out of compiler memory between 2 000 and 5 000 triples in one INSERT DATA.
_BATCH_TRIPLES = 1000
_BATCH_BYTES = 500_000


class Store(ABC):
    """A store with named graphs; every method raises PublishError."""

    def __init__(self, endpoints: Endpoints, connection: Connection) -> None:
        self.endpoints = endpoints
        self._connection = connection

    @abstractmethod
    def replace(self, graph: GraphFile) -> None:
        """Make the named graph hold these triples and no others."""

    @abstractmethod
    def drop(self, name: str) -> None:
        """Remove a named graph; nothing happens where there is none."""

    def count(self, name: str) -> int:
        """How many triples the named graph holds.

        Asked by a query, since Virtuoso cuts the GET of a large graph without saying so.
        """
        query = f"SELECT (COUNT(*) AS ?triples) WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}"
        rows = self._connection.select(self.endpoints.query, query, f"counting {name}")
        try:
            return int(rows[0]["triples"])
        except (LookupError, ValueError) as error:
            raise PublishError(f"counting {name}: {self.endpoints.query} gave no count") from error

    def objects(self, name: str, predicate: str) -> dict[str, str]:
        """Subject → object of this predicate in the named graph."""
        query = f"SELECT ?s ?o WHERE {{ GRAPH <{name}> {{ ?s <{predicate}> ?o }} }}"
        rows = self._connection.select(self.endpoints.query, query, f"reading {name}")
        return {row["s"]: row["o"] for row in rows}


class GraphStore(Store):
    """Writes by the Graph Store HTTP Protocol (W3C Recommendation, 2013): one PUT a graph."""

    def replace(self, graph: GraphFile) -> None:
        """PUT the graph (5.3), streamed from its file."""
        self._connection.send(
            "PUT",
            self.endpoints.write,
            f"loading {graph.name}",
            params={self.endpoints.graph_parameter: graph.name},
            content=_Body(graph.path),
            # A length, since Virtuoso 7 and some proxies take no chunked body.
            headers={"Content-Type": "application/n-triples", "Content-Length": str(graph.size)},
        )

    def drop(self, name: str) -> None:
        """DELETE the graph (5.4)."""
        parameters = {self.endpoints.graph_parameter: name}
        self._connection.send("DELETE", self.endpoints.write, f"dropping {name}", params=parameters, accept=(404,))


class UpdateStore(Store):
    """Writes by SPARQL 1.1 Update in batches, for a store without graph store protocol or with a limit on bodies."""

    def replace(self, graph: GraphFile) -> None:
        """DROP in the request of the first batch, so that a small graph is replaced at once; then INSERT DATA."""
        first = f"DROP SILENT GRAPH <{graph.name}> ;\n"
        for insert in _inserts(graph):
            self._update(first + insert, f"loading {graph.name}")
            first = ""

    def drop(self, name: str) -> None:
        """DROP SILENT GRAPH."""
        self._update(f"DROP SILENT GRAPH <{name}>", f"dropping {name}")

    def _update(self, text: str, what: str) -> None:
        self._connection.send("POST", self.endpoints.write, what, data={"update": text})


PROTOCOLS: dict[str, type[Store]] = {"graph-store": GraphStore, "update": UpdateStore}
"""What the command line offers."""


class _Body:
    """The bytes of a file, read anew each time: a Digest challenge makes the client send them twice."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


def _inserts(graph: GraphFile) -> Iterator[str]:
    blank = [line for line in _lines(graph.path) if _has_blank_node(line)]
    if blank:
        # Labels of blank nodes hold within one request, so all of a graph's go in one; only the ontology has any.
        # As a template, since Virtuoso 7 takes no blank node in INSERT DATA.
        yield f"INSERT {{ GRAPH <{graph.name}> {{\n{''.join(blank)}}} }} WHERE {{}}"
    for batch in _batches(line for line in _lines(graph.path) if not _has_blank_node(line)):
        yield f"INSERT DATA {{ GRAPH <{graph.name}> {{\n{batch}}} }}"


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as file:
        yield from file


def _has_blank_node(line: str) -> bool:
    subject, _, value = line.split(" ", 2)
    return subject.startswith("_:") or value.startswith("_:")


def _batches(lines: Iterator[str]) -> Iterator[str]:
    batch: list[str] = []
    size = 0
    for line in lines:
        if batch and (len(batch) == _BATCH_TRIPLES or size + len(line) > _BATCH_BYTES):
            yield "".join(batch)
            batch, size = [], 0
        batch.append(line)
        size += len(line)
    if batch:
        yield "".join(batch)

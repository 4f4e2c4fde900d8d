"""GET /graphs: whole graphs, by the reading half of the SPARQL 1.1 Graph Store HTTP Protocol.

Graphs are named indirectly (section 4.2): an IRI of a graph is an IRI under the base, and its own address describes it.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from kg.catalog.terms import iri_term
from kg.engine import Answer, Asker, Engine, Formats
from kg.errors import QueryTooLargeError
from kg.web.clients import client_of
from kg.web.connection import Connected
from kg.web.negotiate import TRIPLES, Offer
from kg.web.problems import HttpProblem
from kg.web.protocol import read_pairs, single
from kg.web.responses import VARY, of_answer, one_offer

__all__ = ["graph_response"]

_HOW = "Name one graph: /graphs?graph=IRI, or /graphs?default for all of them together."


async def graph_response(request: Request, engine: Engine) -> Response:
    """The graph that the address names, in a format for triples. Raises HttpProblem with 400, 404, 406 or 413."""
    pairs = read_pairs(request.scope["query_string"], engine.limits)
    pattern = _pattern(pairs)
    offer = one_offer(request, single(pairs, "format"), TRIPLES)
    async with Connected(request):
        answer = await _read(engine, pattern, offer, Asker(client_of(request.scope), ad_hoc=True))
    return of_answer(answer, offer)


def _pattern(pairs: list[tuple[str, str]]) -> str:
    graph, default = single(pairs, "graph"), single(pairs, "default")
    if (graph is None) == (default is None):
        raise HttpProblem(400, "bad-request", _HOW)
    if graph is None:
        return "?s ?p ?o"
    try:
        return f"GRAPH {iri_term(graph)} {{ ?s ?p ?o }}"
    except ValueError as error:
        raise HttpProblem(400, "bad-request", f"The graph name {graph[:200]!r} is not an absolute IRI.") from error


async def _read(engine: Engine, pattern: str, offer: Offer, asker: Asker) -> Answer:
    if pattern.startswith("GRAPH"):
        known = await engine.query(f"ASK {{ {pattern} }}", asker=asker)
        if b"true" not in known.body:
            detail = "No graph has this name here. `SELECT DISTINCT ?g { GRAPH ?g {} }` lists the names there are."
            raise HttpProblem(404, "not-found", detail, VARY)
    try:
        return await engine.query(
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}", Formats(None, offer.name), asker=asker
        )
    except QueryTooLargeError as error:
        detail = (
            f"The graph is longer than {engine.limits.result_bytes:,} bytes in this format, and is never cut. "
            "/downloads/ has the files of the whole release."
        )
        raise HttpProblem(413, "result-too-large", detail, {"Link": '</downloads/>; rel="alternate"'}) from error

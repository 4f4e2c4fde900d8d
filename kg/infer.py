"""The closure: what follows from the ontology, and is not asserted.

OWL RL rules are run by `reasonable`; it knows no property chains, so those are run as CONSTRUCT queries, one for each
owl:propertyChainAxiom of the ontology, in turn with the rules until nothing new follows.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox
import reasonable

from kg.terms import BASE, OKG, OWL, RDF, graph

__all__ = ["REASONED_GRAPHS", "infer"]

# What sources print (reports, places, values) carries no class axioms: it is left out, for speed.
REASONED_GRAPHS = tuple(ox.NamedNode(graph(name)) for name in ("ontology", "vocabulary", "studies"))

_TYPE = ox.NamedNode(RDF + "type")


def infer(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """The quads of the inferred graph for these asserted quads.

    Kept are types and properties of our ontology on things of our data; what is asserted already, and what OWL says of
    everything (owl:Thing, owl:sameAs itself), is left out.
    """
    quads = list(quads)
    asserted = {quad.triple for quad in quads if quad.graph_name in REASONED_GRAPHS}
    known = set(asserted)
    chains = _chains(asserted)
    while True:
        before = len(known)
        known |= _rules(known)
        known |= _run_chains(known, chains)
        if len(known) == before:
            break
    target = ox.NamedNode(graph("inferred"))
    new = known - {quad.triple for quad in quads}
    return {ox.Quad(t.subject, t.predicate, t.object, target) for t in new if _worth_keeping(t)}


def _worth_keeping(triple: ox.Triple) -> bool:
    subject, value = triple.subject, triple.object
    if not isinstance(subject, ox.NamedNode) or isinstance(value, ox.BlankNode):
        return False
    if not subject.value.startswith(BASE) or subject.value.startswith(OKG):
        return False
    if triple.predicate == _TYPE:
        return isinstance(value, ox.NamedNode) and value.value.startswith(OKG)
    return triple.predicate.value.startswith(OKG)


def _rules(triples: set[ox.Triple]) -> set[ox.Triple]:
    """One run of the OWL RL rules."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "asserted.ttl"
        path.write_bytes(ox.serialize(sorted(triples, key=str), format=ox.RdfFormat.N_TRIPLES) or b"")
        reasoner = reasonable.PyReasoner()
        reasoner.load_file(str(path))
        found: set[ox.Triple] = set()
        for subject, predicate, value in reasoner.reason():
            triple = _iri_triple(subject, predicate, value)
            if triple is not None and _worth_keeping(triple):
                found.add(triple)
    return found


def _iri_triple(subject: object, predicate: object, value: object) -> ox.Triple | None:
    """A triple of IRIs from what `reasonable` returns (rdflib terms); None for one with a literal or blank node."""
    terms = (subject, predicate, value)
    if any(type(term).__name__ != "URIRef" for term in terms):
        return None
    first, second, third = (ox.NamedNode(str(term)) for term in terms)
    return ox.Triple(first, second, third)


def _chains(triples: set[ox.Triple]) -> list[str]:
    """A CONSTRUCT query for each property chain of the ontology."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    query = f"""
        SELECT ?property ?list WHERE {{ ?property <{OWL}propertyChainAxiom> ?list }} ORDER BY ?property
    """
    found = []
    for row in _solutions(store.query(query)):
        steps = _list(store, row["list"])
        path = "/".join(steps)
        found.append(f"CONSTRUCT {{ ?a {row['property']} ?b }} WHERE {{ ?a {path} ?b FILTER(isIRI(?b)) }}")
    return found


def _list(store: ox.Store, node: Any) -> list[str]:
    members: list[str] = []
    while node != ox.NamedNode(RDF + "nil"):
        first = next(store.quads_for_pattern(node, ox.NamedNode(RDF + "first"), None)).object
        inverse = (
            isinstance(first, ox.BlankNode)
            and next(store.quads_for_pattern(first, ox.NamedNode(OWL + "inverseOf"), None)).object
        )
        members.append(f"^{inverse}" if inverse else str(first))
        node = next(store.quads_for_pattern(node, ox.NamedNode(RDF + "rest"), None)).object
    return members


def _run_chains(triples: set[ox.Triple], queries: list[str]) -> set[ox.Triple]:
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    found: set[ox.Triple] = set()
    while True:
        new = {triple for query in queries for triple in _constructed(store.query(query))} - triples - found
        if not new:
            return found
        found |= new
        store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in new)


def _constructed(answer: object) -> ox.QueryTriples:
    return cast(ox.QueryTriples, answer)


def _solutions(answer: object) -> ox.QuerySolutions:
    return cast(ox.QuerySolutions, answer)

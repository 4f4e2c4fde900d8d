"""The closure: what follows from the ontology, and is not asserted.

Classes are filled by the OWL RL rules of `reasonable`. What follows of properties (chains, which it does not know, and
sub-properties, inverses and transitivity, on which chains build) is run first, as CONSTRUCT queries made from the
axioms: so one run of the rules is enough, unless they find a property too. Last come the closed-world rules of
ontology/rules/: CONSTRUCT queries that conclude from what the records do not hold, and mark what they conclude.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox
import reasonable

from kg.paths import ONTOLOGY
from kg.terms import BASE, OKG, OWL, RDF, RDFS, STATEMENT_KINDS, graph

__all__ = ["REASONED_GRAPHS", "infer"]

# What sources print (reports, places, values) carries no class axioms: it is left out, for speed.
REASONED_GRAPHS = tuple(ox.NamedNode(graph(name)) for name in ("ontology", "vocabulary", "studies"))

_TYPE = ox.NamedNode(RDF + "type")
_DEFINED_BY = ox.NamedNode(RDFS + "isDefinedBy")


def infer(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """The quads of the inferred graph for these asserted quads.

    Kept are types and properties of our ontology on things of our data; what is asserted already, and what OWL says of
    everything (owl:Thing, owl:sameAs itself), is left out. A type that a closed-world rule gives is marked on its
    member with okg:closedWorldType.
    """
    quads = list(quads)
    store = ox.Store()
    store.bulk_extend(_default(q.triple for q in quads if q.graph_name in REASONED_GRAPHS and _bears_on_axioms(q)))
    found = _run(store, _property_rules(store))
    while True:
        new = {triple for triple in _class_rules(store) if ox.Quad(*triple) not in store}
        store.bulk_extend(_default(new))
        found |= new
        if all(triple.predicate == _TYPE for triple in new):
            break
        found |= _run(store, _property_rules(store))
    found |= _run(store, _closed_world_rules())
    target = ox.NamedNode(graph("inferred"))
    asserted = {quad.triple for quad in quads}
    kept = {triple for triple in found - asserted if _worth_keeping(*map(_text, triple))}
    return {ox.Quad(t.subject, t.predicate, t.object, target) for t in kept}


def _default(triples: Iterable[ox.Triple]) -> Iterator[ox.Quad]:
    return (ox.Quad(*triple) for triple in triples)


def _bears_on_axioms(quad: ox.Quad) -> bool:
    """Whether class axioms can say anything of the quad: they name no literal, and of a statement only its class."""
    if isinstance(quad.object, ox.Literal) or quad.predicate == _DEFINED_BY:
        return False
    return quad.predicate == _TYPE or not _text(quad.subject).startswith(STATEMENT_KINDS)


def _text(term: object) -> str:
    """The IRI of a term; nothing for a blank node or literal."""
    return term.value if isinstance(term, ox.NamedNode) else ""


def _worth_keeping(subject: str, predicate: str, value: str) -> bool:
    """Whether IRIs make a statement about our data in terms of our ontology; "" stands for what is no IRI."""
    if not subject.startswith(BASE) or subject.startswith(OKG) or not value:
        return False
    return value.startswith(OKG) if predicate == _TYPE.value else predicate.startswith(OKG)


def _class_rules(store: ox.Store) -> Iterator[ox.Triple]:
    """What one run of the OWL RL rules gives."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "known.ttl"  # `reasonable` goes by the ending; N-Triples are Turtle
        path.write_bytes(b"".join(sorted(f"{quad.triple} .\n".encode() for quad in store)))
        reasoner = reasonable.PyReasoner()
        reasoner.load_file(str(path))
        for triple in reasoner.reason():
            # Terms of rdflib, of which URIRef alone is an IRI (and never equal to a str); most triples are dropped.
            subject, predicate, value = (str(term) if type(term).__name__ == "URIRef" else "" for term in triple)
            if _worth_keeping(subject, predicate, value):
                yield ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))


def _property_rules(store: ox.Store) -> list[str]:
    """A CONSTRUCT query for each axiom of the ontology about a property."""
    steps = {
        f"?s <{RDFS}subPropertyOf> ?p": "{s}",
        f"?p a <{OWL}TransitiveProperty> BIND(?p AS ?s)": "{s}/{s}",
        f"?p <{OWL}inverseOf> ?s": "^{s}",
        f"?s <{OWL}inverseOf> ?p": "^{s}",
    }
    paths = set()
    for pattern, path in steps.items():
        for row in _solutions(store.query(f"SELECT ?p ?s WHERE {{ {pattern} FILTER(ISIRI(?p) && ISIRI(?s)) }}")):
            paths.add((str(row["p"]), path.format(s=row["s"])))
    for row in _solutions(store.query(f"SELECT ?p ?list WHERE {{ ?p <{OWL}propertyChainAxiom> ?list }}")):
        paths.add((str(row["p"]), "/".join(_list(store, row["list"]))))
    return [f"CONSTRUCT {{ ?a {term} ?b }} WHERE {{ ?a {path} ?b FILTER(ISIRI(?b)) }}" for term, path in sorted(paths)]


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


def _closed_world_rules() -> list[str]:
    """The CONSTRUCT queries that conclude from what is not on record, in order of their names."""
    return [path.read_text(encoding="utf-8") for path in sorted((ONTOLOGY / "rules").glob("*.rq"))]


def _run(store: ox.Store, queries: list[str]) -> set[ox.Triple]:
    """Add to the store what the queries construct, until nothing new follows; return what was added."""
    found: set[ox.Triple] = set()
    while True:
        made = {triple for query in queries for triple in cast(ox.QueryTriples, store.query(query))}
        new = {triple for triple in made if ox.Quad(*triple) not in store}
        if not new:
            return found
        found |= new
        store.bulk_extend(_default(new))


def _solutions(answer: object) -> ox.QuerySolutions:
    return cast(ox.QuerySolutions, answer)

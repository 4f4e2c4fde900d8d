"""How a thing of the graph is called in KGX: by an identifier that other graphs use, else by a CURIE of our own.

A person who merges graphs joins them by node id. So a node takes as its id the exact match (skos:exactMatch, nothing
weaker) whose prefix Biolink prefers for its category, where there is one, and carries its own CURIE beside it. Two
things that claim the same identifier both keep their own.

Our own CURIEs are `oncokg.drug:mrg003` for https://w3id.org/oncokg/drug/mrg003: the prefix is the path up to the last
segment, joined by dots. KGX takes no slash after the colon, and a bare `drug:` would clash in a graph that is merged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from urllib.parse import unquote

from kg.export.formats import ReleaseGraph
from kg.export.solutions import lists
from kg.ontology import prefixes
from kg.terms import BASE

__all__ = ["PREFERRED", "PREFIXES", "Names", "own_curie"]

PREFIXES = {
    "UniProt": "UniProtKB",
    "RxNorm": "RXCUI",
    "drugcentral": "DrugCentral",
    "pharmgkb.drug": "PHARMGKB.DRUG",
    "pubmed": "PMID",
    "clinicaltrials": "CLINICALTRIALS",
}
"""Prefixes of ontology/context.jsonld that Biolink writes otherwise."""

PREFERRED = {
    "biolink:Disease": ("MONDO", "DOID", "EFO", "UMLS", "MESH", "NCIT", "SNOMEDCT"),
    # The order of Biolink's chemical entity: a drug here is the active substance, not a product on the market.
    "biolink:Drug": (
        "CHEBI", "UNII", "CHEMBL.COMPOUND", "DRUGBANK", "MESH", "CAS", "DrugCentral", "PHARMGKB.DRUG", "RXCUI", "UMLS",
    ),
    "biolink:Protein": ("UniProtKB", "NCIT", "MESH"),
    "biolink:Procedure": ("MAXO",),
    "biolink:Publication": ("PMID", "doi"),
}  # fmt: skip
"""Prefixes that a node of a category may take its id from, the most preferred first: id_prefixes of the model."""

_EXACT = "SELECT ?of ?value WHERE { ?of skos:exactMatch ?value }"
# What a publication prints of itself, for releases in which these are no exact matches yet.
_PRINTED = """SELECT ?of ?value WHERE {
  { ?of okg:pmid ?pmid BIND(CONCAT("PMID:", ?pmid) AS ?value) }
  UNION { ?of okg:doi ?doi BIND(CONCAT("doi:", LCASE(?doi)) AS ?value) } }"""


def own_curie(iri: str) -> str:
    """The CURIE of one of our own things."""
    path, _, key = iri.removeprefix(BASE).rpartition("/")
    return f"oncokg.{path.replace('/', '.')}:{key}"


class Names:
    """The id of each thing, and what else it is called exactly."""

    def __init__(self, graph: ReleaseGraph, categories: Mapping[str, str]) -> None:
        """`categories` gives the Biolink category of each thing that is a node, by IRI."""
        by_namespace = sorted(((iri, name) for name, iri in prefixes().items()), key=lambda pair: -len(pair[0]))
        self._exact = {iri: set(found) for iri, found in lists(graph, _PRINTED).items()}
        for iri, found in lists(graph, _EXACT).items():
            self._exact.setdefault(iri, set()).update(_curie(other, by_namespace) for other in found)
        claims = Counter(curie for iri in categories for curie in self._exact.get(iri, ()))
        self._ids = {}
        for iri, category in categories.items():
            own = {curie.partition(":")[0]: curie for curie in sorted(self._exact.get(iri, ())) if claims[curie] == 1}
            preferred = [own[prefix] for prefix in PREFERRED.get(category, ()) if prefix in own]
            self._ids[iri] = preferred[0] if preferred else own_curie(iri)

    def id(self, iri: str) -> str:
        """The id of the node that a thing is. Raises KeyError where it is none."""
        return self._ids[iri]

    def __contains__(self, iri: str) -> bool:
        return iri in self._ids

    def equivalents(self, iri: str) -> list[str]:
        """Every exact identifier of a thing, its own CURIE among them, sorted."""
        return sorted({own_curie(iri), *self._exact.get(iri, ())})


def _curie(iri: str, by_namespace: list[tuple[str, str]]) -> str:
    """The CURIE of somebody else's thing, in Biolink's spelling; its IRI where no prefix is known."""
    for namespace, name in by_namespace:
        if iri.startswith(namespace):
            return f"{PREFIXES.get(name, name)}:{unquote(iri.removeprefix(namespace))}"
    return iri

"""The service description (SPARQL 1.1 Service Description), as a query whose answer is the description.

So it is served in every format that graphs are served in, by the same path as any other answer.
"""

from __future__ import annotations

from kg.catalog.terms import iri_term
from kg.engine.answer import SOLUTION_TYPES, TRIPLE_TYPES

__all__ = ["description_query"]

_FORMATS = "http://www.w3.org/ns/formats/"
_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
    "trig": "TriG",
    "nquads": "N-Quads",
}

_TEMPLATE = """
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
CONSTRUCT {{
  {service} a sd:Service ;
    sd:endpoint {endpoint} ;
    sd:supportedLanguage sd:SPARQL11Query ;
    sd:feature sd:UnionDefaultGraph ;
    sd:resultFormat {formats} ;
    sd:defaultDataset {dataset} .
  {dataset} a sd:Dataset ; sd:defaultGraph {default} .
  {default} a sd:Graph .
}} WHERE {{}}
"""


def description_query(endpoint: str) -> str:
    """The query that describes the service at this address. Raises ValueError where the address is not an IRI."""
    formats = ", ".join(iri_term(f"{_FORMATS}{_NAMES[name]}") for name in (*SOLUTION_TYPES, *TRIPLE_TYPES))
    return _TEMPLATE.format(
        service=iri_term(f"{endpoint}#service"),
        endpoint=iri_term(endpoint),
        formats=formats,
        dataset=iri_term(f"{endpoint}#dataset"),
        default=iri_term(f"{endpoint}#default-graph"),
    )

"""What the server says of itself and of what it serves: service description, DCAT and VoID.

Each is a query whose answer is the description, so it is served in every format that graphs are served in. The release
describes itself in its graph `metadata`; what depends on where it is served is added here.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.catalog.saved import IRI_BASE
from kg.catalog.terms import integer_term, iri_term, string_term
from kg.engine.answer import SOLUTION_TYPES, TRIPLE_TYPES
from kg.web.deployment import Served
from kg.web.texts import say

__all__ = ["catalog_query", "description_query", "void_query"]

METADATA = iri_term(f"{IRI_BASE}graph/metadata")
_DATASET = f"{IRI_BASE}dataset"
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
_PREFIXES = """PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""

# SPARQL 1.1 Service Description (W3C Recommendation, 2013). SERVICE is off, so sd:BasicFederatedQuery is not among the
# features. The empty first alternative makes sure that there is a solution where no graph has a name.
_SERVICE = """CONSTRUCT {{
  {service} a sd:Service ;
    sd:endpoint {endpoint} ;
    sd:supportedLanguage sd:SPARQL11Query ;
    rdfs:comment {comment}@en , {comment_zh}@zh ;
    sd:feature sd:UnionDefaultGraph ;
    sd:resultFormat {formats} ;
    sd:defaultDataset {dataset} .
  {dataset} a sd:Dataset ; sd:defaultGraph {default} .
  {default} a sd:Graph ; void:triples {triples} .
  {dataset} sd:namedGraph ?named .
  ?named a sd:NamedGraph ; sd:name ?graph ; sd:graph ?graph .
  ?graph a sd:Graph ; void:triples ?size .
  {more}
}} WHERE {{
  {{}} UNION {{
    {{
      {{ SELECT DISTINCT ?graph WHERE {{ GRAPH ?graph {{}} }} }}
      GRAPH {metadata} {{ ?graph void:triples ?size }}
    }} UNION {{
      SELECT ?graph (COUNT(*) AS ?size) WHERE {{
        {{ SELECT DISTINCT ?graph WHERE {{
          GRAPH ?graph {{}} FILTER NOT EXISTS {{ GRAPH {metadata} {{ ?graph void:triples ?any }} }}
        }} }}
        GRAPH ?graph {{ ?s ?p ?o }}
      }} GROUP BY ?graph
    }}
    BIND(IRI(CONCAT({endpoint_text}, "#graph-", ENCODE_FOR_URI(STR(?graph)))) AS ?named)
  }}
}}"""


def description_query(endpoint: str, quads: int, served: Sequence[Served]) -> str:
    """The query for the description of the service at this address. Raises ValueError where that is not an IRI."""
    formats = ", ".join(iri_term(f"{_FORMATS}{_NAMES[name]}") for name in (*SOLUTION_TYPES, *TRIPLE_TYPES))
    dataset = iri_term(f"{endpoint}#dataset")
    seen = f"{dataset} rdfs:seeAlso {iri_term(_DATASET)} ." if served else ""
    return _PREFIXES + _SERVICE.format(
        service=iri_term(f"{endpoint}#service"),
        endpoint=iri_term(endpoint),
        endpoint_text=string_term(endpoint),
        comment=string_term(say("no-federation", "en")),
        comment_zh=string_term(say("no-federation", "zh")),
        formats=formats,
        dataset=dataset,
        default=iri_term(f"{endpoint}#default-graph"),
        triples=integer_term(str(quads)),
        metadata=METADATA,
        more=f"{seen} {_data_service(endpoint, served)}",
    )


def catalog_query(endpoint: str, quads: int, served: Sequence[Served]) -> str:
    """The query for project, catalogue, dataset, release and distributions, without the statistics in detail."""
    return f"""{_PREFIXES}CONSTRUCT {{ ?s ?p ?o . {_added(endpoint, quads, served)} }} WHERE {{
  {{}} UNION {{ BIND({iri_term(IRI_BASE)} AS ?s) ?s ?p ?o }} UNION {{
    GRAPH {METADATA} {{ ?s ?p ?o }}
    FILTER(?p NOT IN (void:classPartition, void:propertyPartition)
      && !STRSTARTS(STR(?s), {string_term(_DATASET + "/class-partition/")})
      && !STRSTARTS(STR(?s), {string_term(_DATASET + "/property-partition/")}))
  }}
}}"""


def void_query(endpoint: str, quads: int, served: Sequence[Served]) -> str:
    """The query for all that the release says of itself, statistics included."""
    return f"""{_PREFIXES}CONSTRUCT {{ ?s ?p ?o . {_added(endpoint, quads, served)} }} WHERE {{
  {{}} UNION {{ GRAPH {METADATA} {{ ?s ?p ?o }} }} }}"""


def _added(endpoint: str, quads: int, served: Sequence[Served]) -> str:
    facts = "".join(f"{iri_term(s)} {iri_term(p)} {iri_term(o)} . " for s, p, o in served)
    if not served:
        # Plain files say nothing of themselves: how many statements there are is all that is known.
        dataset, size = iri_term(f"{endpoint}#dataset"), integer_term(str(quads))
        facts = f"{dataset} a void:Dataset ; void:triples {size} ; void:sparqlEndpoint {iri_term(endpoint)} . "
    return facts + _data_service(endpoint, served)


def _data_service(endpoint: str, served: Sequence[Served]) -> str:
    """DCAT 3, section 6.9."""
    service = iri_term(f"{endpoint}#service")
    dataset = iri_term(_DATASET if served else f"{endpoint}#dataset")
    return (
        f'{service} a dcat:DataService ; dcterms:title "OncoKG SPARQL endpoint"@en , "OncoKG SPARQL端点"@zh ; '
        f"dcat:endpointURL {iri_term(endpoint)} ; dcat:endpointDescription {iri_term(endpoint)} ; "
        f"dcat:servesDataset {dataset} ."
    )

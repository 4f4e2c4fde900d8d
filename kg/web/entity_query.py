"""The queries behind the description of a thing. Each takes finished terms (kg.catalog.terms), no text of a client."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.catalog.saved import IRI_BASE
from kg.catalog.terms import iri_term

__all__ = [
    "NAMES",
    "PARTS",
    "TEXTS",
    "Served",
    "about_document",
    "blank_nodes",
    "count_members",
    "count_reports",
    "count_uses",
    "discrepancies",
    "groups",
    "labels",
    "members",
    "owners",
    "page_of",
    "reports",
    "resolve",
    "statements",
    "terms_of",
    "triples",
    "whole_ontology",
]

OKG = f"{IRI_BASE}ontology/"
INFERRED = f"<{IRI_BASE}graph/inferred>"

Served = tuple[str, str, str]
"""A triple that depends on where the release is served: three finished terms."""

NAMES = ("rdfs:label", "skos:prefLabel", "dcterms:title", "okg:title")
"""The properties that name a thing, the best first."""

PARTS = (
    "okg:hasFactKind",
    "okg:hasDiscrepancyKind",
    "okg:concernsAgent",
    "okg:assertsAction",
    "okg:assertsTarget",
    "okg:hasEventTerm",
    "okg:hasFactor",
    "okg:testGroup",
    "okg:referenceGroup",
    "okg:hasCharacteristic",
    "okg:hasEndpoint",
    "okg:hasStatistic",
    "okg:outcomeOf",
    "okg:administers",
    "okg:inReview",
    "okg:readingFrom",
)
"""A thing without a name is called by the names of these neighbours, in this order …"""

TEXTS = (
    "okg:printed",
    "okg:printedText",
    "okg:readingValue",
    "okg:factText",
    "okg:definitionText",
    "okg:locator",
    "okg:referenceNumber",
    "dcterms:identifier",
)
"""… and the first of these texts."""

PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xhv": "http://www.w3.org/1999/xhtml/vocab#",
    "obo": "http://purl.obolibrary.org/obo/",
    "okg": OKG,
}
_HEAD = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())

# From a blank node to those that it is made of: class expressions and lists (OWL 2 Mapping to RDF Graphs). The walk
# ends at named classes, since what leads on from these (rdfs:subClassOf, owl:equivalentClass) is not among them.
_INNER = (
    "owl:intersectionOf|owl:unionOf|owl:complementOf|owl:oneOf|owl:someValuesFrom|owl:allValuesFrom|owl:hasValue|"
    "owl:onClass|owl:onProperty|owl:inverseOf|owl:members|owl:distinctMembers|owl:onDataRange|owl:withRestrictions|"
    "rdf:first|rdf:rest"
)


def resolve(iris: Iterable[str]) -> str:
    """Which of these IRIs the data know, by deprecation, replacement and whether it is an ontology or a named graph.

    The inner SELECT is for Virtuoso 7, which finds nothing where OPTIONAL stands beside these FILTERs.
    """
    return f"""{_HEAD}SELECT ?iri ?deprecated ?replacement ?ontology ?graph WHERE {{
  {{ SELECT ?iri ?graph ?deprecated ?ontology WHERE {{
    VALUES ?iri {{ {" ".join(iris)} }}
    BIND(EXISTS {{ GRAPH ?iri {{ ?s ?p ?o }} }} AS ?graph)
    FILTER(?graph || EXISTS {{ ?iri ?p1 ?o1 }} || EXISTS {{ ?s2 ?p2 ?iri }} || EXISTS {{ ?s3 ?iri ?o3 }})
    BIND(EXISTS {{ ?iri owl:deprecated true }} AS ?deprecated)
    BIND(EXISTS {{ ?iri a owl:Ontology }} AS ?ontology)
  }} }}
  OPTIONAL {{ ?iri obo:IAO_0100001 ?replacement FILTER(isIRI(?replacement)) }}
}} ORDER BY ?iri ?replacement"""


def groups(term: str) -> str:
    """How many statements there are by direction (0 from the thing, 1 to it, 2 about it as a graph) and property."""
    return f"""{_HEAD}SELECT ?direction ?property (COUNT(*) AS ?size) WHERE {{
  {{ SELECT DISTINCT ?direction ?property ?other WHERE {{ {_either(term)} }} }}
}} GROUP BY ?direction ?property ORDER BY ?direction ?size ?property"""


def statements(term: str, limit: int, offset: int) -> str:
    """The statements from and to a thing: the small groups first, so that a large one hides none."""
    return f"""SELECT DISTINCT ?direction ?size ?property ?other WHERE {{
  {{ SELECT ?direction ?property (COUNT(*) AS ?size) WHERE {{
    {{ SELECT DISTINCT ?direction ?property ?any WHERE {{ {_either(term, "?any")} }} }}
  }} GROUP BY ?direction ?property }}
  {_either(term)}
}} ORDER BY ?direction ?size ?property ?other LIMIT {limit:d} OFFSET {offset:d}"""


def page_of(term: str, limit: int, offset: int) -> str:
    """The statements of one page, and which of them were inferred."""
    return f"""{_HEAD}SELECT ?direction ?property ?other ?inferred WHERE {{
  {{ {statements(term, limit, offset)} }}
  BIND(IF(?direction = 0, EXISTS {{ GRAPH {INFERRED} {{ {term} ?property ?other }} }},
    EXISTS {{ GRAPH {INFERRED} {{ ?other ?property {term} }} }}) AS ?inferred)
}} ORDER BY ?direction ?size ?property ?other"""


def members(graph: str, limit: int, offset: int) -> str:
    """The things described in a named graph, by IRI; `SELECT DISTINCT ?member`."""
    return (
        f"SELECT DISTINCT ?member WHERE {{ GRAPH {graph} {{ ?member ?mp ?mo }} FILTER(isIRI(?member)) }} "
        f"ORDER BY ?member LIMIT {limit:d} OFFSET {offset:d}"
    )


def count_members(graph: str) -> str:
    """How many things a named graph describes."""
    return f"SELECT (COUNT(DISTINCT ?s) AS ?size) WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} FILTER(isIRI(?s)) }}"


def blank_nodes(term: str) -> str:
    """The blank nodes that the thing is defined by, statement by statement, with the outermost that each belongs to."""
    return f"""{_HEAD}SELECT ?root ?node ?property ?other WHERE {{
  {term} ?start ?root . FILTER(isBlank(?root))
  ?root ({_INNER})* ?node . FILTER(isBlank(?node)) ?node ?property ?other
}}"""


def owners(term: str) -> str:
    """The named things whose definition, a blank node, uses this one."""
    return f"""{_HEAD}SELECT DISTINCT ?owner WHERE {{
  ?node (owl:someValuesFrom|owl:allValuesFrom|owl:hasValue|owl:onProperty|owl:onClass|rdf:first) {term} .
  FILTER(isBlank(?node))
  ?root ({_INNER})* ?node . FILTER(isBlank(?root))
  ?owner ?axiom ?root . FILTER(isIRI(?owner))
}} ORDER BY ?owner"""


def labels(terms: Sequence[str]) -> str:
    """Names, or parts of names, of these things: `?thing ?kind ?text`, the kind being a property of the lists above."""
    wanted = " ".join(terms)
    return f"""{_HEAD}SELECT ?thing ?kind ?part ?text WHERE {{
  VALUES ?thing {{ {wanted} }}
  {{ VALUES ?kind {{ {" ".join((*NAMES, *TEXTS))} }} ?thing ?kind ?text }} UNION
  {{ VALUES ?kind {{ {" ".join(PARTS)} }} ?thing ?kind ?part . ?part {"|".join(NAMES)} ?text }}
  FILTER(isLiteral(?text))
}}"""


def reports(term: str, limit: int) -> str:
    """What is printed about a thing, and where: reports of it, or of the statements that are about it."""
    return f"""{_HEAD}SELECT ?report ?printed ?place ?locator ?source ?statement WHERE {{
  {{ {_reports(term, limit)} }}
  OPTIONAL {{ ?report okg:printed ?printed }}
  OPTIONAL {{ ?report okg:printedAt ?place OPTIONAL {{ ?place okg:locator ?locator }}
    OPTIONAL {{ ?place okg:inSource ?source }} }}
}} ORDER BY ?source ?locator ?report ?place"""


def count_uses(term: str) -> str:
    """How many statements have the thing as their property."""
    return f"SELECT (COUNT(*) AS ?size) WHERE {{ ?s {term} ?o }}"


def count_reports(term: str) -> str:
    """How many reports that would be without a limit."""
    return f"{_HEAD}SELECT (COUNT(*) AS ?size) WHERE {{ {_reports(term, None)} }}"


def discrepancies(term: str) -> str:
    """The disagreements on record about a thing: `?discrepancy ?kind ?because ?resolution`."""
    return f"""{_HEAD}SELECT ?discrepancy ?kind ?because ?resolution WHERE {{
  ?discrepancy okg:isAbout {term} ; a okg:Discrepancy .
  OPTIONAL {{ ?discrepancy okg:hasDiscrepancyKind ?kind }}
  OPTIONAL {{ ?discrepancy okg:because ?because }}
  OPTIONAL {{ ?discrepancy okg:hasResolution ?resolution }}
}} ORDER BY ?discrepancy ?because"""


def triples(term: str, limit: int, offset: int, is_graph: bool, served: Sequence[Served]) -> str:
    """The CONSTRUCT of one page of a description: statements, labels of the neighbours, blank nodes, sources.

    Each branch is a SELECT of its own: where they share a variable, the compiler of Virtuoso 7 fails (SP031).
    """
    page = f"{{ {statements(term, limit, offset)} }}"
    graph = f"UNION {{ {{ {members(term, limit, offset)} }} GRAPH {term} {{ ?member ?mp ?mo }} }}" if is_graph else ""
    member = "?member ?mp ?mo ." if is_graph else ""
    return f"""{_HEAD}CONSTRUCT {{
  {term} ?out ?object . ?subject ?in {term} .
  ?neighbour ?name ?label . ?property ?name ?propertyLabel .
  ?node ?np ?no .
  ?source ?sp ?so .
  {member}
  {"".join(f"{subject} {predicate} {value} . " for subject, predicate, value in served)}
}} WHERE {{
  {{ SELECT (?property AS ?out) (?other AS ?object) WHERE {{ {page} FILTER(?direction = 0) }} }} UNION
  {{ SELECT (?property AS ?in) (?other AS ?subject) WHERE {{ {page} FILTER(?direction = 1) }} }} UNION
  {{ SELECT (?other AS ?neighbour) ?name ?label WHERE {{ {page} {_named("?other", "?label")} }} }} UNION
  {{ SELECT ?property ?name ?propertyLabel WHERE {{ {page} {_named("?property", "?propertyLabel")} }} }} UNION
  {{ SELECT ?node ?np ?no WHERE {{ {term} ?axiom ?root . FILTER(isBlank(?root))
    ?root ({_INNER})* ?node . FILTER(isBlank(?node)) ?node ?np ?no }} }} UNION
  {{ SELECT (?other AS ?node) ?np ?no WHERE {{
    {page} FILTER(?direction = 1 && isBlank(?other)) ?other ?np ?no }} }} UNION
  {{ SELECT ?source ?sp ?so WHERE {{
    {{ {_reports(term, limit)} }} ?report okg:printedAt? ?source . ?source ?sp ?so }} }} UNION
  {{ SELECT ?source ?sp ?so WHERE {{ ?discrepancy okg:isAbout {term} ; okg:hasReading? ?source . ?source ?sp ?so }} }}
  {graph}
}}"""


def about_document(own: str, term: str, number: int, pages: int) -> list[Served]:
    """What a document says of itself: its topic and, where it is one of several, which, and where the next one is."""
    this = f"{own}?page={number:d}" if number > 1 else own
    subject = iri_term(this)
    found = [(subject, "a", "foaf:Document"), (subject, "foaf:primaryTopic", term)]
    if pages > 1:
        found += [
            (subject, "rdfs:comment", f'"page {number:d} of {pages:d} of this description"@en'),
            (subject, "rdfs:comment", f'"此描述共{pages:d}页，此为第{number:d}页"@zh'),
        ]
    if number < pages:
        found.append((subject, "xhv:next", iri_term(f"{own}?page={number + 1:d}")))
    return found


def whole_ontology(term: str, served: Sequence[Served]) -> str:
    """The CONSTRUCT of an ontology: all of the graph that declares it, for the one who opens it in an editor."""
    facts = "".join(f"{subject} {predicate} {value} . " for subject, predicate, value in served)
    return f"""{_HEAD}CONSTRUCT {{ ?s ?p ?o . {facts} }} WHERE {{
  {{ GRAPH ?graph {{ {term} a owl:Ontology }} GRAPH ?graph {{ ?s ?p ?o }} }} UNION {{ BIND({term} AS ?s) ?s ?p ?o }}
}}"""


def _either(term: str, other: str = "?other") -> str:
    return (
        f"{{ {term} ?property {other} BIND(0 AS ?direction) }} UNION "
        f"{{ {other} ?property {term} BIND(1 AS ?direction) }}"
    )


def _named(thing: str, label: str) -> str:
    return f"VALUES ?name {{ {' '.join(NAMES)} }} {thing} ?name {label} ."


def _reports(term: str, limit: int | None) -> str:
    most = "" if limit is None else f"ORDER BY ?report LIMIT {limit:d}"
    return f"""SELECT DISTINCT ?report ?statement WHERE {{
    {{ BIND({term} AS ?statement) }} UNION {{ {term} ?link ?statement }} UNION
    {{ ?statement ?link {term} FILTER(?link != rdf:type) }}
    ?report okg:reports ?statement }} {most}"""


def terms_of(iris: Iterable[str]) -> list[str]:
    """The terms of those IRIs that are written as SPARQL has them; others have no label anyway."""
    found = []
    for iri in dict.fromkeys(iris):
        try:
            found.append(iri_term(iri))
        except ValueError:
            continue
    return found

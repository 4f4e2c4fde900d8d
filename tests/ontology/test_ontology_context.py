"""The prefix map and the glossary."""

from __future__ import annotations

import json
import re

import pyoxigraph as ox

from kg.ontology import ontology_quads, prefixes
from kg.paths import ONTOLOGY
from kg.terms import BASE, OKG, closed_lists, identifier_patterns

CONTEXT = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))["@context"]


def test_a_compact_document_expands() -> None:
    document = {
        "@context": CONTEXT,
        "@id": "drug:mrg003",
        "okg:deliversTo": {"@id": "target:egfr", "skos:exactMatch": [{"@id": "HGNC:3236"}, {"@id": "NCIT:C17757"}]},
    }
    quads = list(ox.parse(json.dumps(document), format=ox.RdfFormat.JSON_LD))
    exact = "<http://www.w3.org/2004/02/skos/core#exactMatch>"
    assert sorted(str(quad.triple) for quad in quads) == [
        f"<{BASE}drug/mrg003> <{OKG}deliversTo> <{BASE}target/egfr>",
        f"<{BASE}target/egfr> {exact} <http://purl.obolibrary.org/obo/NCIT_C17757>",
        f"<{BASE}target/egfr> {exact} <https://bioregistry.io/hgnc:3236>",
    ]


def test_every_closed_list_has_a_prefix_and_no_two_prefixes_agree() -> None:
    known = prefixes()
    assert {kind: known.get(kind) for kind in closed_lists()} == {kind: f"{BASE}{kind}/" for kind in closed_lists()}
    assert len(set(known.values())) == len(known)
    # JSON-LD 1.1 takes a term for a prefix where its IRI ends in one of these, or where it is told to.
    told = {name for name, term in CONTEXT.items() if isinstance(term, dict) and term["@prefix"]}
    assert {name for name, iri in known.items() if not iri.endswith(("/", "#", ":"))} == told


def sources() -> dict[str, dict[str, str]]:
    """What the ontology says of each identifier source, by its prefix: {"MONDO": {"namespace": …, "pattern": …}}."""
    found: dict[str, dict[str, str]] = {}
    for quad in ontology_quads():
        subject, predicate = getattr(quad.subject, "value", ""), quad.predicate.value
        if subject.startswith(f"{BASE}identifier-source/") and isinstance(quad.object, ox.Literal):
            found.setdefault(subject.rpartition("/")[2], {})[re.split("[/#]", predicate)[-1]] = quad.object.value
    return {about["preferredNamespacePrefix"]: about | {"key": key} for key, about in found.items()}


def test_every_identifier_source_has_the_namespace_of_the_map() -> None:
    known = prefixes()
    assert {prefix: about["preferredNamespaceUri"] for prefix, about in sources().items()} == {
        prefix: known.get(prefix) for prefix in sources()
    }
    assert {prefix.lower() for prefix in sources()} == {about["key"] for about in sources().values()}


def test_namespaces_of_identifiers_are_forms_that_stay() -> None:
    """The form of RDF data where a source has one, else that of bioregistry.io: never the address of a page."""
    rdf = {
        **{
            prefix: f"http://purl.obolibrary.org/obo/{prefix}_" for prefix in ("CHEBI", "DOID", "MAXO", "MONDO", "NCIT")
        },
        "CHEMBL.COMPOUND": "http://rdf.ebi.ac.uk/resource/chembl/molecule/",
        "EFO": "http://www.ebi.ac.uk/efo/EFO_",
        "MESH": "http://id.nlm.nih.gov/mesh/",
        "NCBIGene": "http://purl.uniprot.org/geneid/",
        "SNOMEDCT": "http://snomed.info/id/",
        "UniProt": "http://purl.uniprot.org/uniprot/",
        "doi": "https://doi.org/",
        "roo": "http://www.cancerdata.org/roo/",
    }
    found = {prefix: about["preferredNamespaceUri"] for prefix, about in sources().items()}
    assert {prefix: found.get(prefix) for prefix in rdf} == rdf
    others = {prefix: iri for prefix, iri in found.items() if prefix not in rdf}
    assert others == {prefix: f"https://bioregistry.io/{prefix.lower()}:" for prefix in others}
    assert len(others) >= 16


def test_patterns_of_identifiers_start_with_their_namespace() -> None:
    assert identifier_patterns() == {prefix: about["uriRegexPattern"] for prefix, about in sources().items()}
    for about in sources().values():
        assert about["uriRegexPattern"].startswith("^" + about["preferredNamespaceUri"].replace(".", "[.]"))
        assert re.compile(about["uriRegexPattern"]).fullmatch(about["preferredNamespaceUri"]) is None


def test_turtle_files_use_the_prefixes_of_the_map() -> None:
    written = {
        (path.name, name, iri)
        for path in ONTOLOGY.rglob("*.ttl")
        for name, iri in re.findall(r"^@prefix ([\w-]+): <([^>]+)> \.$", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(written) > 40
    assert sorted(use for use in written if prefixes().get(use[1]) != use[2]) == []


def test_the_glossary_names_each_term_once() -> None:
    rows = re.findall(r"^\| \*\*(.+?)\*\*", (ONTOLOGY / "GLOSSARY.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"report", "discrepancy", "setting", "regimen"} <= set(rows)
    assert len(rows) == len(set(rows))

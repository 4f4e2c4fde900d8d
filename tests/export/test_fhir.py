"""FHIR R5 Evidence: valid by HL7's schema and by fhir.resources, with codes that exist, and as many as the graph says.

The schema and the codes are slices of HL7's packages (tests/export/fhir/slice_packages.py). fhir.resources accepts any
status and an empty variableDefinition, so that these are looked at here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path

import jsonschema
import pyoxigraph as ox
import pytest

from kg.export.fhir_codes import concept
from kg.export.formats import EXPORTS, ReleaseGraph
from kg.export.resources import Resources
from kg.export.writing import export_text
from kg.terms import BASE, SKOS

HERE = Path(__file__).parent / "fhir"
SCHEMA = json.loads((HERE / "schema.json").read_text(encoding="utf-8"))
CODES = json.loads((HERE / "codes.json").read_text(encoding="utf-8"))
FHIR, TERMINOLOGY = "http://hl7.org/fhir/", "http://terminology.hl7.org/CodeSystem/"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
ANNOTATION = re.compile(r"\{[a-z0-9-]+\}")  # of UCUM: the unit 1, whatever stands in the braces
COMPOSED = {"10*-5/a", "{copies}/mL"}
OUTCOME = BASE + "outcome/example-1/"


@cache
def _bundle(graph: ReleaseGraph):
    text = export_text(EXPORTS["fhir"], graph, EXPORTS["fhir"].files[0])
    return json.loads(text, parse_float=Decimal)


def _resources(bundle, kind):
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def _objects(node):
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _objects(child)


@pytest.fixture(scope="module")
def small(small_graph):
    return _bundle(small_graph)


@pytest.fixture(scope="module")
def evidence(small):
    return {resource["url"].removeprefix(OUTCOME): resource for resource in _resources(small, "Evidence")}


def _count(graph, pattern):
    query = f"PREFIX okg: <https://w3id.org/oncokg/ontology/> SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ {pattern} }}"
    return int(next(iter(graph.select(query)))["n"].value)


def test_each_outcome_once_and_each_report_in_a_note(any_graph):
    bundle = _bundle(any_graph)
    found = _resources(bundle, "Evidence")
    assert len({resource["url"] for resource in found}) == len(found) == _count(any_graph, "?s a okg:Outcome") > 0
    notes = [note["text"] for resource in found for note in resource["note"]]
    assert sum(note.startswith("Printed in ") for note in notes) == _count(any_graph, "?s okg:reports/a okg:Outcome")
    tests = [resource for resource in found if len(_roles(resource) & {"referenceExposure"})]
    compared = "?c okg:hasOutcome ?s ; okg:referenceGroup ?r . ?s a okg:Outcome"
    assert len(tests) == _count(any_graph, compared) > 0
    figures = "?s a okg:Outcome ; okg:acceptedValue ?v . ?v okg:value ?n FILTER NOT EXISTS { ?v okg:valueHigh ?h }"
    assert sum("value" in stat.get("quantity", {}) for stat in _statistics(found)) == _count(any_graph, figures) > 0


def _roles(resource):
    return {variable["variableRole"]["coding"][0]["code"] for variable in resource["variableDefinition"]}


def _statistics(found):
    return [statistic for resource in found for statistic in resource["statistic"]]


def test_the_schema_of_hl7_holds(any_graph):
    bundle = _bundle(any_graph)
    for entry in bundle["entry"]:
        kind = entry["resource"]["resourceType"]
        jsonschema.Draft6Validator({**SCHEMA, "$ref": f"#/definitions/{kind}"}).validate(entry["resource"])
    empty = {**bundle, "entry": bundle["entry"][:1]}
    jsonschema.Draft6Validator({**SCHEMA, "$ref": "#/definitions/Bundle"}).validate(empty)


def test_the_schema_of_hl7_finds_what_is_wrong(evidence):
    validator = jsonschema.Draft6Validator({**SCHEMA, "$ref": "#/definitions/Evidence"})
    good = next(iter(evidence.values()))
    assert validator.is_valid(good)
    assert not validator.is_valid({**good, "colour": "red"})
    assert not validator.is_valid({**good, "variableDefinition": "none"})
    assert not validator.is_valid({name: value for name, value in good.items() if name != "variableDefinition"})


def test_fhir_resources_reads_it(any_graph):
    pytest.importorskip("fhir.resources", reason="the interop extra is not installed: fhir.resources is missing")
    from fhir.resources.bundle import Bundle

    text = export_text(EXPORTS["fhir"], any_graph, EXPORTS["fhir"].files[0])
    read = Bundle.model_validate_json(text)
    kinds = Counter(entry.resource.get_resource_type() for entry in read.entry)
    assert kinds == Counter(entry["resource"]["resourceType"] for entry in json.loads(text)["entry"])
    assert kinds["Evidence"] == _count(any_graph, "?s a okg:Outcome")


def test_every_code_exists(any_graph):
    bundle = _bundle(any_graph)
    assert bundle["type"] in CODES[FHIR + "bundle-type"]
    for node in _objects(bundle):
        if node.get("system") in CODES and node["system"] != "http://unitsofmeasure.org":
            assert CODES[node["system"]][node["code"]] == node["display"]
        if node.get("system") == "http://unitsofmeasure.org":
            code = node["code"]
            assert code in CODES[node["system"]] or code in COMPOSED or ANNOTATION.fullmatch(code), code
        if "comparator" in node:
            assert node["comparator"] in CODES[FHIR + "quantity-comparator"]
        if node.get("url") == ABSENT:
            assert node["valueCode"] in CODES[TERMINOLOGY + "data-absent-reason"]
        if "definitionByCombination" in node:
            assert node["definitionByCombination"]["code"] in CODES[FHIR + "characteristic-combination"]
    for kind in ("Evidence", "EvidenceVariable"):
        for resource in _resources(bundle, kind):
            assert resource["status"] in CODES[FHIR + "publication-status"]
    for resource in _resources(bundle, "Evidence"):
        roles = [each["variableRole"]["coding"][0] for each in resource["variableDefinition"]]
        assert {role["system"] for role in roles} == {TERMINOLOGY + "variable-role"}
        assert {"population", "exposure", "measuredVariable"} <= {role["code"] for role in roles}
        for artifact in resource["relatedArtifact"]:
            assert artifact["type"] in CODES[FHIR + "related-artifact-type"]
    for resource in _resources(bundle, "Group"):
        assert resource["type"] in CODES[FHIR + "group-type"]
        assert resource["membership"] in CODES[FHIR + "group-membership-basis"]


def test_invariants_of_the_specification(any_graph):
    """bdl-7, bdl-3a, cnl-1, qty-3, rng-2, evv-1, no empty lists or texts, and references that resolve."""
    bundle = _bundle(any_graph)
    names = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(names)) == len(names)
    for entry in bundle["entry"]:
        assert entry.keys() == {"fullUrl", "resource"}
        assert entry["fullUrl"] == f"urn:uuid:{entry['resource']['id']}"
        assert not set("|#") & set(entry["resource"].get("url", ""))
    for node in _objects(bundle):
        assert all(value not in ([], {}, "") for value in node.values()), node
        assert "reference" not in node or node["reference"] in names
        if {"value", "code"} <= node.keys():
            assert "system" in node
        if {"low", "high"} <= node.keys():
            assert node["low"]["value"] < node["high"]["value"]
        assert sum(name.startswith("definition") for name in node) <= 1


def test_an_arm(evidence):
    found = evidence["placebo-gp/progression-free-survival/median"]
    (statistic,) = found["statistic"]
    assert statistic["statisticType"]["coding"][0]["code"] == "C28007"
    unit = {"unit": "month", "system": "http://unitsofmeasure.org", "code": "mo"}
    assert statistic["quantity"] == {"value": Decimal("8.0")} | unit
    assert [note["text"] for note in found["note"] if "Table 1 row 1 col 3: `12 vs 9.0`" in note["text"]]
    assert [note["text"] for note in found["note"] if note["text"].startswith("Discrepancy (")]
    assert found["relatedArtifact"][0]["type"] == "citation"
    assert found["_title"]["extension"][0]["extension"][1]["valueString"].startswith(
        "无进展生存期，中位数：安慰剂联合GP"
    )


def test_a_comparison_keeps_the_zeros_that_are_printed(evidence):
    found = evidence["toripalimab-gp-vs-placebo-gp/progression-free-survival/hazard-ratio"]
    (statistic,) = found["statistic"]
    assert statistic["quantity"] == {"value": Decimal("0.52")}
    interval, p = statistic["attributeEstimate"]
    assert interval["level"] == 95
    assert str(interval["range"]["low"]["value"]) == "0.40"
    assert p["quantity"] == {"value": Decimal("0.001"), "comparator": "<"}
    assert _roles(found) == {"population", "exposure", "referenceExposure", "measuredVariable"}


def test_patients_counted_are_affected_participants(evidence):
    (statistic,) = evidence["pd-l1-positive/objective-response-rate/proportion"]["statistic"]
    assert (statistic["numberAffected"], statistic["sampleSize"]["knownDataCount"]) == (10, 20)
    assert "subpopulation" in _roles(evidence["pd-l1-positive/objective-response-rate/proportion"])


def test_what_was_not_reached_is_no_number(evidence):
    (found,) = [resource for url, resource in evidence.items() if "/overall-survival/rate-at-time" in url]
    (statistic,) = found["statistic"]
    assert statistic["quantity"] == {"extension": [{"url": ABSENT, "valueCode": "temp-unknown"}]}
    assert statistic["description"] == "not reached"


def test_where_no_value_is_accepted_there_is_none(own_graph):
    accepted = "FILTER NOT EXISTS { ?s okg:acceptedValue ?v }"
    drafts = [
        resource
        for resource in _resources(_bundle(own_graph), "Evidence")
        if resource["statistic"][0]["description"].startswith("No value is accepted")
    ]
    assert len(drafts) == _count(own_graph, f"?s a okg:Outcome {accepted}") > 0
    for resource in drafts:
        assert resource["status"] == "draft"
        assert resource["statistic"][0]["quantity"].keys() == {"extension"}


def test_only_exact_matches_become_codes():
    drug, graph = ox.NamedNode(BASE + "drug/x"), ox.NamedNode(BASE + "graph/mappings")
    matches = (("exactMatch", "NCIT_C1"), ("broadMatch", "NCIT_C2"), ("exactMatch", "CHEBI_3"))
    quads = [
        ox.Quad(drug, ox.NamedNode(SKOS + name), ox.NamedNode(f"http://purl.obolibrary.org/obo/{code}"), graph)
        for name, code in matches
    ]
    own, *others = concept(Resources(quads), drug.value)["coding"]
    assert own == {"system": BASE + "drug", "code": "x", "display": "x"}
    assert others == [{"system": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", "code": "C1"}]


def test_the_same_bytes_again(small_graph):
    file = EXPORTS["fhir"].files[0]
    again = ReleaseGraph(list(small_graph.quads), small_graph.manifest)
    assert export_text(EXPORTS["fhir"], again, file) == export_text(EXPORTS["fhir"], small_graph, file)


def test_a_graph_without_outcomes_is_an_empty_bundle():
    text = export_text(EXPORTS["fhir"], ReleaseGraph([], {}), EXPORTS["fhir"].files[0])
    assert json.loads(text) == {"resourceType": "Bundle", "type": "collection"}

"""What validation finds is told as text, JSON and a SHACL report, with the place in the records."""

from __future__ import annotations

import json

from rdflib import RDF, SH, Graph, Literal, URIRef

from kg.check.finding import Finding, as_json, as_text, as_turtle, with_origins
from kg.rdf import Origin
from kg.terms import BASE, OKG

HIGH = Finding(
    "violation", "percentage-out-of-range", BASE + "value/r/row-1/orr", OKG + "value", "640", "too high", "过高"
)
SHAPE = Finding(
    "violation", "Value/MaxInclusive", BASE + "value/r/row-2/p", OKG + "pValue", "1.2", "P lies between 0 and 1"
)
DOUBT = Finding("warning", "label-is-unique", BASE + "drug/a", "", "", "two things have one label", "标签相同")


def test_text_names_file_line_value_and_rule() -> None:
    located = with_origins([HIGH], {HIGH.focus: Origin("studies/s.yaml", 41)})
    assert as_text(located).splitlines() == [
        "studies/s.yaml:41: violation: too high",
        "    value/r/row-1/orr okg:value; value: 640 [percentage-out-of-range]",
        "does not conform: 1 violations, 0 warnings",
    ]


def test_text_without_a_record_names_the_thing() -> None:
    assert as_text([DOUBT]).splitlines()[0] == "drug/a: warning: two things have one label"


def test_warnings_alone_conform() -> None:
    assert as_text([DOUBT]).splitlines()[-1] == "conforms: 0 violations, 1 warnings"
    assert json.loads(as_json([DOUBT]))["conforms"] is True
    assert (None, SH.conforms, Literal(True)) in Graph().parse(data=as_turtle([DOUBT]))


def test_text_says_what_was_skipped() -> None:
    assert "skipped: reasoner: no Java" in as_text([], ["reasoner: no Java"])


def test_a_thing_takes_the_origin_of_what_it_stands_under() -> None:
    finding = Finding("violation", "r", BASE + "group/s/arm/part", "", "", "m")
    (located,) = with_origins([finding], {BASE + "group/s/arm": Origin("studies/s.yaml", 7)})
    assert (located.file, located.line) == ("studies/s.yaml", 7)


def test_a_thing_without_origin_takes_that_of_its_value() -> None:
    finding = Finding("violation", "r", BASE + "outcome/x", "", BASE + "value/x", "m")
    (located,) = with_origins([finding], {BASE + "value/x": Origin("studies/s.yaml", 9)})
    assert (located.file, located.line) == ("studies/s.yaml", 9)


def test_findings_are_in_order_and_each_stands_once() -> None:
    origins = {HIGH.focus: Origin("b.yaml", 3), SHAPE.focus: Origin("a.yaml", 5), DOUBT.focus: Origin("a.yaml", 1)}
    located = with_origins([DOUBT, HIGH, SHAPE, HIGH], origins)
    assert [(each.severity, each.file, each.line) for each in located] == [
        ("violation", "a.yaml", 5),
        ("violation", "b.yaml", 3),
        ("warning", "a.yaml", 1),
    ]


def test_json_holds_every_field_and_both_languages() -> None:
    document = json.loads(as_json([HIGH], ["reasoner: no Java"]))
    assert document == {"conforms": False, "findings": [vars(HIGH)], "skipped": ["reasoner: no Java"]}
    assert document["findings"][0]["message_zh"] == "过高"
    assert "过高" in as_json([HIGH])


def test_turtle_is_a_shacl_report_of_shapes_and_rules() -> None:
    report = Graph().parse(data=as_turtle([HIGH, SHAPE, DOUBT]), format="turtle")
    (node,) = report.subjects(RDF.type, SH.ValidationReport)
    assert report.value(node, SH.conforms) == Literal(False)
    assert len(list(report.objects(node, SH.result))) == 3
    result = report.value(None, SH.focusNode, URIRef(HIGH.focus))
    assert report.value(result, SH.resultSeverity) == SH.Violation
    assert report.value(result, SH.resultPath) == URIRef(OKG + "value")
    assert report.value(result, SH.value) == Literal("640")
    assert set(report.objects(result, SH.resultMessage)) == {Literal("too high", lang="en"), Literal("过高", lang="zh")}
    doubt = report.value(None, SH.focusNode, URIRef(DOUBT.focus))
    assert report.value(doubt, SH.resultSeverity) == SH.Warning
    assert report.value(doubt, SH.value) is None

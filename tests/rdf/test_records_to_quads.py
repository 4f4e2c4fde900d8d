"""What the small records become: identities, reports, places, the accepted value, discrepancies."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.errors import RecordError
from kg.model.values import Duration
from kg.ontology import ontology_quads
from kg.rdf import records_to_quads
from kg.records import load_curation
from kg.terms import BASE, OKG, RDFS

STUDY = "studies/example-1.yaml"


class Graph:
    """Look-ups in built quads by short names."""

    def __init__(self, quads: set[ox.Quad]) -> None:
        self.store = ox.Store()
        self.store.bulk_extend(quads)

    def values(self, subject: str, term: str, prefix: str = OKG) -> list[str]:
        found = self.store.quads_for_pattern(ox.NamedNode(BASE + subject), ox.NamedNode(prefix + term), None)
        return sorted(getattr(quad.object, "value", "").removeprefix(BASE) for quad in found)

    def graphs(self, subject: str) -> set[str]:
        found = self.store.quads_for_pattern(ox.NamedNode(BASE + subject), None, None)
        return {quad.graph_name.value.removeprefix(BASE + "graph/") for quad in found}


@pytest.fixture(scope="module")
def graph(small_curation):
    return Graph(records_to_quads(small_curation).quads)


PFS = "outcome/example-1/toripalimab-gp/progression-free-survival/median"


def test_one_outcome_has_a_report_for_each_place_that_prints_it(graph):
    reports = {
        quad.subject.value.removeprefix(BASE)
        for quad in graph.store.quads_for_pattern(None, ox.NamedNode(OKG + "reports"), ox.NamedNode(BASE + PFS))
    }
    assert reports == {f"report/little-2020/text/{PFS}", f"report/little-2020/row-1/{PFS}"}


def test_what_is_printed_is_kept_with_its_place(graph):
    report = f"report/little-2020/row-1/{PFS}"
    (place,) = graph.values(report, "printedAt")
    assert graph.values(report, "printed") == ["12 vs 9.0"]
    assert graph.values(place, "locator") == ["Table 1 row 1 col 3"]
    assert [graph.values(place, name) for name in ("tableNumber", "row", "column")] == [["1"], ["1"], ["3"]]
    assert graph.values(place, "citesReference") == ["reference/little-2020/2"]
    assert graph.values(report, "printedForReference") == ["reference/little-2020/2"]
    assert graph.values(report, "printedLabel") == ["OTHER [2]"]


def test_a_span_becomes_a_text_position_selector(graph):
    selector = "place/little-2020/example-1/text/selector"
    assert graph.values(selector, "start", "http://www.w3.org/ns/oa#") == ["10"]
    assert graph.values(selector, "end", "http://www.w3.org/ns/oa#") == ["30"]


def test_the_printed_figure_keeps_its_zeros(graph):
    value = (
        "value/little-2020/text/outcome/example-1/toripalimab-gp-vs-placebo-gp/progression-free-survival/hazard-ratio"
    )
    assert graph.values(value, "ciText") == ["0.40 to 0.70"]
    assert graph.values(value, "pText") == ["<0.001"]
    assert graph.values(value, "pOperator") == ["<"]


def test_the_accepted_value_is_the_reading_that_holds(graph):
    control = "outcome/example-1/placebo-gp/progression-free-survival/median"
    assert graph.values(control, "acceptedValue") == [f"value/little-2020/text/{control}"]


def test_dimensions_with_their_default_leave_no_trace_in_the_iri(graph):
    outcome = "outcome/example-1/toripalimab-gp/overall-survival/rate-at-time/at-2.8-months/analysis-interim"
    assert graph.values(outcome, "timePointMonths") == ["2.8"]
    assert graph.values(outcome, "timePointUnit") == ["unit/week"]
    assert graph.values(outcome, "inAnalysis") == ["analysis/example-1/interim"]
    assert graph.values(outcome, "acceptedValue") == [f"value/little-2020/text/{outcome}"]


def test_events(graph):
    event = "event/mucositis_grade-3-plus_related-to-treatment"
    assert graph.values(event, "minGrade") == ["3"]
    assert graph.values(event, "maxGrade") == ["5"]
    assert graph.values(event, "hasEventTerm") == ["event-term/mucositis"]


def test_settings_and_regimens_are_their_sets(graph):
    assert graph.values("study/example-1", "hasIndication") == [
        "indication/nasopharyngeal-carcinoma/first-line_recurrent-or-metastatic"
    ]
    assert graph.values("regimen/cisplatin_gemcitabine_toripalimab_toripalimab.maintenance", "hasComponent") == [
        "component/cisplatin", "component/gemcitabine", "component/toripalimab", "component/toripalimab.maintenance"
    ]  # fmt: skip
    assert graph.values("setting/first-line_recurrent-or-metastatic", "label", RDFS) == [
        "first line; recurrent or metastatic", "一线；复发或转移"
    ]  # fmt: skip


def test_only_arms_under_study_count_as_investigated(graph):
    assert graph.values("study/example-1", "hasInvestigationalGroup") == ["group/example-1/toripalimab-gp"]
    assert graph.values("study/example-1", "hasGroup") == [
        "group/example-1/pd-l1-positive",
        "group/example-1/placebo-gp",
    ]


def test_a_subgroup_receives_what_its_arm_receives(graph):
    assert graph.values("group/example-1/pd-l1-positive", "receives") == graph.values(
        "group/example-1/toripalimab-gp", "receives"
    )


def test_discrepancies_point_to_what_they_are_about(graph):
    assert graph.values("discrepancy/example-1/phase", "isAbout") == ["fact/example-1/phase"]
    assert graph.values("discrepancy/example-1/phase", "heldReading") == ["reading/example-1/phase/text"]
    about = graph.values("discrepancy/little-2020/labels-slid", "isAbout")
    assert f"report/little-2020/row-1/{PFS}" in about


def test_a_place_may_print_another_value_of_a_fact(graph):
    assert graph.values("report/little-2020/row-1/fact/example-1/phase", "readingValue") == ["2"]
    assert graph.values("report/little-2020/text/fact/example-1/phase", "readingValue") == ["3"]
    assert graph.values("study/example-1", "phaseLabel") == ["3"]


def test_what_a_source_prints_stands_in_its_graph_and_what_studies_share_in_the_vocabulary(graph):
    assert graph.graphs(f"report/little-2020/text/{PFS}") == {"source/little-2020"}
    assert graph.graphs(PFS) == {"studies"}
    assert graph.graphs("regimen/cisplatin_gemcitabine_placebo") == {"vocabulary"}


def test_whether_the_text_states_a_target_is_on_record(graph):
    stated, known = "target-assertion/mrg003/delivers-to/egfr", "target-assertion/toripalimab/blocks/pd-1"
    assert graph.values(stated, "hasKnowledgeBasis") == ["knowledge-basis/stated"]
    assert graph.values(known, "hasKnowledgeBasis") == ["knowledge-basis/general-knowledge"]


@pytest.mark.parametrize(
    ("old", "new", "accepted"),
    [
        ("holds: text\n    because: {en: the abstract", "holds: unresolved\n    because: {en: the abstract", []),
        ("holds: text\n    because: {en: the abstract", "holds: table\n    because: {en: the abstract", ["row-1"]),
    ],
)
def test_the_ground_decides_what_is_accepted(edited, old, new, accepted):
    graph = Graph(records_to_quads(load_curation(edited(STUDY, old, new))).quads)
    control = "outcome/example-1/placebo-gp/progression-free-survival/median"
    assert graph.values(control, "acceptedValue") == [f"value/little-2020/{place}/{control}" for place in accepted]


def test_a_coarser_print_is_the_same_value_and_the_finer_is_accepted(edited):
    folder = edited(STUDY, '{toripalimab-gp: "12", placebo-gp: "9.0"}', '{toripalimab-gp: "12", placebo-gp: "8.04"}')
    path = folder / STUDY
    path.write_text(path.read_text().split("  pfs-control:")[0], encoding="utf-8")
    graph = Graph(records_to_quads(load_curation(folder)).quads)
    control = "outcome/example-1/placebo-gp/progression-free-survival/median"
    assert graph.values(control, "acceptedValue") == [f"value/little-2020/row-1/{control}"]
    assert graph.values(PFS, "acceptedValue") == [f"value/little-2020/text/{PFS}"], "12 is 11.7 rounded"


def test_each_thing_knows_its_line(small_curation):
    origins = records_to_quads(small_curation).origins
    assert origins[BASE + PFS].line == 38
    assert origins[BASE + "drug/mrg003"].file.endswith("vocabulary/all.yaml")


def test_no_triple_stands_in_two_graphs(curation):
    seen: dict[ox.Triple, ox.NamedNode] = {}
    for quad in records_to_quads(curation).quads:
        assert seen.setdefault(quad.triple, quad.graph_name) == quad.graph_name, str(quad)


def test_data_hold_no_blank_node(curation):
    for quad in records_to_quads(curation).quads:
        assert isinstance(quad.subject, ox.NamedNode)
        assert not isinstance(quad.object, ox.BlankNode)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [("12 week", "2.8"), ("16 week", "3.7"), ("1 year", "12"), ("90 day", "3"), ("19 month", "19"), ("1.5 year", "18")],
)
def test_times_are_given_in_months(printed, expected):
    assert str(Duration.model_validate(printed).months) == expected


def test_each_class_of_the_ontology_that_names_its_counterpart_names_one_on_record(curation):
    known = {quad.subject.value for quad in records_to_quads(curation).quads}
    named = [quad.object.value for quad in ontology_quads() if quad.predicate.value == OKG + "vocabularyClass"]
    assert named
    assert set(named) <= known


@pytest.mark.parametrize("kind", ["eligibility", "allocation", "blinding", "centres"])
def test_a_fact_in_words_has_both_languages_and_its_places(edited, kind):
    places = "[{place: row-1, col: 1, printed: as printed}, text]"
    new = f"{kind}: {{value: {{en: as we say it, zh: 中文}}, at: {places}}}\n"
    graph = Graph(records_to_quads(load_curation(edited(STUDY, "disease: ", f"{new}disease: "))).quads)
    fact = f"fact/example-1/{kind}"
    assert fact in graph.values("study/example-1", "hasFact")
    assert graph.values(fact, "hasFactKind") == [f"fact-kind/{kind}"]
    assert graph.values(fact, "factText") == ["as we say it", "中文"]
    reports = {
        quad.subject.value.removeprefix(BASE)
        for quad in graph.store.quads_for_pattern(None, ox.NamedNode(OKG + "reports"), ox.NamedNode(BASE + fact))
    }
    assert reports == {f"report/little-2020/{place}/{fact}" for place in ("row-1", "text")}


@pytest.mark.parametrize("kind", ["allocation", "blinding", "centres"])
def test_a_fact_in_words_names_places_that_there_are(edited, kind):
    new = f"{kind}: {{value: {{en: as we say it, zh: 中文}}, at: [nowhere]}}\n"
    with pytest.raises(RecordError, match=r"nowhere"):
        load_curation(edited(STUDY, "disease: ", f"{new}disease: "))

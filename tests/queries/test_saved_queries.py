"""What holds for every saved query: languages, parameters that matter, one order, nothing an engine may refuse."""

from __future__ import annotations

import re
from typing import get_args

import pyoxigraph as ox
import pytest

from kg.catalog import Catalog, SavedQuery
from kg.model.values import Event
from tests.queries.asking import bound, rows
from tests.queries.cases import REAL, SMALL

PROMISED = (
    "adcs-by-target",
    "after-pd1-failure",
    "approvals",
    "bispecifics",
    "comparisons-with-benefit",
    "coverage",
    "discrepancies",
    "drug-profile",
    "egfr-adcs-by-indication",
    "evidence-gaps",
    "guidelines",
    "local-therapy-benefit",
    "negative-trials",
    "oligometastatic-classification",
    "ongoing-trials",
    "pd1-plus-antiangiogenic",
    "prognostic-factors",
    "regimens-by-disease",
    "safety-by-regimen",
    "shared-across-reviews",
    "target-disease-matrix",
    "trial-evidence",
)
QUERIES = pytest.mark.parametrize("name", PROMISED)
# Two values of each parameter that must give different rows.
VALUES = {
    ("adcs-by-target", "target"): ("egfr", "trop2"),
    ("adcs-by-target", "endpoint"): ("objective-response-rate", "disease-control-rate"),
    ("egfr-adcs-by-indication", "endpoint"): ("objective-response-rate", "progression-free-survival"),
    ("comparisons-with-benefit", "endpoint"): ("overall-survival", "objective-response-rate"),
    ("comparisons-with-benefit", "p"): ("0.05", "0.0003"),
    ("after-pd1-failure", "disease"): ("hepatocellular", "any"),
    ("approvals", "disease"): ("nasopharyngeal-carcinoma", "hepatocellular"),
    ("bispecifics", "target"): ("egfr", "ctla-4"),
    ("evidence-gaps", "review"): ("first-2020", "second-2021"),
    ("guidelines", "disease"): ("nasopharyngeal-carcinoma", "hepatocellular"),
    ("local-therapy-benefit", "disease"): ("hepatocellular", "liver-cancer"),
    ("negative-trials", "disease"): ("nasopharyngeal-carcinoma", "hepatocellular"),
    ("ongoing-trials", "disease"): ("hepatocellular", "liver-cancer"),
    ("pd1-plus-antiangiogenic", "disease"): ("hepatocellular", "liver-cancer"),
    ("prognostic-factors", "disease"): ("nasopharyngeal-carcinoma", "hepatocellular"),
    ("prognostic-factors", "endpoint"): ("overall-survival", "progression-free-survival"),
    ("safety-by-regimen", "disease"): ("nasopharyngeal-carcinoma", "liver-cancer"),
    ("safety-by-regimen", "event"): ("rash", "pneumonitis"),
    ("shared-across-reviews", "kind"): ("drug", "study"),
    ("discrepancies", "review"): ("first-2020", "second-2021"),
    ("drug-profile", "drug"): ("alfa", "beta"),
    ("regimens-by-disease", "disease"): ("nasopharyngeal-carcinoma", "keratinising-carcinoma"),
    ("regimens-by-disease", "line"): ("first-line", "previously-treated"),
    ("trial-evidence", "study"): ("dose-cohorts", "basket"),
}


def code(query: SavedQuery) -> str:
    """The text without comments (a # within an IRI is none)."""
    return re.sub(r"(?m)(^|\s)#.*$", "", query.text)


def test_the_promised_queries_are_there(catalog: Catalog) -> None:
    assert set(PROMISED) <= set(catalog.queries)
    assert {case.query for case in SMALL} >= set(PROMISED)
    assert {case.query for case in REAL} >= set(PROMISED)


@QUERIES
def test_both_languages(name: str, catalog: Catalog) -> None:
    query = catalog.get(name)
    texts = [query.title, query.description, *(parameter.label for parameter in query.parameters.values())]
    texts += [parameter.description for parameter in query.parameters.values() if parameter.description]
    for text in texts:
        assert re.search(r"[\u4e00-\u9fff]", text.zh), text.zh
        assert not re.search(r"[\u4e00-\u9fff]", text.en), text.en
    assert any(re.search(r"[\u4e00-\u9fff]", word) for word in query.keywords)
    assert any(re.search(r"[a-z]", word) for word in query.keywords)


@QUERIES
def test_portable(name: str, catalog: Catalog) -> None:
    query = catalog.get(name)
    assert query.pages, "a query sets no LIMIT: who asks decides"
    assert re.search(r"ORDER BY [^}]*$", code(query))
    assert not re.search(r"(?i)duration|\bSERVICE\b|\bGRAPH\b|\bLATERAL\b|oxigraph", code(query))


@QUERIES
def test_no_two_rows_tie(name: str, catalog: Catalog, small: ox.Store) -> None:
    """The order is total: no two rows have the same values in all that they are ordered by."""
    text = bound(catalog.get(name), next(case.given for case in SMALL if case.query == name))
    head, _, order = text.rpartition("ORDER BY")
    keys = re.findall(r"\?(\w+)", order)
    assert keys
    found = rows(small, f"{head}ORDER BY {order}")
    assert len({tuple(row.get(key) for key in keys) for row in found}) == len(found) > 0


@pytest.mark.parametrize(("name", "parameter"), VALUES, ids="/".join)
def test_a_parameter_changes_the_rows(name: str, parameter: str, catalog: Catalog, small: ox.Store) -> None:
    query = catalog.get(name)
    first, second = (rows(small, bound(query, {parameter: value})) for value in VALUES[name, parameter])
    assert first != second


def test_every_parameter_is_tried(catalog: Catalog) -> None:
    assert set(VALUES) == {(name, parameter) for name in PROMISED for parameter in catalog.get(name).parameters}


@pytest.mark.parametrize("name", [name for name in PROMISED if name != "coverage"])
def test_names_follow_the_language(name: str, catalog: Catalog, small: ox.Store) -> None:
    given = next(case.given for case in SMALL if case.query == name)
    english, chinese = (rows(small, bound(catalog.get(name), {**given, "lang": lang})) for lang in ("en", "zh"))
    assert len(english) == len(chinese)
    assert english != chinese
    assert [row.keys() for row in english] == [row.keys() for row in chinese]


@QUERIES
def test_runs_as_it_stands(name: str, catalog: Catalog, real: ox.Store) -> None:
    """With the defaults of its own blocks, on the project's records, every query has an answer."""
    assert rows(real, catalog.get(name).text)


@pytest.mark.parametrize("field", ["related_to", "action", "onset"])
def test_every_word_of_an_event_has_a_chinese_name(field: str, catalog: Catalog) -> None:
    (words, _) = get_args(Event.model_fields[field].annotation)
    for word in get_args(words):
        assert re.search(rf'\("{word}" [^)]*[\u4e00-\u9fff]', catalog.get("safety-by-regimen").text), word

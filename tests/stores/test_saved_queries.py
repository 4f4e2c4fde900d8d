"""Every saved query gives the same answer in our own engine and in other stores that the same release was published to.

Values are compared, not spellings (a store may read "64.00" back as 64, and true as 1); the order of rows too, since
every saved query orders them wholly.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from kg.catalog import Catalog, SavedQuery
from kg.engine import BlockingEngine, Limits, Source
from kg.publish import publish
from tests.queries.asking import bound
from tests.stores.conftest import connection_to, store_at
from tests.stores.servers import OXIGRAPH, VIRTUOSO, Oxigraph, Server, Virtuoso

pytestmark = pytest.mark.stores

CATALOG = Catalog.load()
NUMBERS = ("decimal", "integer", "double", "float", "nonNegativeInteger")

# Parameters other than the defaults; a query that is not named here is asked in Chinese.
GIVEN: Mapping[str, Mapping[str, str]] = {
    "adcs-by-target": {"target": "her3", "lang": "zh"},
    "approvals": {"disease": "nasopharyngeal-carcinoma"},
    "bispecifics": {"target": "ctla-4"},
    "comparisons-with-benefit": {"endpoint": "overall-survival"},
    "discrepancies": {"review": "hcc-2024", "lang": "zh"},
    "drug-profile": {"drug": "bl-b01d1", "lang": "zh"},
    "egfr-adcs-by-indication": {"endpoint": "progression-free-survival"},
    "evidence-gaps": {"review": "oligo-nsclc-2023"},
    "guidelines": {"disease": "non-small-cell-lung-cancer", "lang": "zh"},
    "local-therapy-benefit": {"disease": "nasopharyngeal-carcinoma", "lang": "zh"},
    "negative-trials": {"disease": "non-small-cell-lung-cancer"},
    "ongoing-trials": {"disease": "non-small-cell-lung-cancer"},
    "pd1-plus-antiangiogenic": {"disease": "hepatocellular-carcinoma", "lang": "zh"},
    "prognostic-factors": {"endpoint": "overall-survival", "lang": "zh"},
    "regimens-by-disease": {"line": "second-line-plus"},
    "safety-by-regimen": {"disease": "non-small-cell-lung-cancer", "lang": "zh"},
    "shared-across-reviews": {"kind": "drug"},
    "trial-evidence": {"study": "jupiter-02", "lang": "zh"},
}

# Right in a Virtuoso that has held nothing else, and short of rows in one that held another release before: what it
# answers depends on its plan. A wrong answer to these is told, and is no failure of ours.
PLAN_DEPENDENT = ("after-pd1-failure", "comparisons-with-benefit", "discrepancies", "pd1-plus-antiangiogenic")

PROGRAMS: Mapping[str, tuple[object, type[Server]]] = {
    "oxigraph": (OXIGRAPH, Oxigraph),
    "virtuoso": (VIRTUOSO, Virtuoso),
}

Row = dict[str, object]
Ask = Callable[[str], list[Row]]


def value(term: Mapping[str, str]) -> object:
    datatype = term.get("datatype", "").rpartition("#")[2]
    if datatype in NUMBERS:
        return Decimal(term["value"])
    if datatype == "boolean":
        return term["value"] in {"true", "1"}
    return term["type"] == "uri", term["value"], term.get("xml:lang", "").lower()


def rows(body: bytes) -> list[Row]:
    found = json.loads(body)["results"]["bindings"]
    return [{name: value(term) for name, term in row.items()} for row in found]


@pytest.fixture(scope="module")
def ours(own_release: Path) -> Iterator[Ask]:
    with BlockingEngine(Source.of_release(own_release), Limits(deadline=60)) as engine:
        yield lambda text: rows(engine.query(text).body)


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A store that has held nothing before: what Virtuoso answers depends on its plan, and that on what it has held."""
    program, kind = PROGRAMS[request.param]
    if program is None:
        pytest.skip(f"the program of {request.param} is not installed")
    with kind(tmp_path_factory.mktemp(request.param)) as fresh:
        yield fresh


@pytest.fixture(scope="module")
def theirs(server: Server, own_release: Path) -> Iterator[Ask]:
    with connection_to(server) as connection:
        publish(own_release, store_at(server, "graph-store", connection))
    with httpx.Client(timeout=60, trust_env=False) as client:

        def ask(text: str) -> list[Row]:
            answer = client.post(
                server.url + server.query_path,
                data={"query": text},
                headers={"Accept": "application/sparql-results+json"},
            )
            assert answer.is_success, answer.text[:300]
            found = rows(answer.content)
            assert len(found) < int(answer.headers.get("X-SPARQL-MaxRows", "1000000")), "the answer was cut"
            return found

        yield ask


@pytest.mark.parametrize("given", ["defaults", "others"])
@pytest.mark.parametrize("query", list(CATALOG), ids=lambda query: query.name)
def test_same_answer(
    query: SavedQuery, given: str, server: Server, ours: Ask, theirs: Ask, request: pytest.FixtureRequest
) -> None:
    if isinstance(server, Virtuoso) and query.name in PLAN_DEPENDENT:
        request.applymarker(pytest.mark.xfail(reason="Virtuoso 7.2.5 answers by its plan", strict=False))
    other = GIVEN.get(query.name, {"lang": "zh"} if query.speaks else {})
    text = bound(query, {} if given == "defaults" else other)
    wanted = ours(text)
    assert wanted, "a question without an answer compares nothing"
    assert theirs(text) == wanted

"""Saved queries over HTTP: lists, parameters, formats, and that nothing typed ever becomes SPARQL."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import pytest
from test_sparql_protocol import problem


def table(client: httpx.Client, name: str, **given: Any) -> list[dict[str, str]]:
    answer = client.get(f"/queries/{name}", params={**given, "format": "csv"})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def drugs(client: httpx.Client, name: str, **given: Any) -> list[str]:
    return [row["drug"].rsplit("/", 1)[1] for row in table(client, name, **given)]


def refused(client: httpx.Client, name: str, **given: Any) -> str:
    return str(problem(client.get(f"/queries/{name}", params=given), 400, "query-parameter")["detail"])


def test_the_list(client: httpx.Client) -> None:
    listed = {query["name"]: query for query in client.get("/queries").json()["queries"]}
    assert list(listed) == ["best-rates", "drugs-by-target", "everything", "links"]
    target = listed["drugs-by-target"]
    assert target["title"] == {"en": "Drugs by target", "zh": "按靶点列出药物"}
    assert target["parameters"]["target"]["default"] == "egfr"
    assert target["subject"] == "demo"
    assert client.get(target["href"]).status_code == 200


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (None, ["one", "two"]),
        ("", ["one", "two"]),
        ("egfr", ["one", "two"]),
        ("her3", ["two"]),
        ("HER3", ["two"]),
        ("target:her3", ["two"]),
        ("https://w3id.org/oncokg/target/her3", ["two"]),
        ("人表皮生长因子受体3", ["two"]),
        ("Receptor tyrosine-protein kinase ERBB-3", ["two"]),
        ("trop2", ["three"]),
        ("pd-1", []),
    ],
)
def test_a_target_by_key_iri_or_label(client: httpx.Client, target: str | None, expected: list[str]) -> None:
    given = {} if target is None else {"target": target}
    assert drugs(client, "drugs-by-target", **given) == expected


def test_each_type_of_parameter_changes_the_rows(client: httpx.Client) -> None:
    assert sorted(set(drugs(client, "best-rates"))) == ["one", "three", "two"]
    assert sorted(set(drugs(client, "best-rates", floor="0.25"))) == ["one", "three"]
    assert sorted(set(drugs(client, "best-rates", target="her3"))) == ["two"]
    assert sorted(set(drugs(client, "best-rates", target="any"))) == ["one", "three", "two"]
    assert drugs(client, "best-rates", order="down")[0] == "three"
    assert drugs(client, "best-rates", order="up")[-1] == "three"
    assert drugs(client, "best-rates", floor="0.01", least="2") == ["two", "one"]
    assert drugs(client, "best-rates", word="two") == ["two"]


def test_a_value_reaches_into_the_aggregate(client: httpx.Client) -> None:
    counts = {row["drug"].rsplit("/", 1)[1]: row["n"] for row in table(client, "best-rates", floor="0.01")}
    assert counts["one"] == "2"
    assert {row["n"] for row in table(client, "best-rates", floor="0.1", target="egfr")} == {"1"}


def test_pages(client: httpx.Client) -> None:
    everything = drugs(client, "drugs-by-target")
    assert drugs(client, "drugs-by-target", limit="1") == everything[:1]
    assert drugs(client, "drugs-by-target", limit="1", offset="1") == everything[1:2]
    assert drugs(client, "drugs-by-target", limit="0") == []
    assert "sets its own limit" in refused(client, "links", limit="1")
    for wrong in ("-1", "1.5", "x", "1 OFFSET 2", "٣", "9" * 30):
        assert "not a whole number" in refused(client, "drugs-by-target", limit=wrong)


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv", "html"])
def test_links_lead_through_all_pages(client: httpx.Client, name: str) -> None:
    everything = drugs(client, "best-rates")
    answer = client.get("/queries/best-rates", params={"format": name, "floor": "0.10", "limit": 2})
    assert "prev" not in answer.links
    seen, count = [answer.url], 1
    while "next" in answer.links:
        answer = client.get(answer.url.join(answer.links["next"]["url"]))
        assert answer.status_code == 200
        assert answer.url.params["floor"] == "0.10"
        seen.append(answer.url)
        count += 1
    assert count == len(everything) // 2 + 1
    while "prev" in answer.links:
        seen.pop()
        answer = client.get(answer.url.join(answer.links["prev"]["url"]))
        assert answer.url.params["offset"] == seen[-1].params.get("offset", "0")
    assert len(seen) == 1


def test_a_page_before_does_not_overlap(client: httpx.Client) -> None:
    answer = client.get("/queries/best-rates?limit=2&offset=1")
    assert answer.links["prev"]["url"] == "?limit=1&offset=0"
    assert answer.links["next"]["url"] == "?limit=2&offset=3"
    assert "link" not in client.get("/queries/best-rates").headers
    assert "link" not in client.get("/queries/everything?limit=2").headers


def test_the_language_of_labels(client: httpx.Client) -> None:
    assert [row["label"] for row in table(client, "drugs-by-target", lang="zh")] == ["药物一", "药物二"]
    assert [row["label"] for row in table(client, "drugs-by-target")] == ["drug one", "drug two"]
    assert "en, zh" in refused(client, "drugs-by-target", lang="fr")


def test_what_is_wrong_is_said_with_what_is_allowed(client: httpx.Client) -> None:
    assert "egfr, her3, pd-1, trop2" in refused(client, "drugs-by-target", target="egf")
    assert "her3" in refused(client, "drugs-by-target", target="http://evil/egfr")
    assert "pd-1, trop2" in refused(client, "drugs-by-target", target="Shared Name")
    unknown = refused(client, "drugs-by-target", targt="egfr")
    assert "Did you mean target? Allowed are: target, limit, offset, format, lang." in unknown
    assert "Allowed are: format, lang." in refused(client, "links", x="1")
    assert "en, zh" in refused(client, "links", lang="fr")
    assert "most allowed is 1" in refused(client, "best-rates", floor="640")
    assert "such as 0.05" in refused(client, "best-rates", floor="1e0")
    assert "up, down" in refused(client, "best-rates", order="sideways")
    assert "longer than" in refused(client, "best-rates", word="x" * 500)
    twice = client.get("/queries/drugs-by-target?target=egfr&target=her3")
    assert "2 times" in problem(twice, 400, "bad-request")["detail"]


def test_unknown_queries(client: httpx.Client) -> None:
    near = problem(client.get("/queries/drug-by-target"), 404, "unknown-query")
    assert "Did you mean drugs-by-target" in near["detail"]
    problem(client.get("/queries/..%2f..%2fetc%2fpasswd"), 404, "not-found")
    problem(client.get("/queries/%00"), 404, "unknown-query")


INJECTIONS = [
    "> } ; DROP ALL ; { <",
    "egfr> } UNION { ?drug ?p ?o } #",
    '" } UNION { ?drug ?p ?o . } #',
    "egfr } VALUES ?drug { <x:y>",
    "\\u003e } #",
    "egfr\n}",
    "?drug",
    "UNDEF",
    "<https://w3id.org/oncokg/target/egfr>",
    "target/../egfr",
    "e" * 399,
]


@pytest.mark.parametrize("attempt", INJECTIONS)
def test_hostile_values_of_an_iri_match_nothing(client: httpx.Client, attempt: str) -> None:
    assert "cannot be" in refused(client, "drugs-by-target", target=attempt)


@pytest.mark.parametrize(
    "attempt", ['" } #', "\\", '"', '\\" } UNION { ?drug ?p ?o }', "'''", "\n", "}", "药", "\U0001f600"]
)
def test_hostile_strings_stay_strings(client: httpx.Client, attempt: str) -> None:
    rows = drugs(client, "best-rates", word=f"x{attempt}x")
    assert rows == []


def test_a_graph(client: httpx.Client) -> None:
    answer = client.get("/queries/everything", headers={"Accept": "application/n-triples"})
    assert answer.headers["content-type"] == "application/n-triples"
    assert len(answer.text.splitlines()) == 35
    problem(client.get("/queries/everything?format=csv"), 406, "not-acceptable")


def test_the_text_as_it_will_run(client: httpx.Client) -> None:
    answer = client.get("/queries/drugs-by-target", params={"target": "her3", "format": "rq"})
    assert answer.headers["content-type"] == "application/sparql-query"
    assert "VALUES ?target { <https://w3id.org/oncokg/target/her3> }" in answer.text
    again = client.post("/sparql", data={"query": answer.text, "format": "csv"})
    assert "drug/two" in again.text
    assert "drug/one" not in again.text

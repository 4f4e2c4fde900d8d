"""/limits says what is in force, and what is switched off, to programs and to people."""

from __future__ import annotations

import httpx
import pytest
import rdflib
from rdflib.namespace import RDF, RDFS

from kg.engine import Limits


def test_json(client: httpx.Client) -> None:
    content = client.get("/limits").json()
    table = {row["name"]: row for row in content["limits"]}
    assert list(table) == [row.name for row in Limits().rows()]
    assert (table["deadline"]["value"], table["deadline"]["default"], table["deadline"]["unit"]) == (2, 10, "seconds")
    assert table["queue_wait"]["option"] == "--queue-wait"
    assert table["queue_wait"]["variable"] == "ONCOKG_QUEUE_WAIT"
    assert content["federation"] is False
    assert "SERVICE SILENT" in content["note"]
    assert content["not_enforced_on_this_host"] == []


@pytest.mark.parametrize(("language", "words"), [("en", "Federation is off"), ("zh", "不支持联邦查询")])
def test_page(client: httpx.Client, language: str, words: str) -> None:
    answer = client.get("/limits", headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.headers["content-type"].startswith("text/html")
    assert words in answer.text
    assert "200,000" in answer.text
    for row in Limits().rows():
        assert f"<code>{row.name}</code>" in answer.text
        assert (row.help_zh if language == "zh" else row.help).replace("'", "&#x27;") in answer.text


def test_other_formats(client: httpx.Client) -> None:
    assert client.get("/limits?format=html").headers["content-type"].startswith("text/html")
    assert client.get("/limits", headers={"Accept": "text/csv"}).status_code == 406


def test_the_service_description_says_that_federation_is_off(client: httpx.Client) -> None:
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    graph = rdflib.Graph().parse(data=client.get("/sparql?format=turtle").content, format="turtle")
    (service,) = graph.subjects(RDF.type, sd.Service)
    assert (service, sd.feature, sd.BasicFederatedQuery) not in graph
    said = {text.language: str(text) for text in graph.objects(service, RDFS.comment)}
    assert "SERVICE is refused" in said["en"]
    assert "SERVICE" in said["zh"]

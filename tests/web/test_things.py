"""Things by their IRIs: negotiation, redirects, documents, pages of a long description, and what is not there."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from live_server import LiveServer
from test_sparql_protocol import problem

BASE = "https://w3id.org/oncokg/"
TYPES = {
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
    ".html": "text/html",
}
PARSERS = {".ttl": "turtle", ".jsonld": "", ".nt": "nt", ".rdf": "xml"}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def graph(answer: httpx.Response, ending: str = ".ttl") -> rdflib.Graph:
    assert answer.status_code == 200, answer.text
    if ending == ".jsonld":
        lines = ox.serialize(ox.parse(answer.content, format=ox.RdfFormat.JSON_LD), format=ox.RdfFormat.N_QUADS)
        return rdflib.Graph().parse(data=lines, format="nt")
    return rdflib.Graph().parse(data=answer.content, format=PARSERS[ending])


@pytest.mark.parametrize(
    ("accept", "ending"),
    [
        ("*/*", ".ttl"),
        (BROWSER, ".html"),
        *((media_type, ending) for ending, media_type in TYPES.items()),
        ("text/html;q=0.1, application/rdf+xml", ".rdf"),
        ("application/json", ".jsonld"),
        ("text/turtle;q=0, application/n-triples;q=0.2", ".nt"),
    ],
)
def test_a_thing_sends_on_to_the_document_in_the_format_asked_for(
    things: httpx.Client, accept: str, ending: str
) -> None:
    answer = things.get("/drug/plain", headers={"Accept": accept})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/drug/plain{ending}"
    assert answer.headers["vary"] == "Accept, Accept-Language"
    assert f'</drug/plain{ending}>; rel="describedby"; type="{TYPES[ending]}"' in answer.headers["link"]
    assert things.head("/drug/plain", headers={"Accept": accept}).headers["location"] == f"/drug/plain{ending}"


def test_a_format_that_is_not_offered(things: httpx.Client) -> None:
    answer = things.get("/drug/plain", headers={"Accept": "image/png"})
    assert "text/turtle" in problem(answer, 406, "not-acceptable")["detail"]
    assert answer.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
    assert '</drug/plain.ttl>; rel="alternate"; type="text/turtle"' in answer.headers["link"]
    assert things.get("/drug/plain?format=ttl").headers["location"] == "/drug/plain.ttl"
    problem(things.get("/drug/plain?format=csv"), 406, "not-acceptable")


def test_language_and_page_go_along(things: httpx.Client) -> None:
    answer = things.get("/target/one?lang=zh&page=2&evil=%0d%0aX", headers={"Accept": "text/html"})
    assert answer.headers["location"] == "/target/one.html?lang=zh&page=2"


@pytest.mark.parametrize("ending", TYPES)
def test_a_document_by_its_ending(things: httpx.Client, ending: str) -> None:
    answer = things.get(f"/drug/plain{ending}", headers={"Accept": "image/png"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == TYPES[ending]
    assert answer.headers["vary"] == ("Accept-Language, Accept-Encoding" if ending == ".html" else "Accept-Encoding")
    links = answer.headers["link"]
    assert f'<{BASE}drug/plain>; rel="describes"' in links
    assert f'drug/plain{ending}>; rel="canonical"' in links
    for other, media_type in TYPES.items():
        shown = f'</drug/plain{other}>; rel="alternate"; type="{media_type}"'
        assert (shown in links) == (other != ending)
    head = things.head(f"/drug/plain{ending}")
    assert (head.status_code, head.content) == (200, b"")
    assert things.options(f"/drug/plain{ending}").status_code == 204
    problem(things.post(f"/drug/plain{ending}"), 405, "method-not-allowed")


@pytest.mark.parametrize("ending", PARSERS)
def test_what_a_document_holds(things: httpx.Client, ending: str) -> None:
    found = graph(things.get(f"/target/one{ending}"), ending)
    target, drug = rdflib.URIRef(f"{BASE}target/one"), rdflib.URIRef(f"{BASE}drug/other")
    has_target = rdflib.URIRef(f"{BASE}ontology/hasTarget")
    assert (drug, has_target, target) in found
    assert {str(label) for label in found.objects(target, rdflib.RDFS.label)} == {"target one", "靶点一"}
    assert {str(label) for label in found.objects(drug, rdflib.RDFS.label)} == {"other drug", "另一药物"}
    assert {str(label) for label in found.objects(has_target, rdflib.RDFS.label)} == {"has target", "靶点为"}


def test_the_sources_of_a_thing_are_in_its_document(things: httpx.Client) -> None:
    found = graph(things.get("/claim/good.ttl"))
    report, place = rdflib.URIRef(f"{BASE}report/good"), rdflib.URIRef(f"{BASE}place/one")
    assert (report, rdflib.URIRef(f"{BASE}ontology/printedAt"), place) in found
    assert (place, rdflib.URIRef(f"{BASE}ontology/locator"), rdflib.Literal("Table 1 row 2")) in found
    found = graph(things.get("/drug/plain.ttl"))
    assert (rdflib.URIRef(f"{BASE}reading/dose"), None, rdflib.Literal("2 mg")) in found
    assert (report, None, rdflib.Literal("good (77.4%)")) in found


def test_a_document_holds_nothing_of_other_things(things: httpx.Client) -> None:
    subjects = {str(subject) for subject in graph(things.get("/review/r.ttl")).subjects()}
    assert subjects - {str(things.base_url).rstrip("/") + "/review/r.ttl"} == {f"{BASE}review/r", f"{BASE}place/one"}


def test_blank_nodes_come_along_whole(things: httpx.Client) -> None:
    found = graph(things.get("/ontology/TwoTargets.ttl"))
    owl = rdflib.OWL
    root = found.value(rdflib.URIRef(f"{BASE}ontology/TwoTargets"), owl.equivalentClass)
    members = list(rdflib.collection.Collection(found, found.value(root, owl.intersectionOf)))  # type: ignore[arg-type]
    assert len(members) == 3
    assert (members[1], owl.hasValue, rdflib.URIRef(f"{BASE}target/one")) in found
    inner = found.value(members[2], owl.someValuesFrom)
    assert len(list(rdflib.collection.Collection(found, found.value(inner, owl.unionOf)))) == 2  # type: ignore[arg-type]


def test_a_long_description_is_paged_and_says_so(short_pages: httpx.Client) -> None:
    first = short_pages.get("/target/one.ttl")
    assert '</target/one.ttl?page=2>; rel="next"' in first.headers["link"]
    comments = {str(text) for text in graph(first).objects(None, rdflib.RDFS.comment)}
    assert comments == {"page 1 of 2 of this description", "此描述共2页，此为第1页"}
    second = short_pages.get("/target/one.ttl?page=2")
    assert '</target/one.ttl?page=1>; rel="prev"' in second.headers["link"]
    assert 'rel="next"' not in second.headers["link"]
    page = short_pages.get("/target/one.html?lang=en&page=2").text
    assert "Page 2 of 2" in page
    assert "第 1 页，共 2 页" in short_pages.get("/target/one.html?lang=zh").text
    problem(short_pages.get("/target/one.ttl?page=3"), 404, "not-found")
    for wrong in ("0", "-1", "x", "1e3", "９", "1" * 40):
        problem(short_pages.get(f"/target/one.ttl?page={wrong}"), 400, "bad-request")


def test_a_graph_is_paged_by_what_it_describes(short_pages: httpx.Client) -> None:
    pages = [short_pages.get(f"/graph/vocabulary.nt?page={number}") for number in (1, 2, 3)]
    subjects: set[str] = set()
    for answer in pages:
        subjects |= {str(triple.subject) for triple in ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES)}
    assert f"<{BASE}drug/plain>" in subjects
    assert f"<{BASE}target/one>" in subjects
    assert "5 of 13 are shown here" in short_pages.get("/graph/vocabulary.html").text


def test_an_ontology_is_one_document(things: httpx.Client) -> None:
    answer = things.get("/ontology/", headers={"Accept": "application/rdf+xml"})
    assert answer.headers["location"] == "/ontology.rdf"
    found = graph(things.get("/ontology.rdf"), ".rdf")
    assert (rdflib.URIRef(f"{BASE}ontology/Drug"), rdflib.RDF.type, rdflib.OWL.Class) in found
    assert "next" not in things.get("/ontology.rdf").headers["link"]
    assert things.get("/ontology").headers["location"] == "/ontology/"
    assert things.get("/drug/plain/").headers["location"] == "/drug/plain"


def test_names_with_letters_of_any_script(things: httpx.Client) -> None:
    for path in ("/drug/阿司匹林", "/drug/%E9%98%BF%E5%8F%B8%E5%8C%B9%E6%9E%97"):
        answer = things.get(path)
        assert answer.headers["location"] == "/drug/%E9%98%BF%E5%8F%B8%E5%8C%B9%E6%9E%97.ttl"
        assert rdflib.URIRef(f"{BASE}drug/阿司匹林") in set(graph(things.get(answer.headers["location"])).subjects())
    assert things.get("/drug/a%23b").headers["location"] == "/drug/a%23b.ttl"
    assert things.get("/drug/a%23b.html").status_code == 200


def test_a_thing_whose_name_ends_like_a_document(things: httpx.Client) -> None:
    assert things.get("/distribution/things.ttl").headers["location"] == "/distribution/things.ttl.ttl"
    assert things.get("/distribution/things.ttl.html").status_code == 200


def test_a_replaced_thing_sends_on_to_what_replaces_it(things: httpx.Client) -> None:
    answer = things.get("/drug/old?lang=zh")
    assert answer.status_code == 301
    assert answer.headers["location"] == "/drug/plain?lang=zh"
    assert f'<{BASE}drug/plain>; rel="successor-version"' in answer.headers["link"]
    assert f"Use {BASE}drug/plain instead." in answer.text
    assert "Use instead:" in things.get("/drug/old.html?lang=en").text
    assert things.get("/drug/moved").headers["location"] == "http://example.org/drug/%C3%A9"


def test_a_withdrawn_thing_is_gone_but_its_documents_are_not(things: httpx.Client) -> None:
    answer = things.get("/drug/withdrawn")
    problem(answer, 410, "gone")
    assert "</drug/withdrawn.ttl>" in answer.headers["link"]
    page = things.get("/drug/withdrawn", headers={"Accept": "text/html", "Accept-Language": "zh"})
    assert page.status_code == 410
    assert "此条目已撤回" in page.text
    assert things.get("/drug/withdrawn.ttl").status_code == 200
    assert "此条目已弃用" in things.get("/drug/withdrawn.html?lang=zh").text


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/drug/plane", "drug/plain"),
        ("/drugs/plain", "drug/plain"),
        ("/drug/PLAIN.ttl", "drug/plain"),
        ("/drug/simple-medicine", "drug/plain"),
        ("/drug/普通药", "drug/plain"),
        ("/drug/fift", "drug/fifth"),
        ("/ontology/drug", "ontology/Drug"),
    ],
)
def test_a_mistyped_key_is_told_near_ones(things: httpx.Client, path: str, near: str) -> None:
    answer = things.get(path)
    content = problem(answer, 404, "not-found")
    assert BASE + near in [each["iri"] for each in content["suggestions"]]
    assert f"/{near}" in content["detail"]
    page = things.get(path.removesuffix(".ttl"), headers={"Accept": BROWSER, "Accept-Language": "zh-CN"})
    assert page.status_code == 404
    assert page.headers["content-language"] == "zh-Hans"
    assert f'href="/{near}.html?lang=zh"' in page.text
    assert "您是否在找" in page.text


def test_nothing_near(things: httpx.Client) -> None:
    assert "suggestions" not in problem(things.get("/qqqq/zzzz"), 404, "not-found")
    assert (
        things.get("/qqqq/zzzz.html", headers={"Accept": "text/turtle"}).headers["content-type"].startswith("text/html")
    )
    problem(things.get("/qqqq/zzzz.ttl", headers={"Accept": "text/html"}), 404, "not-found")


@pytest.mark.parametrize(
    "path",
    [
        "/drug/%3E%20%7D",
        "/drug/plain%3E%20.%20%3Fs%20%3Fp%20%3Fo%20%7D%20%23",
        "/drug/%22%5C",
        "/drug/..%2f..%2fetc",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/drug/%00",
        "/drug/%0d%0aX-Evil:%201",
        "/drug/%ff%fe",
        "/drug/%",
        "/drug/%zz.html",
        "/drug/{}",
        "/drug/%3Cscript%3E.html",
        "/drug/",
        "/drug",
        "//drug/plain",
        "//example.org/x",
        "//example.org/x.html",
        "/drug//plain",
        "/.html",
        "/.ttl",
        "/" + "a" * 5000,
        "/drug/" + "%E9%98%BF" * 500,
        "/drug/" + "../" * 300 + "x.html",
        "/favicon.ico",
    ],
)
def test_hostile_paths_are_not_found(things: httpx.Client, path: str) -> None:
    for accept in ("*/*", "text/html"):
        raw = path.encode()
        answer = things.send(things.build_request("GET", "/", headers={"Accept": accept}, extensions={"target": raw}))
        assert answer.status_code == 404, answer.text
        assert "x-evil" not in answer.headers
        if answer.headers["content-type"] == "application/problem+json":
            assert json.loads(answer.text)["code"] == "not-found"
        else:
            assert "<script>" not in answer.text


def test_too_long_an_address(things: httpx.Client) -> None:
    problem(things.get("/drug/" + "a" * 9000), 414, "uri-too-long")


def test_many_wrong_kinds_are_not_remembered(things: httpx.Client) -> None:
    for number in range(50):
        assert things.get(f"/kind-{number}/x").status_code == 404
    assert things.get("/drug/plain.ttl").status_code == 200


def test_triples_without_a_graph_are_described_too(tmp_path: Path) -> None:
    plain = tmp_path / "plain.ttl"
    plain.write_text(
        f"""@prefix owl: <http://www.w3.org/2002/07/owl#> .
        <{BASE}ontology/> a owl:Ontology .
        <{BASE}drug/x> <{BASE}ontology/p> <{BASE}drug/y> , [ <{BASE}ontology/q> 1 ] .""",
        "utf-8",
    )
    with LiveServer([plain], None) as server, httpx.Client(base_url=server.url, timeout=20, trust_env=False) as client:
        assert len(graph(client.get("/drug/x.ttl"))) == 5
        for path in ("/drug/x", "/drug/y", "/ontology/", "/ontology/p"):
            for accept in ("text/turtle", "text/html"):
                answer = client.get(path, headers={"Accept": accept}, follow_redirects=True)
                assert answer.status_code == 200, path

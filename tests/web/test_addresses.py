"""Paths become IRIs and back, and the reserved segments are nobody's."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from kg.paths import ONTOLOGY
from kg.web.addresses import DOCUMENTS, ENDINGS, RESERVED, document, href, iri_at, path_of, split_ending
from kg.web.app import create_app

BASE = "https://w3id.org/oncokg/"


@pytest.mark.parametrize(
    ("path", "iri"),
    [
        ("/drug/mrg003", "drug/mrg003"),
        ("/drug/%6Drg003", "drug/mrg003"),
        ("/drug/%e9%98%bf", "drug/阿"),
        ("/drug/a%23b", "drug/a%23b"),
        ("/drug/a%2fb", "drug/a%2Fb"),
        ("/drug/%3E%20%7D", "drug/%3E%20%7D"),
        ("/drug/%253E", "drug/%253E"),
        ("/drug/%00", "drug/%00"),
        ("/drug/%ff%e9%98", "drug/%FF%E9%98"),
        ("/drug/%E2%80%AE", "drug/%E2%80%AE"),
        ("/", ""),
    ],
)
def test_a_path_is_decoded_once_and_only_where_that_changes_nothing(path: str, iri: str) -> None:
    assert iri_at(path.encode()) == BASE + iri


@pytest.mark.parametrize("path", [b"/drug/%", b"/drug/%zz", b"/a%2"])
def test_what_is_no_iri_is_none(path: bytes) -> None:
    assert iri_at(path) is None


def test_raw_bytes_are_encoded() -> None:
    assert iri_at("/drug/阿".encode()) == f"{BASE}drug/阿"
    assert iri_at(b"/drug/\xff<>") == f"{BASE}drug/%FF%3C%3E"


@pytest.mark.parametrize("key", ["drug/mrg003", "drug/阿", "drug/a%23b", "ontology/", "release/0.1.0", ""])
def test_an_iri_comes_back_from_its_path(key: str) -> None:
    path = path_of(BASE + key)
    assert path is not None
    assert path.isascii()
    assert iri_at(path.encode()) == BASE + key


@pytest.mark.parametrize("iri", ["http://example.org/", f"{BASE}/example.org/x", f"{BASE}a?b", f"{BASE}a#b"])
def test_what_is_not_served_here_has_no_path(iri: str) -> None:
    assert path_of(iri) is None


def test_links() -> None:
    assert href(f"{BASE}drug/x", "zh") == "/drug/x.html?lang=zh"
    assert href(f"{BASE}ontology/", "en") == "/ontology.html?lang=en"
    assert href(BASE, "en") == "/?lang=en"
    assert href(f"{BASE}sparql", "en") == "/sparql?lang=en"
    assert href("https://example.org/a?b#c", "en") == "https://example.org/a?b#c"
    assert href("javascript:alert(1)", "en") is None


def test_endings() -> None:
    assert {offer.name for offer in ENDINGS.values()} == {offer.name for offer in DOCUMENTS}
    for ending, offer in ENDINGS.items():
        assert split_ending(f"{BASE}a{ending}") == (f"{BASE}a", offer)
        assert document("/ontology/", ending) == f"/ontology{ending}"
    assert split_ending(f"{BASE}release/0.1.0") == (f"{BASE}release/0.1.0", None)


def test_no_kind_of_thing_has_a_reserved_segment(release: Path) -> None:
    context = json.loads((ONTOLOGY / "context.jsonld").read_text("utf-8"))["@context"]
    kinds = {value.removeprefix(BASE).split("/")[0] for value in context.values() if str(value).startswith(BASE)}
    for name in ("oncokg.nq", "metadata.nq"):
        for quad in ox.parse(path=str(release / name), format=ox.RdfFormat.N_QUADS):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(BASE):
                kinds.add(quad.subject.value.removeprefix(BASE).split("/")[0])
    assert len(kinds) > 60
    assert not kinds & set(RESERVED)


def test_every_route_but_that_of_things_is_reserved(things: httpx.Client) -> None:
    assert create_app is not None
    for segment in RESERVED:
        assert things.get(f"/{segment}/nothing.ttl", follow_redirects=True).status_code in {404, 406}, segment
    assert things.get("/queries/").headers["location"] == "/queries"


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_reserved_segments_are_in_the_manual(name: str) -> None:
    manual = (Path(__file__).resolve().parents[2] / name).read_text("utf-8")
    for segment in RESERVED:
        assert f"`{segment}`" in manual, segment

"""Every IRI of a release that is the subject of a statement resolves, in Turtle and as a page."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from test_pages import Reader

BASE = "https://w3id.org/oncokg/"


@pytest.fixture(scope="module")
def subjects(release: Path) -> list[str]:
    found = {
        quad.subject.value
        for name in ("oncokg.nq", "metadata.nq")
        for quad in ox.parse(path=str(release / name), format=ox.RdfFormat.N_QUADS)
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(BASE)
    }
    assert len(found) > 1000
    return sorted(found)


def fetch(client: httpx.Client, iri: str, accept: str) -> httpx.Response:
    # As a client resolves it: the path as it stands in the IRI, then where the server sends it.
    path = iri.removeprefix(BASE)
    answer = client.get(f"/{path}", headers={"Accept": accept})
    if path:  # the base is the home page, and a document itself
        assert answer.status_code == 303, (iri, answer.status_code)
        answer = client.get(answer.headers["location"], headers={"Accept": accept})
    assert answer.status_code == 200, (iri, answer.text)
    return answer


def test_in_turtle(released: httpx.Client, subjects: list[str]) -> None:
    def resolve(iri: str) -> None:
        triples = list(ox.parse(fetch(released, iri, "text/turtle").content, format=ox.RdfFormat.TURTLE))
        assert any(triple.subject == ox.NamedNode(iri) for triple in triples), iri

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(resolve, subjects))


def test_as_a_page(released: httpx.Client, subjects: list[str]) -> None:
    def resolve(iri: str) -> None:
        reader = Reader()
        reader.feed(fetch(released, iri, "text/html").text)
        assert reader.open == [], iri
        assert iri in reader.text or iri == BASE, iri

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(resolve, subjects))

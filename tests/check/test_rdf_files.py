"""RDF files are read by their ending; one that does not parse is refused with file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.check.rdf_files import read_rdf
from kg.errors import RdfSyntaxError

TRIPLE = ox.Triple(ox.NamedNode("http://x/s"), ox.NamedNode("http://x/p"), ox.Literal("o"))
GRAPH = ox.NamedNode("http://x/g")


@pytest.mark.parametrize(
    ("name", "text", "graph"),
    [
        ("a.ttl", '<http://x/s> <http://x/p> "o" .', ox.DefaultGraph()),
        ("a.TTL", '<http://x/s> <http://x/p> "o" .', ox.DefaultGraph()),
        ("a.nt", '<http://x/s> <http://x/p> "o" .\n', ox.DefaultGraph()),
        ("a.nq", '<http://x/s> <http://x/p> "o" <http://x/g> .\n', GRAPH),
        ("a.trig", '<http://x/g> { <http://x/s> <http://x/p> "o" }', GRAPH),
        ("a.jsonld", '{"@id": "http://x/s", "http://x/p": "o"}', ox.DefaultGraph()),
    ],
)
def test_each_format_is_read(tmp_path: Path, name: str, text: str, graph: ox.NamedNode | ox.DefaultGraph) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert list(read_rdf(path)) == [ox.Quad(TRIPLE.subject, TRIPLE.predicate, TRIPLE.object, graph)]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.ttl", "@prefix x: <http://x/> .\nx:s x:p x:o .\nx:s x:p 'open .\n", 3),
        ("a.nt", '<http://x/s> <http://x/p> "o" .\nnonsense\n', 2),
        ("a.trig", "@prefix x: <http://x/> .\n\nx:g { x:s x:p }\n", 3),
    ],
)
def test_a_syntax_error_names_file_and_line(tmp_path: Path, name: str, text: str, line: int) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RdfSyntaxError) as caught:
        list(read_rdf(path))
    assert f"{name}:{line}: is not " in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["a.rdf", "a.owl", "a.xml", "a.csv", "a"])
def test_another_ending_is_refused_unread(tmp_path: Path, name: str) -> None:
    # The file is not opened: nested entities of a kilobyte can take gigabytes of memory.
    with pytest.raises(RdfSyntaxError, match=re.escape("must be one of .ttl, .trig, .nt, .nq, .jsonld")):
        list(read_rdf(tmp_path / name))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RdfSyntaxError, match="no such file"):
        list(read_rdf(tmp_path / "none.ttl"))


def test_a_file_of_other_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_bytes(b'<http://x/s> <http://x/p> "\xff\xfe" .')
    with pytest.raises(RdfSyntaxError, match=re.escape("a.ttl")):
        list(read_rdf(path))


def test_blank_nodes_of_two_files_stay_apart(tmp_path: Path) -> None:
    subjects = set()
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).write_text("_:b <http://x/p> 1 .", encoding="utf-8")
        subjects |= {quad.subject for quad in read_rdf(tmp_path / name)}
    assert len(subjects) == 2

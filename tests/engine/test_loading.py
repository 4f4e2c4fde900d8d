"""Loading: lines are taken in another order than that of the file, which must change nothing but the time."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store, parse

from kg.engine.loading import open_store
from kg.errors import RdfSyntaxError

LINES = [
    '<http://e/s> <http://e/p2> "a \\n <http://e/p0> \\" b"@en <http://e/g> .',
    "<http://e/s> <http://e/p1> _:b <http://e/g> .",
    "",
    "# a comment with <http://e/p1> words",
    "  _:b\t<http://e/p2>\t_:c .",
    '_:c <http://e/p1> "药" <http://e/h> . # behind',
    "<http://e/s><http://e/p0><http://e/o><http://e/g>.",
]


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_the_quads_are_those_of_the_file(tmp_path: Path, end: str) -> None:
    path = tmp_path / "a.nq"
    path.write_bytes(((end or "\n").join(LINES) + end).encode())
    store = open_store([path])
    assert len(store) == 5
    plain = {str(quad) for quad in parse(path=path, format=RdfFormat.N_QUADS)}
    named = {text for text in map(str, store) if "_:" not in text}
    assert named == {text for text in plain if "_:" not in text}


def test_a_blank_node_stays_one_across_predicates(tmp_path: Path) -> None:
    path = tmp_path / "a.nq"
    path.write_text("\n".join(LINES), encoding="utf-8")
    text = "SELECT ?v { ?s <http://e/p1> ?b . ?b <http://e/p2> ?c . ?c <http://e/p1> ?v }"
    rows = list(open_store([path]).query(text, use_default_graph_as_union=True))  # type: ignore[arg-type]
    assert [row["v"].value for row in rows] == ["药"]


def test_quads_of_a_predicate_come_together(tmp_path: Path) -> None:
    path = tmp_path / "a.nt"
    path.write_text("".join(f"<http://e/s> <http://e/p{n % 3}> <http://e/o{n}> .\n" for n in range(9)), "utf-8")
    as_it_is = Store()
    as_it_is.bulk_load(path=path, format=RdfFormat.N_TRIPLES)
    store = open_store([path])
    assert set(store) == set(as_it_is)
    # A store gives its quads in the order in which they lie in memory.
    assert _changes(as_it_is) == 8
    assert _changes(store) == 2


def _changes(store: Store) -> int:
    predicates = [quad.predicate for quad in store]
    return sum(one != other for one, other in pairwise(predicates))


def test_a_fault_is_told_with_the_line_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.nq"
    path.write_text("\n".join([*LINES, "<http://e/s> <http://e/a> nonsense .", LINES[0]]), encoding="utf-8")
    with pytest.raises(RdfSyntaxError, match=r"a\.nq:8: this is not"):
        open_store([path])

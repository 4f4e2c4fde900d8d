"""Every way in which a record file can be wrong gets its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import RecordError
from kg.records.yaml_source import read_yaml


def _read(tmp_path: Path, text: str | bytes):
    path = tmp_path / "record.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_yaml(path)


def _problem(tmp_path: Path, text: str | bytes):
    with pytest.raises(RecordError) as caught:
        _read(tmp_path, text)
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


def test_scalars_stay_text_and_know_their_line(tmp_path):
    source = _read(tmp_path, "a:\n  value: 64.0\n  yes: [1, 0x10, null]\n")
    assert source.data == {"a": {"value": "64.0", "yes": ["1", "0x10", "null"]}}
    assert source.lines["a", "value"] == 2
    assert source.lines["a", "yes", 2] == 3


def test_a_problem_gets_the_line_of_the_nearest_part_that_stands_in_the_file(tmp_path):
    source = _read(tmp_path, "a:\n  b: c\n")
    assert source.problem(("a", "b", "missing"), "x").line == 2
    assert source.problem(("a", "other"), "x").key == "a"


def test_malformed_yaml(tmp_path):
    problem = _problem(tmp_path, "a: [1, 2\nb: 3\n")
    assert problem.line == 2
    assert "is not YAML" in problem.message


def test_a_key_that_stands_twice(tmp_path):
    problem = _problem(tmp_path, "a: 1\nb: 2\na: 3\n")
    assert (problem.line, problem.key) == (3, "a")
    assert "twice: first in line 1" in problem.message


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: &x 1\n", 2, "anchors and aliases"),
        ("b: 1\na: *b\n", 2, "anchors and aliases"),
        ("a: !!python/object:os.system 1\n", 1, "tag"),
        ("a: 1\nb:\n", 2, "has no value"),
        ("? [a, b]\n: 1\n", 1, "a key is a word"),
        ("", 0, "is empty"),
        (b"a: \xff\xfe\n", 0, "cannot be read"),
        ("a: 1\n---\nb: 2\n", 0, "two documents"),
    ],
)
def test_what_records_may_not_hold(tmp_path, text, line, says):
    problem = _problem(tmp_path, text)
    assert problem.line == line
    assert says in problem.message
    assert problem.file.endswith("record.yaml")


def test_deep_nesting_is_an_error_and_not_a_crash(tmp_path):
    assert "nested more than" in _problem(tmp_path, "a: " + "[" * 200_000).message

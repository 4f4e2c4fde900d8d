"""Reads answers that came over the network: are they whole, and do they say what the standards say?

A store may cut an answer and say 200 all the same. And stores differ: Virtuoso 7 answers ASK with a table of one row,
and calls literals `typed-literal` in JSON. What leaves here has one form, that of our own workers.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, replace
from typing import Any
from xml.etree import ElementTree

from kg.engine.answer import SOLUTION_TYPES, Form

__all__ = ["LINES", "BrokenAnswerError", "Received", "receive"]

LINES = frozenset({"ntriples", "turtle", "nquads", "trig"})
"""The formats that N-Triples is a part of: a line for each triple, so that triples can be counted."""

_RESULTS = "{http://www.w3.org/2005/sparql-results#}"
_ASK = "__ASK_RETVAL"
_YES = frozenset({"1", "true"})
_ENDS = (b".", b"}")


class BrokenAnswerError(Exception):
    """The answer is not whole; says by what that shows."""


@dataclass(frozen=True)
class Received:
    """What was sent: its form, its bytes, and how many solutions or lines these hold."""

    form: Form
    body: bytes
    count: int = 0


def receive(format_name: str, body: bytes) -> Received:
    """Read an answer in this format. Raises BrokenAnswerError."""
    try:
        if format_name not in SOLUTION_TYPES:
            return _graph(format_name, body)
        read = {"json": _json, "xml": _xml, "csv": _csv, "tsv": _tsv}[format_name]
        return read(body)
    except (ValueError, KeyError, TypeError, AttributeError, ElementTree.ParseError, csv.Error) as error:
        raise BrokenAnswerError(f"it does not parse ({type(error).__name__}: {str(error)[:200]})") from error


def _json(body: bytes) -> Received:
    content = json.loads(body)
    if "boolean" in content:
        return Received("boolean", _dump({"head": {}, "boolean": bool(content["boolean"])}))
    names, rows = content["head"]["vars"], content["results"]["bindings"]
    if names == [_ASK]:
        return Received("boolean", _dump({"head": {}, "boolean": rows[0][_ASK]["value"] in _YES}))
    for row in rows:
        for term in row.values():
            if term["type"] == "typed-literal":
                term["type"] = "literal"
    return Received("solutions", _dump({"head": {"vars": names}, "results": {"bindings": rows}}), len(rows))


def _dump(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _xml(body: bytes) -> Received:
    root = _parsed(body)
    if root.find(f"{_RESULTS}boolean") is not None:
        return Received("boolean", body)
    results = root.find(f"{_RESULTS}results")
    if results is None:
        raise BrokenAnswerError("it holds no results")
    names = [variable.get("name") for variable in root.iter(f"{_RESULTS}variable")]
    if names == [_ASK]:
        said = "true" if "".join(results.itertext()).strip() in _YES else "false"
        text = f'<?xml version="1.0"?><sparql xmlns="{_RESULTS[1:-1]}"><head/><boolean>{said}</boolean></sparql>'
        return Received("boolean", text.encode())
    return Received("solutions", body, len(results))


def _parsed(body: bytes) -> ElementTree.Element:
    # Only the store could send a document that grows in the parser; its entities are refused all the same.
    if b"<!ENTITY" in body:
        raise BrokenAnswerError("it declares entities")
    return ElementTree.fromstring(body)  # noqa: S314


def _csv(body: bytes) -> Received:
    rows = list(csv.reader(io.StringIO(body.decode("utf-8"), newline="")))
    received = _rows(body, rows)
    if received.form == "boolean":
        return received
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(rows)
    return replace(received, body=lines.getvalue().encode("utf-8"))


def _tsv(body: bytes) -> Received:
    return _rows(body, [line.rstrip("\r").split("\t") for line in body.decode("utf-8").split("\n")[:-1]])


def _rows(body: bytes, rows: list[list[str]]) -> Received:
    if body.strip().lower() in {b"true", b"false"}:
        return Received("boolean", body.strip().lower())
    if rows and rows[0] and rows[0][0].strip('"?') == _ASK:
        return Received("boolean", b"true" if rows[1][0].strip('"') in _YES else b"false")
    # A table of one column may have empty lines, where its only value is missing.
    if len({len(row) or 1 for row in rows}) > 1:
        raise BrokenAnswerError("its rows differ in length")
    if not body.endswith(b"\n"):
        raise BrokenAnswerError("its last row has no end")
    return Received("solutions", body, len(rows) - 1)


def _graph(format_name: str, body: bytes) -> Received:
    if format_name == "jsonld":
        json.loads(body)
    elif format_name == "rdfxml":
        _parsed(body)
    elif (end := body.rstrip()) and not end.endswith(_ENDS):
        raise BrokenAnswerError("its last statement has no end")
    return Received("triples", body, body.count(b"\n"))

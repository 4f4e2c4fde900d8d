"""Evaluates queries, one after the other, over the store that the nursery loaded; runs only inside a worker process.

A query may end the whole process (deep nesting, memory): nothing here tries to survive that, the pool replaces it.
Evaluation and serialisation happen in one call in one thread, as pyoxigraph requires.
"""

from __future__ import annotations

import io
import re
import socket
from contextlib import suppress
from typing import Any

from pyoxigraph import NamedNode, QueryBoolean, QueryResultsFormat, QueryTriples, RdfFormat, Store, serialize

from kg.engine import frames, tokens
from kg.engine.answer import SOLUTION_TYPES, TRIPLE_TYPES

__all__ = ["answer", "serve"]

_SOLUTIONS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
_TRIPLES = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
}
_POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
# How a refused socket shows where there is no seccomp filter, only RLIMIT_NOFILE.
_NO_DESCRIPTOR = "os error 24"
_FEW = 6
_WITH_PREFIXES = frozenset({"turtle", "trig"})


class _SheetFullError(Exception):
    """The answer is longer than allowed."""


class _Sheet(io.BytesIO):
    """Takes the pieces of an answer as they are serialised; an exception from `write` stops the evaluation."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write(self, piece: Any) -> int:
        if self.tell() + memoryview(piece).nbytes > self.room:
            raise _SheetFullError
        return super().write(piece)


def serve(store: Store, channel: socket.socket) -> None:
    """Answer requests until the other side closes."""
    while True:
        try:
            request, _ = frames.read(channel)
        except EOFError:
            return
        head, body = answer(store, request)
        channel.sendall(frames.pack(head, body))


def answer(store: Store, request: frames.Head) -> tuple[frames.Head, bytes]:
    """Evaluate one request.

    The request holds query, base, default_graphs, named_graphs, solutions, triples (short format names or null) and
    max_bytes. The head of the reply holds either form, format and media_type, or refused (a word) and message.
    """
    text = request["query"]
    sheet = _Sheet(request["max_bytes"])
    try:
        return _evaluate(store, request, sheet), sheet.getvalue()
    except SyntaxError as error:
        return _refuse_text(text, str(error)), b""
    except _SheetFullError:
        return _refused("too-large", f"The answer is longer than {sheet.room:,} bytes."), b""
    except OSError as error:
        if isinstance(error, PermissionError) or _NO_DESCRIPTOR in str(error):
            return _refused("federation", ""), b""
        return _refused("failed", str(error)), b""
    except (ValueError, RuntimeError) as error:
        return _refused("failed", str(error)), b""


def _evaluate(store: Store, request: frames.Head, sheet: _Sheet) -> frames.Head:
    text = request["query"]
    default_graphs, named_graphs = request["default_graphs"], request["named_graphs"]
    if default_graphs or named_graphs:
        # A dataset in the protocol replaces the one in the query: what it does not name is not in it.
        results = store.query(
            text,
            base_iri=request["base"],
            default_graph=[_graph(iri) for iri in default_graphs],
            named_graphs=[_graph(iri) for iri in named_graphs],
        )
    else:
        # use_default_graph_as_union would override FROM.
        union = not tokens.has_dataset_clause(text)
        results = store.query(text, base_iri=request["base"], use_default_graph_as_union=union)
    if isinstance(results, QueryTriples):
        name = request["triples"]
        if name is None:
            return _refused("not-acceptable", "triples")
        if name in _WITH_PREFIXES:
            serialize(results, sheet, format=_TRIPLES[name], prefixes=_prefixes(text))
        else:
            results.serialize(sheet, format=_TRIPLES[name])
        return {"form": "triples", "format": name, "media_type": TRIPLE_TYPES[name]}
    name = request["solutions"]
    if name is None:
        return _refused("not-acceptable", "solutions")
    results.serialize(sheet, format=_SOLUTIONS[name])
    form = "boolean" if isinstance(results, QueryBoolean) else "solutions"
    return {"form": form, "format": name, "media_type": SOLUTION_TYPES[name]}


def _prefixes(text: str) -> dict[str, str]:
    """The prefixes of a query, under which its answer is written too; without those that are no absolute IRI."""
    found = {}
    for prefix, namespace in tokens.declared_prefixes(text).items():
        with suppress(ValueError):
            serialize((), format=RdfFormat.TURTLE, prefixes={prefix: namespace})
            found[prefix] = namespace
    return found


def _graph(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise ValueError(f"The graph name {iri!r} is not an absolute IRI.") from error


def _refuse_text(text: str, reason: str) -> frames.Head:
    if tokens.is_update(text):
        return _refused("update", "")
    match = _POSITION.fullmatch(reason)
    if match is None:
        return _refused("syntax", reason) | {"line": 0, "column": 0}
    line, column = int(match[1]), int(match[2])
    return _refused("syntax", _explain(text, line, column, match[3])) | {"line": line, "column": column}


def _explain(text: str, line: int, column: int, reason: str) -> str:
    """The parser's reason without its character classes, with the text at the place and the likeliest cause."""
    undeclared = tokens.undeclared_prefixes(text)
    if undeclared:
        return f"the prefix {undeclared[0]} is used but not declared with PREFIX"
    listed = reason.removeprefix("expected ").removeprefix("one of ")
    wanted = [item for item in re.split(r",\s(?=[^ ])", listed) if not item.startswith(("[", "|", "'"))]
    lines = text.splitlines() or [""]
    row = lines[min(line, len(lines)) - 1]
    before, after = row[max(0, column - 31) : column - 1], row[column - 1 : column + 29]
    if after.strip():
        place = f"before {after!r}"
    else:
        place = f"after {before!r}" if before.strip() else "at the end of the text"
    if 0 < len(wanted) <= _FEW:
        return f"{place}, expected {' or '.join(wanted)}"
    return f"{place}, something is missing or out of place"


def _refused(word: str, message: str) -> frames.Head:
    return {"refused": word, "message": message}

"""The union of all graphs as one JSON-LD document that reads as plain JSON: a tree for each study.

studies → groups (with their regimen) and comparisons → outcomes → accepted value, and reports with the value and place
printed. What belongs to nothing else stands in a section of its own; the ontology comes last. Written by us and not
framed by a library, which would take near a second for 20,000 triples in every build. Nothing is lost: expanded, the
document is the union of the graphs (tests/export/test_jsonld.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.export.formats import ReleaseGraph
from kg.export.jsonld_context import CHILDREN, SECTIONS, Context
from kg.terms import BASE, DCTERMS, OA, OKG, RDF, XSD

__all__ = ["Tree", "write_document"]

Json = dict[str, Any]
Node = ox.NamedNode | ox.BlankNode
Term = Node | ox.Literal

_ALWAYS = {OKG + name for name in ("acceptedValue", "printedValue", "printedAt", "readAt", "receives", "hasComponent")}
_ALWAYS |= {OA + "hasSelector", DCTERMS + "source"}
_ONCE = {OKG + name for name in CHILDREN}
_REPORTS, _IS_ABOUT = OKG + "reports", OKG + "isAbout"
_TYPE, _FIRST, _REST, _NIL = (RDF + name for name in ("type", "first", "rest", "nil"))
_INTEGER = re.compile(r"0|-?[1-9][0-9]*")
_SECTION_OF = {
    "study": "studies", "review": "reviews", "publication": "publications", "reference": "publications",
    "discrepancy": "discrepancies", "mapping": "mappings", "ontology": "ontology",
    **dict.fromkeys(
        ("claim", "approval", "recommendation", "definition", "background", "target-assertion", "finding", "fact",
         "outcome", "report", "value"),
        "statements",
    ),
    "place": "places",
}  # fmt: skip


def write_document(graph: ReleaseGraph, folder: Path) -> None:
    """The document, one thing a line in each section."""
    tree = Tree(graph.quads)
    with (folder / "oncokg.jsonld").open("w", encoding="utf-8") as out:
        out.write('{"@context": ' + json.dumps(tree.context.document(), indent=1, ensure_ascii=False))
        for section, things in tree.sections():
            lines = ",\n".join(json.dumps(thing, ensure_ascii=False) for thing in things)
            out.write(f',\n"{section}": [\n{lines}\n]' if lines else "")
        out.write("}\n")


class Tree:
    """The triples by subject, and what has been written of them."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self.context = Context(quads)
        self._of: dict[Node, dict[str, list[Term]]] = {}
        self._reports: dict[Node, list[Node]] = {}
        self._cases: dict[Node, list[Node]] = {}
        self._uses: dict[ox.BlankNode, int] = {}
        self._written: set[Node] = set()
        for quad in quads:
            self._index(quad.subject, quad.predicate.value, quad.object)

    def _index(self, subject: object, predicate: str, value: object) -> None:
        assert isinstance(subject, Node)
        assert isinstance(value, Term)
        self._of.setdefault(subject, {}).setdefault(predicate, []).append(value)
        if isinstance(value, ox.BlankNode):
            self._uses[value] = self._uses.get(value, 0) + 1
        elif isinstance(value, ox.NamedNode) and predicate in (_REPORTS, _IS_ABOUT):
            (self._reports if predicate == _REPORTS else self._cases).setdefault(value, []).append(subject)

    def sections(self) -> Iterator[tuple[str, list[Json]]]:
        """Each section with its things; what has been written within another is not written again."""
        members: dict[str, list[Node]] = {name: [] for name in SECTIONS}
        for subject in sorted(self._of, key=_place_in_document):
            members[_SECTION_OF.get(_kind(subject), "vocabulary")].append(subject)
        for name in SECTIONS:
            yield name, [self._thing(subject) for subject in members[name] if self._stands_alone(subject)]

    def _stands_alone(self, subject: Node) -> bool:
        if isinstance(subject, ox.BlankNode):
            return self._uses.get(subject, 0) != 1
        return subject not in self._written

    def _thing(self, subject: Node, but: Node | None = None) -> Json:
        """A thing with all its properties; `but` is the statement under which a report is written."""
        self._written.add(subject)
        found: Json = {}
        if isinstance(subject, ox.NamedNode):
            found["id"] = self.context.short(subject.value)
        elif self._uses.get(subject, 0) != 1:
            found["id"] = str(subject)
        properties = self._of.get(subject, {})
        for predicate in sorted(properties, key=self._rank):
            values = [value for value in properties[predicate] if predicate != _REPORTS or value != but]
            self._put(found, predicate, sorted(values, key=str))
        reports = [report for report in self._reports.get(subject, ()) if report not in self._written]
        if reports:
            found["reportedBy"] = [self._thing(report, subject) for report in sorted(reports, key=str)]
        if subject in self._cases:
            found["disputedIn"] = [self._name(case) for case in sorted(self._cases[subject], key=str)]
        return found

    def _rank(self, predicate: str) -> tuple[int, str]:
        """Type and label first, then the other properties by name, last what is written within."""
        name = self.context.terms.get(predicate, predicate)
        first = {"label": 1, "key": 2}.get(name, 3)
        # Of a group that is investigational both properties hold; it is written under the first.
        within = 5 if predicate in _ONCE else 4 if predicate in _ALWAYS else first
        return (0 if predicate == _TYPE else within), name

    def _put(self, found: Json, predicate: str, values: list[Term]) -> None:
        """Write the values under the term of the property; those that do not fit its type under its short IRI."""
        if predicate == _TYPE:
            found["type"] = _one(
                [self.context.short(value.value) for value in values if isinstance(value, ox.NamedNode)]
            )
            values = [value for value in values if not isinstance(value, ox.NamedNode)]
        term = self.context.terms.get(predicate)
        coercion = self.context.coercion(term) if term else ""
        plain, other = [], []
        languages: dict[str, list[str]] = {}
        for value in values:
            if term and coercion == "@language" and _in_words(value):
                assert isinstance(value, ox.Literal)
                languages.setdefault(value.language or "@none", []).append(value.value)
            elif term and _fits(value, coercion):
                plain.append(self._plain(predicate, value))
            else:
                other.append(self._full(value))
        if term and languages:
            found[term] = {language: _one(texts) for language, texts in languages.items()}
        if term and plain:
            found[term] = plain if term in CHILDREN else _one(plain)
        if other:
            found[self.context.short(predicate)] = _one(other)

    def _plain(self, predicate: str, value: Term) -> object:
        if isinstance(value, ox.Literal):
            plain = _native(value)
            return value.value if plain is None else plain
        assert isinstance(value, Node)
        within = predicate in _ALWAYS or (predicate in _ONCE and value not in self._written)
        if isinstance(value, ox.BlankNode) or (within and value in self._of):
            return self._object(value)
        return self._name(value)

    def _full(self, value: Term) -> object:
        """A value that says itself what it is."""
        if isinstance(value, ox.Literal):
            if value.language:
                return {"@value": value.value, "@language": value.language}
            plain = _native(value)
            return plain if plain is not None else {"@value": value.value, "@type": self._type(value)}
        assert isinstance(value, Node)
        return self._object(value) if isinstance(value, ox.BlankNode) else {"id": self._name(value)}

    def _type(self, value: ox.Literal) -> str:
        return self.context.short(value.datatype.value)

    def _object(self, value: Node) -> Json:
        if isinstance(value, ox.NamedNode):
            return self._thing(value)
        members = self._list(value)
        if members is not None:
            return {"@list": [self._full(member) for member in members]}
        return self._thing(value) if self._uses[value] == 1 else {"id": str(value)}

    def _list(self, cell: Term) -> list[Term] | None:
        """The members of an RDF list whose cells are used for nothing else, or None."""
        members: list[Term] = []
        while not (isinstance(cell, ox.NamedNode) and cell.value == _NIL):
            properties = self._of.get(cell, {}) if isinstance(cell, ox.BlankNode) else {}
            if {name: len(values) for name, values in properties.items()} != {_FIRST: 1, _REST: 1}:
                return None
            assert isinstance(cell, ox.BlankNode)
            if self._uses[cell] != 1:
                return None
            members.append(properties[_FIRST][0])
            cell = properties[_REST][0]
        return members

    def _name(self, node: Node) -> str:
        return self.context.short(node.value) if isinstance(node, ox.NamedNode) else str(node)


def _kind(subject: Node) -> str:
    """The first segment of an IRI of ours; all else is of the ontology."""
    ours = isinstance(subject, ox.NamedNode) and subject.value.startswith(BASE)
    return subject.value.removeprefix(BASE).partition("/")[0] if ours else "ontology"


def _place_in_document(subject: Node) -> tuple[int, str]:
    """By kind as listed above, since a report is written under what it reports and a place under its report."""
    kinds = list(_SECTION_OF)
    kind = _kind(subject)
    return (kinds.index(kind) if kind in kinds else len(kinds)), str(subject)


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _in_words(value: Term) -> bool:
    return isinstance(value, ox.Literal) and (bool(value.language) or value.datatype.value == XSD + "string")


def _fits(value: Term, coercion: str) -> bool:
    """Whether a plain value under a term with this type means the value."""
    if not isinstance(value, ox.Literal):
        return coercion == "@id"
    if coercion.startswith("xsd:"):
        return value.datatype.value == XSD + coercion.removeprefix("xsd:")
    return coercion == "" and not value.language and _native(value) is not None


def _native(value: ox.Literal) -> str | int | bool | None:
    """A string, integer or boolean of JSON that becomes this literal again; a decimal stays text; None for others."""
    kind = value.datatype.value.removeprefix(XSD)
    if kind == "integer" and _INTEGER.fullmatch(value.value):
        return int(value.value)
    if kind == "boolean" and value.value in ("true", "false"):
        return value.value == "true"
    return value.value if kind == "string" else None

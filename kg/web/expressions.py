"""Class expressions and property chains of OWL as a phrase, with the names of what they are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kg.catalog.parameters import Language
from kg.web.entity_query import PREFIXES
from kg.web.markup import Markup, join
from kg.web.texts import say

__all__ = ["Expressions"]

_OWL, _RDF = PREFIXES["owl"], PREFIXES["rdf"]
_DEEPEST = 12

Term = Mapping[str, Any]


class Expressions:
    """The expressions behind blank nodes, from the rows of `entity_query.blank_nodes`.

    `show` renders any term that is no blank node.
    """

    def __init__(self, rows: Sequence[Mapping[str, Term]], show: Callable[[Term], Markup], language: Language) -> None:
        self._nodes: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            values = self._nodes[row["node"]["value"]][row["property"]["value"]]
            if row["other"] not in values:
                values.append(row["other"])
        self._show = show
        self._language = language

    def phrase(self, term: Term, depth: int = 0) -> Markup:
        """The phrase for a term; an ellipsis for what is nested too deeply or made of something else."""
        if term["type"] != "bnode":
            return self._show(term)
        node = self._nodes.get(term["value"])
        if node is None or depth > _DEEPEST:
            return join(["…"])
        if _RDF + "first" in node:
            return self._between(" ∘ ", self._list(term), depth)
        for name, word in (("intersectionOf", "owl-and"), ("unionOf", "owl-or"), ("oneOf", "owl-or")):
            if _OWL + name in node:
                return self._between(say(word, self._language), self._list(node[_OWL + name][0]), depth)
        if _OWL + "complementOf" in node:
            return join([say("owl-not", self._language), self.phrase(node[_OWL + "complementOf"][0], depth + 1)])
        if _OWL + "onProperty" in node:
            return self._restriction(node, depth)
        if _OWL + "inverseOf" in node:
            return join([say("owl-inverse", self._language), self.phrase(node[_OWL + "inverseOf"][0], depth + 1)])
        return join(["…"])

    def _restriction(self, node: Mapping[str, list[Term]], depth: int) -> Markup:
        on = self.phrase(node[_OWL + "onProperty"][0], depth + 1)
        for name, word in (("someValuesFrom", "owl-some"), ("allValuesFrom", "owl-only"), ("hasValue", "colon")):
            if _OWL + name in node:
                value = self._nested(node[_OWL + name][0], depth)
                return join([on, say(word, self._language), value])
        return join([on, " …"])

    def _between(self, word: str, members: Sequence[Term], depth: int) -> Markup:
        parts: list[str] = []
        for member in members:
            parts += [word, self._nested(member, depth) if len(members) > 1 else self.phrase(member, depth + 1)]
        return join(parts[1:])

    def _nested(self, term: Term, depth: int) -> Markup:
        """The phrase, in brackets where it is itself made of several."""
        phrase = self.phrase(term, depth + 1)
        node = self._nodes.get(term["value"], {}) if term["type"] == "bnode" else {}
        several = any(_OWL + name in node for name in ("intersectionOf", "unionOf", "oneOf"))
        return join(["(", phrase, ")"]) if several else phrase

    def _list(self, term: Term) -> list[Term]:
        members: list[Term] = []
        seen: set[str] = set()
        while term["type"] == "bnode" and term["value"] not in seen:
            seen.add(term["value"])
            node = self._nodes.get(term["value"], {})
            members += node.get(_RDF + "first", [])[:1]
            term = node.get(_RDF + "rest", [{"type": "uri", "value": ""}])[0]
        return members

"""Finds the `VALUES ?x { term }` blocks that hold the parameters in the text of a saved query.

A VALUES at the end of a query joins after grouping and never reaches FILTER, EXISTS or a sub-select: the answer is
then wrong without an error. So a parameter is a block at the head of each group that uses it, and binding replaces
the block.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.engine.tokens import Token, declared_prefixes, first_word, tokens

__all__ = ["Block", "answers_with_graph", "find_blocks", "has_modifiers", "replace_blocks", "varying_calls"]

_DEEP = 5
_GRAPHS = frozenset({"CONSTRUCT", "DESCRIBE"})
_VARYING = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})


@dataclass(frozen=True)
class Block:
    """One block: its variable, the value it holds (None: UNDEF), where it stands and whether it heads a group."""

    variable: str
    value: str | None
    start: int
    end: int
    at_head: bool


def find_blocks(text: str) -> list[Block]:
    """All blocks of one variable and one term, in order.

    A block heads its group if only VALUES and BIND stand before it there.
    """
    stream = list(tokens(text))
    prefixes = declared_prefixes(text)
    found: list[Block] = []
    head_ends: set[int] = set()
    for place, token in enumerate(stream):
        word = token.text.upper() if token.kind == "word" else ""
        if word not in {"VALUES", "BIND"}:
            continue
        close = _close(stream, place, "{", "}") if word == "VALUES" else _close(stream, place, "(", ")")
        at_head = place > 0 and (stream[place - 1].text == "{" or place - 1 in head_ends)
        if close is not None and at_head:
            head_ends.add(close)
        if word == "VALUES" and close is not None and stream[place + 2].text == "{":
            held = _value(stream[place + 3 : close], prefixes)
            if held is not None:
                found.append(Block(stream[place + 1].text[1:], held[0], token.start, stream[close].end, at_head))
    return found


def replace_blocks(text: str, blocks: Sequence[Block], terms: Mapping[str, str]) -> str:
    """The text with every block of these variables holding the given term instead; `blocks` are those of the text."""
    for block in reversed(blocks):
        if block.variable in terms:
            bound = f"VALUES ?{block.variable} {{ {terms[block.variable]} }}"
            text = text[: block.start] + bound + text[block.end :]
    return text


def has_modifiers(text: str) -> bool:
    """Does the query end in LIMIT, OFFSET or VALUES of its own, so that no page can be cut from it?"""
    stream = list(tokens(text))
    last = max((place for place, token in enumerate(stream) if token.text == "}"), default=-1)
    words = {token.text.upper() for token in stream[last + 1 :] if token.kind == "word"}
    return bool(words & {"LIMIT", "OFFSET"}) or _ends_in_values(stream, last)


def answers_with_graph(text: str) -> bool:
    """Is the answer a graph (CONSTRUCT, DESCRIBE), not a table or a boolean?

    >>> answers_with_graph("PREFIX select: <http://e/> DESCRIBE select:x")
    True
    """
    return first_word(text) in _GRAPHS


def varying_calls(text: str) -> list[str]:
    """The functions called in a query that give another value each time.

    >>> varying_calls("SELECT ?now (rand() AS ?x) {} # NOW()")
    ['RAND']
    """
    stream = list(tokens(text))
    words = (token.text.upper() for token, after in pairwise(stream) if after.text == "(")
    return [word for word in dict.fromkeys(words) if word in _VARYING]


def _ends_in_values(stream: list[Token], last: int) -> bool:
    depth = 0
    for place in range(last, -1, -1):
        depth += {"}": 1, "{": -1}.get(stream[place].text, 0)
        if depth == 0:
            return any(token.text.upper() == "VALUES" for token in stream[max(0, place - _DEEP) : place])
    return False


def _close(stream: list[Token], place: int, opening: str, closing: str) -> int | None:
    """Where the first bracket of this kind after a place is closed again."""
    depth = 0
    for end in range(place + 1, len(stream)):
        depth += {opening: 1, closing: -1}.get(stream[end].text, 0)
        if depth == 0 and stream[end].text == closing:
            return end
    return None


def _value(inside: list[Token], prefixes: Mapping[str, str]) -> tuple[str | None] | None:
    """The one value that is held, in a tuple of one, or None where there is not exactly one term."""
    if not inside:
        return None
    first, rest = inside[0], inside[1:]
    signed = first.text in {"+", "-"} and len(rest) == 1 and rest[0].kind == "number"
    if signed:
        return (first.text + rest[0].text,)
    if first.kind == "string" and (not rest or ([token.text for token in rest[:2]] == ["^", "^"] and len(rest) == 3)):
        return (first.text[1:-1],)
    if rest:
        return None
    match first.kind:
        case "iri":
            return (first.text[1:-1],)
        case "pname":
            prefix, local = first.text.split(":", 1)
            return (prefixes[prefix] + local,) if prefix in prefixes else None
        case "number":
            return (first.text,)
        case "word" if first.text.upper() == "UNDEF":
            return (None,)
    return None

"""Makes a large graph of the shape of a release: more studies and more reviews over the same vocabulary.

Things that the records assert (all subjects of the studies graph and of the graphs of sources), and what grows with
their number (regimens, components, settings, indications), are copied under new names, with the inferred statements
about them; each copied review has a named graph of its own. Drugs, diseases, targets, endpoints, ontology and mappings
stay one. So every property and class occurs as often per study as in the release, and the closure stays true. The
names, keys and labels of copies are new, their figures vary with the seed; the figures are not evidence of anything.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.manifest import MANIFEST, QUADS, read_manifest

__all__ = ["Generated", "generate", "generate_release"]

_BASE = "https://w3id.org/oncokg/"
_SOURCES = f"{_BASE}graph/source/"
_STUDIES = f"{_BASE}graph/studies"
_GROWING = tuple(f"<{_BASE}{kind}/" for kind in ("regimen", "component", "setting", "indication"))
"""Kinds of the vocabulary of which there are about as many as studies."""

_KEY = f"<{_BASE}ontology/key>"
_LABELS = ("<http://www.w3.org/2000/01/rdf-schema#label>", "<http://www.w3.org/2004/02/skos/core#altLabel>")
_FIGURES = (f"<{_BASE}ontology/value>", f"<{_BASE}ontology/sampleSize>")
_IRI = re.compile(r"<[^<>\"{}|^`\\\x00-\x20]*>")
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(.*)', re.DOTALL)
_PERCENT = 100

Piece = str | Callable[[str, random.Random], str]
"""A part of a copied line: text that stays, or what makes the text from the mark of the copy and a source of chance."""


@dataclass(frozen=True)
class Generated:
    """What was written: quads in all, copies of the records, seed, SHA-256 of the file."""

    quads: int
    copies: int
    seed: int
    sha256: str


def generate(lines: Iterable[str], least: int, seed: int) -> Iterator[str]:
    """The N-Quads lines of a release, then of as many copies of its records as it takes to have `least` quads."""
    own = list(lines)
    yield from own
    copied = _template(own)
    total, copy = len(own), 0
    while copied and total < least:
        copy += 1
        chance = random.Random(f"{seed}/{copy}")
        for pieces in copied:
            yield "".join(piece if isinstance(piece, str) else piece(f"-{copy}", chance) for piece in pieces)
        total += len(copied)


def generate_release(release: Path, out: Path, least: int, seed: int) -> Generated:
    """A folder that `oncokg serve --release` takes, with at least so many quads. Raises ReleaseError for no release."""
    read_manifest(release)
    out.mkdir(parents=True, exist_ok=True)
    own = (release / QUADS).read_text("utf-8").splitlines(keepends=True)
    digest, quads = hashlib.sha256(), 0
    with (out / QUADS).open("wb") as file:
        for line in generate(own, least, seed):
            content = line.encode()
            digest.update(content)
            file.write(content)
            quads += 1
    per_copy = len(_template(own))
    made = Generated(quads, (quads - len(own)) // per_copy if per_copy else 0, seed, digest.hexdigest())
    manifest = {"name": "generated", "version": f"seed-{seed}", "quads": quads, "sha256": made.sha256}
    (out / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return made


def _template(own: list[str]) -> list[list[Piece]]:
    """The lines that name a copied thing, in pieces."""
    copied = set(_copied_things(own))
    found = []
    for line in own:
        subject, predicate, rest = line.split(" ", 2)
        value, graph = rest.rstrip(" .\n").rsplit(" ", 1)
        if subject not in copied and value not in copied and not _is_source(graph):
            continue
        pieces: list[Piece] = [*_iri(subject, copied), f" {predicate} "]
        pieces += _literal(predicate, value) if subject in copied and value[0] == '"' else _iri(value, copied)
        pieces += [" ", *(_renamed(graph) if _is_source(graph) else (graph,)), " .\n"]
        found.append(_joined(pieces))
    return found


def _copied_things(own: list[str]) -> Iterator[str]:
    for line in own:
        subject = line.split(" ", 1)[0]
        graph = line.rstrip(" .\n").rsplit(" ", 1)[1]
        if subject.startswith(_GROWING) or _is_source(graph) or graph == f"<{_STUDIES}>":
            yield subject


def _is_source(graph: str) -> bool:
    return graph.startswith(f"<{_SOURCES}")


def _iri(term: str, copied: set[str]) -> Iterable[Piece]:
    return _renamed(term) if term in copied and _IRI.fullmatch(term) else (term,)


def _renamed(term: str) -> Iterable[Piece]:
    return (term[:-1], lambda mark, _: mark, ">")


def _literal(predicate: str, literal: str) -> Iterable[Piece]:
    match = _LITERAL.fullmatch(literal)
    if match is None:
        raise ValueError(f"this is not a literal of N-Quads: {literal}")
    text, rest = match.groups()
    if predicate == _KEY or predicate in _LABELS:
        return (f'"{text}', lambda mark, _: mark, f'"{rest}')
    if predicate in _FIGURES:
        return ('"', lambda _, chance: _varied(text, chance), f'"{rest}')
    return (literal,)


def _varied(figure: str, chance: random.Random) -> str:
    """A figure up to a fifth away, with as many decimals; what can be a percentage stays one."""
    decimals = len(figure.partition(".")[2])
    varied = float(figure) * chance.uniform(0.8, 1.2)
    if 0 <= float(figure) <= _PERCENT:
        varied = min(varied, _PERCENT)
    return f"{varied:.{decimals}f}"


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """The same with neighbouring texts in one, which halves the work for each copy."""
    found: list[Piece] = []
    for piece in pieces:
        if found and isinstance(piece, str) and isinstance(found[-1], str):
            found[-1] += piece
        else:
            found.append(piece)
    return found


def main() -> None:
    """`python -m bench.generate --release release --out build/bench/large`."""
    parser = argparse.ArgumentParser(description="Make a large graph of the shape of a release.")
    parser.add_argument("--release", type=Path, default=Path("release"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--quads", type=int, default=4_500_000, help="at least so many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    made = generate_release(options.release, options.out, options.quads, options.seed)
    print(f"{options.out}: {made.quads:,} quads, {made.copies} copies, seed {made.seed}, sha256 {made.sha256}")


if __name__ == "__main__":
    main()

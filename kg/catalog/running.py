"""Runs saved queries: checks what was given, binds it, asks the engine."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from kg.catalog.catalog import Catalog
from kg.catalog.directory import Directory
from kg.catalog.parameters import RESERVED, Language, literal_term
from kg.catalog.saved import MARK, SavedQuery
from kg.catalog.table import format_table
from kg.catalog.terms import UNDEF, string_term
from kg.engine import Answer, BlockingEngine, Engine, Formats, Limits, Source
from kg.errors import QueryParameterError, UnknownQueryError

__all__ = ["Prepared", "answer", "answer_once", "open_query", "prepare", "run"]

_MOST = 1_000_000_000


@dataclass(frozen=True)
class Prepared:
    """A saved query with its values bound: the text to evaluate, the values as given or by default, and its page."""

    query: SavedQuery
    text: str
    values: Mapping[str, str]
    limit: int | None = None
    offset: int | None = None


async def prepare(query: SavedQuery, given: Mapping[str, str], directory: Directory) -> Prepared:
    """Bind what was given, and nothing else, to the parameters of a query.

    `given` may also hold limit, offset and lang. Raises QueryParameterError that says what is allowed.
    """
    _refuse_unknown(query, given)
    terms: dict[str, str] = {}
    values: dict[str, str] = {}
    for name, parameter in query.parameters.items():
        value = given.get(name, "").strip()
        values[name] = value or parameter.default or ""
        if not value:
            continue
        if parameter.type != "iri":
            terms[name] = literal_term(name, parameter, value)
        elif parameter.any and value.casefold() == "any":
            terms[name] = UNDEF
        else:
            terms[name] = await directory.term(name, parameter.kind or "", value)
    language = string_term(_language(given.get("lang", "")))
    if query.speaks:
        terms["lang"] = language
    limit, offset = _count("limit", given), _count("offset", given)
    return Prepared(query, query.bind(terms, limit=limit, offset=offset), values, limit, offset)


async def run(
    query: SavedQuery,
    given: Mapping[str, str],
    engine: Engine,
    directory: Directory,
    formats: Formats | None = None,
    *,
    max_bytes: int | None = None,
) -> Answer:
    """Prepare a query and evaluate it. Raises what `prepare` and `Engine.query` raise."""
    prepared = await prepare(query, given, directory)
    return await engine.query(prepared.text, formats, max_bytes=max_bytes)


def open_query(catalog: Catalog, name: str) -> SavedQuery | str:
    """The saved query of this name, else the file of this name, else with `-` what stands on standard input.

    A file with a header gives a SavedQuery, one without its text. Raises UnknownQueryError, RecordError.
    """
    if name == "-":
        return sys.stdin.read()
    path = Path(name)
    if name in catalog.queries or not path.is_file():
        return catalog.get(name)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnknownQueryError(f"The query file {name} cannot be read: {error}.") from error
    return SavedQuery.read(path) if text.startswith(MARK) else text


def answer_once(
    source: Source,
    query: SavedQuery | str,
    given: Mapping[str, str],
    formats: Formats | None = None,
    limits: Limits | None = None,
) -> Answer:
    """Answer one query without a server: start an engine, ask, end it. Raises what the engine and `prepare` raise."""
    if isinstance(query, str) and given:
        raise QueryParameterError("A query without a header has no parameters; leave out -p, or add a header.")
    with BlockingEngine(source, limits) as blocking:
        if isinstance(query, str):
            return blocking.query(query, formats)
        engine = blocking.engine
        return blocking.run(run(query, given, engine, Directory(engine), formats))


def answer(release: Path, name: str, given: Mapping[str, str], format_name: str) -> str:
    """The answer of a saved query, a query file or standard input (`-`) on a release, as text for a terminal.

    `format_name` is table, csv, tsv, json or xml; a graph (CONSTRUCT, DESCRIBE) is given as Turtle in any case. Raises
    what `open_query`, `prepare` and the engine raise.
    """
    query = open_query(Catalog.load(), name)
    formats = Formats("json" if format_name == "table" else format_name)
    found = answer_once(Source.of_release(release), query, given, formats)
    if format_name == "table" and found.form != "triples":
        return format_table(found.body, _language(given.get("lang", "")))
    text = found.body.decode("utf-8")
    return text if text.endswith("\n") else text + "\n"


def _refuse_unknown(query: SavedQuery, given: Mapping[str, str]) -> None:
    allowed = [*query.parameters, *(("limit", "offset") if query.pages else ()), "format", "lang"]
    for name in given:
        if name not in query.parameters and name not in RESERVED:
            near = get_close_matches(name[:80], allowed, n=1)
            hint = f"Did you mean {near[0]}? " if near else ""
            raise QueryParameterError(
                f"The query {query.name} has no parameter {name[:80]!r}. {hint}Allowed are: {', '.join(allowed)}."
            )


def _language(given: str) -> Language:
    if given in {"", "en"}:
        return "en"
    if given == "zh":
        return "zh"
    raise QueryParameterError(f"The parameter lang cannot be {given[:20]!r}. Allowed are: en, zh.")


def _count(name: str, given: Mapping[str, str]) -> int | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_MOST)) and int(text) <= _MOST):
        raise QueryParameterError(f"The parameter {name} cannot be {text[:40]!r}: not a whole number from 0.")
    return int(text)

"""One saved query: its file, its header and how values get into its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kg.catalog.blocks import Block, answers_with_graph, find_blocks, has_modifiers, replace_blocks, varying_calls
from kg.catalog.parameters import RESERVED, Bilingual, Parameter, literal_term
from kg.errors import Problem, QueryParameterError, RecordError
from kg.paths import display

__all__ = ["IRI_BASE", "MARK", "SavedQuery"]

IRI_BASE = "https://w3id.org/oncokg/"
MARK = "#+"
_NAME = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=_NAME)
    title: Bilingual
    description: Bilingual
    keywords: tuple[str, ...] = ()
    parameters: dict[str, Parameter] = Field(default_factory=dict)


@dataclass(frozen=True)
class SavedQuery:
    """A saved query.

    `blocks`: where values go in; `speaks`: one of them is for ?lang; `pages`: limit and offset can be applied;
    `graph`: the answer is a graph, not a table.
    """

    name: str
    subject: str
    title: Bilingual
    description: Bilingual
    keywords: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    text: str
    blocks: tuple[Block, ...]
    speaks: bool
    pages: bool
    graph: bool

    @classmethod
    def read(cls, path: Path) -> SavedQuery:
        """Read a file `<subject>/<name>.rq`. Raises RecordError with every problem of header and blocks."""
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise RecordError([Problem(display(path), 0, "", f"the query cannot be read: {error}")]) from error
        header, lines = _header(path, text)
        blocks = find_blocks(text)
        found = [Problem(display(path), lines.get(key, 1), key, message) for key, message in _faults(header, blocks)]
        found += [
            Problem(display(path), 1, "", f"calls {name}, but the same release must give the same rows each time")
            for name in varying_calls(text)
        ]
        if header.name != path.stem:
            found.append(Problem(display(path), lines.get("name", 1), "name", f"must be the file name, {path.stem}"))
        if found:
            raise RecordError(found)
        return cls(
            name=header.name,
            subject=path.parent.name,
            title=header.title,
            description=header.description,
            keywords=header.keywords,
            parameters=header.parameters,
            text=text,
            blocks=tuple(blocks),
            speaks=any(block.variable == "lang" for block in blocks),
            pages=not has_modifiers(text),
            graph=answers_with_graph(text),
        )

    def bind(self, terms: Mapping[str, str], *, limit: int | None = None, offset: int | None = None) -> str:
        """The text with these terms in its blocks, cut to a page. Raises QueryParameterError where it cannot page."""
        if (limit is not None or offset is not None) and not self.pages:
            raise QueryParameterError(f"The query {self.name} sets its own limit; leave out limit and offset.")
        text = replace_blocks(self.text, self.blocks, terms)
        # On a line of its own: the file may end in a comment.
        text += f"\nLIMIT {limit}" if limit is not None else ""
        return text + (f"\nOFFSET {offset}" if offset is not None else "")


def _header(path: Path, text: str) -> tuple[_Header, dict[str, int]]:
    """The header and the line of each key in it."""
    marked = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith(MARK):
            break
        marked.append((number, line.removeprefix(MARK).removeprefix(" ")))
    if not marked:
        message = f"has no header: the first lines must be YAML after {MARK!r}, see queries/README.md"
        raise RecordError([Problem(display(path), 1, "", message)])
    lines: dict[str, int] = {}
    for number, line in marked:
        lines.setdefault(line.split(":", 1)[0].strip(), number)
    try:
        # CBaseLoader reads every scalar as text, so that 0.050 keeps its zero; it makes no objects.
        content = yaml.load("\n".join(line for _, line in marked), Loader=yaml.CBaseLoader)  # noqa: S506
        return _Header.model_validate(content), lines
    except yaml.MarkedYAMLError as error:
        # The context is where what is wrong begins: a bracket that nothing closes.
        mark = error.context_mark or error.problem_mark
        row = mark.line + 1 if mark else 1
        raise RecordError([Problem(display(path), row, "", f"the header is not YAML: {error.problem}")]) from error
    except ValidationError as error:
        raise RecordError([_problem(path, lines, dict(detail)) for detail in error.errors()]) from error


def _problem(path: Path, lines: Mapping[str, int], detail: Mapping[str, object]) -> Problem:
    where = detail["loc"]
    keys = [str(part) for part in where] if isinstance(where, tuple) else []
    line = next((lines[key] for key in reversed(keys) if key in lines), 1)
    return Problem(display(path), line, ".".join(keys), str(detail["msg"]).removeprefix("Value error, "))


def _faults(header: _Header, blocks: list[Block]) -> list[tuple[str, str]]:
    """Key and message of everything in which header and text disagree."""
    faults: list[tuple[str, str]] = []
    for name, parameter in header.parameters.items():
        own = [block for block in blocks if block.variable == name]
        if name in RESERVED:
            faults.append((name, f"is reserved; choose another name than {', '.join(sorted(RESERVED))}"))
        if not own:
            faults.append((name, f"has no block `VALUES ?{name} {{ … }}` in the query"))
        for block in own:
            if not block.at_head:
                faults.append((name, f"its block `VALUES ?{name}` must head its group, before all but VALUES and BIND"))
            if not _same(name, parameter, block.value):
                default = parameter.default if parameter.default is not None else "UNDEF"
                faults.append((name, f"the default is {default} in the header and {block.value} in the query"))
    if any(block.variable == "lang" and block.value != "en" for block in blocks):
        faults.append(("", 'the block of ?lang must hold the default: VALUES ?lang { "en" }'))
    return faults


def _same(name: str, parameter: Parameter, held: str | None) -> bool:
    default = parameter.default
    if default is None or held is None:
        return default is held
    if parameter.type == "iri":
        return held == f"{IRI_BASE}{parameter.kind}/{default}"
    try:
        literal_term(name, parameter, default)
        if parameter.type in {"decimal", "integer"}:
            return Decimal(held) == Decimal(default)
    except (QueryParameterError, ArithmeticError):
        return False
    return held == default

"""Read a YAML record so that every key knows its line: scalars stay text, so `64.0` keeps its zero."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kg.errors import Problem, RecordError
from kg.paths import display

__all__ = ["Location", "Source", "read_yaml"]

Location = tuple[str | int, ...]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 16


@dataclass(frozen=True)
class Source:
    """The plain data of one file (dicts, lists and strings) and the line, from 1, of each key and item in it."""

    file: str
    data: Any
    lines: Mapping[Location, int]

    def problem(self, location: Location, message: str) -> Problem:
        """A problem at a location, given the line of the nearest part that stands in the file."""
        known: Location = ()
        for part in location:
            if (*known, part) in self.lines:
                known = (*known, part)
        return Problem(self.file, self.lines.get(known, 0), ".".join(map(str, known)), message)


class _Reader:
    """Builds plain data from the parser's events; the composer is not used, for it crashes on deep nesting."""

    def __init__(self, file: str, events: Iterator[yaml.Event]) -> None:
        self.file = file
        self.lines: dict[Location, int] = {}
        self.problems: list[Problem] = []
        self._events = events

    def read(self, at: Location) -> Any:
        """The data of the next node."""
        return self._node(next(self._events), at)

    def _node(self, event: yaml.Event, at: Location) -> Any:
        self.lines.setdefault(at, _line(event))
        if len(at) > _DEEPEST:
            raise RecordError(
                [self._problem(event, at[:5], f"is nested more than {_DEEPEST} levels deep, which no record is")]
            )
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._report(event, at, "anchors and aliases (& and *) are not used in records: write the value out")
        if isinstance(event, yaml.AliasEvent):
            return ""
        tag = getattr(event, "tag", None)
        if tag not in (None, "!"):
            self._report(event, at, f"the tag {tag} is not used in records: leave it out")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(at)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(at)
        value = getattr(event, "value", "")
        if value == "" and not getattr(event, "style", None):
            self._report(event, at, "has no value: give one, or leave the key out")
        return value

    def _sequence(self, at: Location) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            found.append(self._node(event, (*at, len(found))))
        return found

    def _mapping(self, at: Location) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise RecordError([self._problem(event, at, "a key is a word, not a list or a mapping")])
            key, line = event.value, _line(event)
            if key in found:
                first = self.lines[(*at, key)]
                self.problems.append(
                    Problem(
                        self.file, line, ".".join(map(str, (*at, key))), f"the key stands twice: first in line {first}"
                    )
                )
                self.read((*at, key))
                continue
            self.lines[(*at, key)] = line
            found[key] = self.read((*at, key))
        return found

    def _problem(self, event: yaml.Event, at: Location, message: str) -> Problem:
        return Problem(self.file, _line(event), ".".join(map(str, at)), message)

    def _report(self, event: yaml.Event, at: Location, message: str) -> None:
        self.problems.append(self._problem(event, at, message))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def read_yaml(path: Path) -> Source:
    """Read one record file.

    Raises RecordError with file and line where the file is not UTF-8 or not YAML, holds a key twice, an alias, a tag or
    a key without a value.
    """
    file = display(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RecordError([Problem(file, 0, "", f"cannot be read: {error}")]) from error
    events = yaml.parse(text, Loader=_LOADER)
    reader = _Reader(file, events)
    try:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                break
        else:
            raise RecordError([Problem(file, 0, "", "is empty: write a record or remove the file")])
        data = reader.read(())
        if any(isinstance(event, yaml.DocumentStartEvent) for event in events):
            raise RecordError([Problem(file, 0, "", "holds two documents (---): one file holds one record")])
    except yaml.YAMLError as error:
        raise RecordError([_syntax_problem(file, error)]) from error
    if reader.problems:
        raise RecordError(reader.problems)
    return Source(file, data, reader.lines)


def _syntax_problem(file: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    context, what = getattr(error, "context", None), getattr(error, "problem", None) or str(error)
    return Problem(file, mark.line + 1 if mark else 0, "", f"is not YAML: {f'{context}, ' if context else ''}{what}")

"""Where the limits of a server come from: option, then environment, then file, then default."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from kg.engine.limits import LimitRow, Limits
from kg.errors import SettingsError
from kg.paths import display

__all__ = ["option", "read_limits", "variable"]

_FIELDS = {row.name: row for row in Limits().rows()}


def option(name: str) -> str:
    """The command-line option of a limit.

    >>> option("queue_wait"), variable("queue_wait")
    ('--queue-wait', 'ONCOKG_QUEUE_WAIT')
    """
    return f"--{name.replace('_', '-')}"


def variable(name: str) -> str:
    """The environment variable of a limit."""
    return f"ONCOKG_{name.upper()}"


def read_limits(options: Mapping[str, str | None], environment: Mapping[str, str], file: Path | None) -> Limits:
    """The limits in force; `options` maps names of limits to what was typed, None where nothing was.

    Raises SettingsError where a value is not a number above zero (whole where the limit is), or the file cannot be
    read, is not TOML or names a limit that there is not.
    """
    chosen: dict[str, float] = dict(_from_file(file)) if file is not None else {}
    for name, row in _FIELDS.items():
        typed = options.get(name)
        if typed is not None:
            chosen[name] = _number(row, typed, f"{option(name)} {typed}")
        elif variable(name) in environment:
            text = environment[variable(name)]
            chosen[name] = _number(row, text, f"{variable(name)}={text}")
    try:
        return Limits(**chosen)  # type: ignore[arg-type]
    except ValueError as error:
        raise SettingsError(
            f"{str(error)[0].upper()}{str(error)[1:]}. `oncokg serve --help` lists the limits."
        ) from error


def _from_file(file: Path) -> Iterator[tuple[str, float]]:
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(
            f"The settings file {display(file)} cannot be read: {error.strerror}. Check the name given with --settings."
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(
            f"{display(file)}: this is not TOML: {error}. Write lines such as `deadline = 5`."
        ) from error
    for name, value in content.items():
        if name not in _FIELDS:
            raise SettingsError(f"{display(file)}: there is no limit {name!r}. There are: {', '.join(_FIELDS)}.")
        where = f"{display(file)}: {name} = {value!r}"
        # True is a whole number to Python, and a text is one of a person's who will look for it in vain.
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise SettingsError(f"{where}: {_wanted(_FIELDS[name])}.")
        yield name, _number(_FIELDS[name], str(value), where)


def _number(row: LimitRow, text: str, where: str) -> float:
    try:
        value = int(text) if row.whole else float(text)
    except ValueError:
        value = 0
    if not replace(row, value=value).fits:
        raise SettingsError(f"{where}: {_wanted(row)}.")
    return value


def _wanted(row: LimitRow) -> str:
    kind = "a whole number" if row.whole else "a number"
    unit = f" of {row.unit}" if row.unit else ""
    return f"this limit takes {kind}{unit} above 0, such as {row.default}"

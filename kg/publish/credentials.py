"""User and password of a store: from the environment or a file, never from the command line."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import PublishError

__all__ = ["Credentials", "read_credentials"]

USER = "ONCOKG_PUBLISH_USER"
PASSWORD = "ONCOKG_PUBLISH_PASSWORD"  # noqa: S105 - the name of a variable


@dataclass(frozen=True)
class Credentials:
    """Who writes; the password is kept out of every message."""

    user: str
    password: str = field(repr=False)


def read_credentials(
    file: Path | None, environment: Mapping[str, str] = os.environ, *, prefix: str = "ONCOKG_PUBLISH"
) -> Credentials | None:
    """Those of the file, else of the environment (the prefix with _USER and _PASSWORD), else none.

    The file holds one line, `user:password`. Raises PublishError where it cannot be read, is readable by everyone, or
    holds something else, and where the environment gives only one of the two.
    """
    if file is not None:
        return _from_file(file)
    user, password = f"{prefix}_USER", f"{prefix}_PASSWORD"
    given = {name: environment.get(name, "") for name in (user, password)}
    missing = [name for name, value in given.items() if not value]
    if len(missing) == 1:
        raise PublishError(f"{missing[0]} is not set: set {user} and {password}, or neither")
    return None if missing else Credentials(given[user], given[password])


def _from_file(file: Path) -> Credentials:
    try:
        with file.open(encoding="utf-8") as opened:
            # Of the file that is open, so that nobody can swap it between the check and the reading.
            if os.fstat(opened.fileno()).st_mode & (stat.S_IROTH | stat.S_IWOTH):
                raise PublishError(f"{file} is open to every user of this machine: run `chmod 600 {file}` first")
            line = opened.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PublishError(f"the credentials in {file} cannot be read: {error}") from error
    user, separator, password = line.partition(":")
    if not (user and separator and password):
        raise PublishError(f"the first line of {file} must be user:password")
    return Credentials(user, password)

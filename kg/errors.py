"""Every error that OncoKG raises on purpose, in one small tree.

    OncoKGError                 exit 2
    ├── RecordError             a curated record is wrong; holds one or more problems with file and line
    ├── RdfSyntaxError          an RDF file does not parse
    ├── ReleaseError            a release is missing, damaged or cannot be written
    ├── QueryError              a query, its name or its parameters are wrong
    │   ├── QuerySyntaxError        the text does not parse (carries the position where known)
    │   ├── QueryParameterError     a parameter is unknown, missing or of the wrong type
    │   ├── UnknownQueryError       no saved query has that name
    │   ├── UpdateRefusedError      the text is an update; the service only reads
    │   ├── QueryTimeoutError       the deadline passed; the worker was killed
    │   └── QueryTooLargeError      the answer or the memory it needs is over the limit
    ├── PublishError            a release could not be loaded into another store, or not all of it
    ├── ServerError             the server could not start (address in use, no worker)
    │   └── SettingsError           a limit has a wrong value, or the settings file is wrong
    └── MissingExtraError       an optional dependency is not installed

The command line turns each into one paragraph on standard error and exit code 2 ("could not run"); exit code 1 is kept
for "ran, and found violations". The server turns each into one HTTP status (kg/web/problems.py).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "MissingExtraError",
    "OncoKGError",
    "Problem",
    "PublishError",
    "QueryError",
    "QueryParameterError",
    "QuerySyntaxError",
    "QueryTimeoutError",
    "QueryTooLargeError",
    "RdfSyntaxError",
    "RecordError",
    "ReleaseError",
    "ServerError",
    "SettingsError",
    "UnknownQueryError",
    "UpdateRefusedError",
]


class OncoKGError(Exception):
    """Something a person can put right: the message says what, where and what to do."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong in a file, at a line (from 1; 0 where the whole file is meant)."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.key}: {self.message}" if self.key else f"{where}: {self.message}"


class RecordError(OncoKGError):
    """One or more curated records are wrong; `problems` lists all that were found, in file order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class RdfSyntaxError(OncoKGError):
    """An RDF file does not parse."""


class ReleaseError(OncoKGError):
    """A release is missing, damaged or cannot be written."""


class QueryError(OncoKGError):
    """A query, its name or its parameters are wrong."""


class QuerySyntaxError(QueryError):
    """The SPARQL text does not parse."""


class QueryParameterError(QueryError):
    """A parameter of a saved query is unknown, missing or of the wrong type."""


class UnknownQueryError(QueryError):
    """No saved query has that name."""


class UpdateRefusedError(QueryError):
    """The text is a SPARQL update; OncoKG serves an immutable release."""


class QueryTimeoutError(QueryError):
    """The deadline passed before the query was answered."""


class QueryTooLargeError(QueryError):
    """The answer, or the memory that the query needs, is over the limit."""


class PublishError(OncoKGError):
    """A release could not be loaded into another store, or not all of it; what was loaded stays."""


class ServerError(OncoKGError):
    """The server could not start."""


class SettingsError(ServerError):
    """A limit has a wrong value, or the settings file is wrong."""


class MissingExtraError(OncoKGError):
    """An optional dependency is not installed."""

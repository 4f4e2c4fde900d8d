"""Read any RDF file for validation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.errors import RdfSyntaxError
from kg.paths import display

__all__ = ["read_rdf"]

_FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".jsonld": ox.RdfFormat.JSON_LD,
}


def read_rdf(path: Path) -> Iterator[ox.Quad]:
    """The quads of a Turtle, TriG, N-Triples, N-Quads or JSON-LD file.

    RDF/XML is refused: a kilobyte of nested entities can take gigabytes of memory. Raises RdfSyntaxError with the line.
    """
    format_ = _FORMATS.get(path.suffix.lower())
    if format_ is None:
        allowed = ", ".join(_FORMATS)
        raise RdfSyntaxError(
            f"{display(path)}: the ending must be one of {allowed} (RDF/XML is not read: convert it first)"
        )
    if not path.is_file():
        raise RdfSyntaxError(f"{display(path)}: no such file")
    try:
        yield from ox.parse(path=str(path), format=format_, base_iri=path.resolve().as_uri(), rename_blank_nodes=True)
    except SyntaxError as error:
        line = error.lineno or 0
        raise RdfSyntaxError(f"{display(path)}:{line}: is not {format_.name}: {error.msg}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise RdfSyntaxError(f"{display(path)}: cannot be read: {error}") from error

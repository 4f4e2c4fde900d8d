"""Opens the store that queries are answered from: in memory, filled from the files of a source."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from kg.errors import RdfSyntaxError
from kg.paths import display

__all__ = ["open_store"]

_FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".trig": RdfFormat.TRIG,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".jsonld": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
}


def open_store(files: Sequence[Path]) -> Store:
    """A store in memory with all quads of the files; relative IRIs are taken relative to the file.

    Raises RdfSyntaxError with file and line where a file does not parse.
    """
    store = Store()
    for path in files:
        kind = _FORMATS[path.suffix.lower()]
        if kind == RdfFormat.RDF_XML:
            _refuse_doctype(path)
        try:
            store.bulk_load(path=path, format=kind, base_iri=path.as_uri())
        except SyntaxError as error:
            where = f"{display(path)}:{error.lineno}" if error.lineno else display(path)
            raise RdfSyntaxError(
                f"{where}: this is not {kind.name}: {error.msg}. Correct the file, or give it the ending of its format."
            ) from error
        except OSError as error:
            raise RdfSyntaxError(f"{display(path)} cannot be read: {error}. Check its permissions.") from error
    return store


def _refuse_doctype(path: Path) -> None:
    # Entities of a document type can make a file of 1 KB fill the memory; RDF/XML needs none of them.
    content = path.read_bytes()
    if b"<!DOCTYPE" in content.replace(b"\x00", b""):
        line = content[: content.find(b"<!DOCTYPE")].count(b"\n") + 1
        raise RdfSyntaxError(
            f"{display(path)}:{line}: RDF/XML with a document type (<!DOCTYPE …>) is not read, since its entities can "
            "exhaust the memory. Convert the file to Turtle, or remove the document type."
        )

"""Mappings to the identifiers of others: SSSOM files → quads in the graph of mappings.

A file is read and written by sssom-pydantic; what is asked beyond the standard stands here: whose prefixes, which
predicates, which justification. Each mapping is stated twice: as a SKOS match, and as a resource of its own with the
slots of SSSOM (https://mapping-commons.github.io/sssom/), whose schema gives subject, predicate and object the terms
that OWL has for annotated axioms.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import curies
import pyoxigraph as ox
import sssom_pydantic.io
import yaml
from pydantic import ValidationError
from sssom_pydantic import SemanticMapping

from kg.errors import OncoKGError, Problem, RecordError
from kg.ids import iri
from kg.ontology import prefixes
from kg.paths import CURATION, ONTOLOGY, display
from kg.rdf import Builder, Origin
from kg.terms import BASE, OWL, RDF, RDFS, SSSOM, XSD, graph, identifier_patterns

__all__ = ["MATCHES", "Mapping", "add_mappings", "format_mappings", "mapping_folder", "read_mappings"]

MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
_JUSTIFICATION = "semapv:ManualMappingCuration"


@dataclass(frozen=True)
class Mapping:
    """One row: the mapping, and the file and line (from 1) where it is written."""

    row: SemanticMapping
    file: str
    line: int

    @property
    def prefix(self) -> str:
        """The prefix of the identifier, such as MONDO."""
        return str(self.row.object.prefix)

    @property
    def iri(self) -> str:
        """The IRI of the mapping as a resource: subject, prefix and identifier; one pair is one mapping."""
        subject, identifier = self.row.subject, self.row.object
        return iri("mapping", subject.prefix, subject.identifier, identifier.prefix, identifier.identifier)


def mapping_folder(curation: Path) -> Path:
    """The folder of the mappings that go with a folder of records.

    The project's own stand in ontology/mappings/; those of another folder in its mappings/, which may be missing.
    """
    return ONTOLOGY / "mappings" if curation == CURATION else curation / "mappings"


def read_mappings(folder: Path) -> list[Mapping]:
    """The mappings of all *.sssom.tsv in the folder, in order of file and row.

    Raises RecordError with every problem found: what is not SSSOM, a prefix that differs from context.jsonld, an
    identifier that does not look like those of its source, a predicate that is no SKOS match, another justification
    than curation by hand, a missing comment.
    """
    problems: list[Problem] = []
    found = [mapping for path in _files(folder) for mapping in _read(path, problems)]
    if problems:
        raise RecordError(problems)
    return found


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.sssom.tsv"))


def _read(path: Path, problems: list[Problem]) -> Iterator[Mapping]:
    file = display(path)
    try:
        rows, converter, _, errors = sssom_pydantic.io.read(path, return_errors=True)
        head = sum(line.startswith("#") for line in path.read_text(encoding="utf-8").splitlines())
    except (ValueError, OSError, yaml.YAMLError) as error:  # pydantic's errors are ValueErrors
        problems.append(Problem(file, 0, "", f"is not SSSOM: {_told(error)}"))
        return
    # The line of the names of columns is not counted by sssom-pydantic 0.6.
    problems += [Problem(file, e.line_number + 1, "", f"is not SSSOM: {_told(e.exception)}") for e in errors]
    known = prefixes()
    for prefix in sorted({prefix for row in rows for prefix in row.get_prefixes()}):
        if converter.bimap.get(prefix) != known.get(prefix):
            told = f"is {known[prefix]} in ontology/context.jsonld" if prefix in known else "is not in context.jsonld"
            problems.append(
                Problem(file, 1, f"curie_map.{prefix}", f"{converter.bimap.get(prefix)}: the prefix {told}")
            )
    for line, row in enumerate(rows, start=head + 2):
        mapping = Mapping(row, file, line)
        problems += [Problem(file, line, key, text) for key, text in _wrong(mapping, known)]
        yield mapping


def _told(error: Exception) -> str:
    """What is wrong in one line; pydantic's message has a paragraph for each field."""
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return " ".join(str(error).split())


def _wrong(mapping: Mapping, known: dict[str, str]) -> Iterator[tuple[str, str]]:
    row = mapping.row
    if not known.get(row.subject.prefix, "").startswith(BASE):
        yield "subject_id", f"{row.subject.curie}: map one of our own things, such as drug:gemcitabine"
    pattern = identifier_patterns().get(mapping.prefix)
    if pattern is None:
        sources = ", ".join(sorted(identifier_patterns()))
        yield "object_id", f"{row.object.curie}: give an identifier with the prefix of an identifier source: {sources}"
    elif mapping.prefix in known and not re.search(pattern, known[mapping.prefix] + row.object.identifier):
        yield "object_id", f"{row.object.curie}: identifiers of {mapping.prefix} look like {pattern}"
    if row.predicate.prefix != "skos" or row.predicate.identifier not in MATCHES:
        yield "predicate_id", f"{row.predicate.curie}: write one of skos:{', skos:'.join(MATCHES)}"
    if row.justification.curie != _JUSTIFICATION:
        yield "mapping_justification", f"{row.justification.curie}: mappings are curated by hand: {_JUSTIFICATION}"
    if not row.comment:
        yield "comment", "say where the identifier was seen"


def add_mappings(build: Builder, folder: Path, without: Collection[str] = ()) -> None:
    """Add the mappings of the folder to their graph, but for those to the prefixes in `without` (in any case).

    Raises OncoKGError where no mapping has such a prefix.
    """
    mappings = read_mappings(folder)
    left_out = _prefixes_named(without, {mapping.prefix for mapping in mappings})
    sources = {prefix: _source(prefix) for prefix in {mapping.prefix for mapping in mappings}}
    with build.into(graph("mappings")):
        for mapping in mappings:
            if mapping.prefix not in left_out:
                _add(build, mapping, sources[mapping.prefix])


def _prefixes_named(given: Collection[str], known: Collection[str]) -> frozenset[str]:
    by_name = {prefix.casefold(): prefix for prefix in known}
    for name in given:
        if name.casefold() not in by_name:
            raise OncoKGError(f"no mapping has the prefix {name}: choose from {', '.join(sorted(known)) or 'none'}")
    return frozenset(by_name[name.casefold()] for name in given)


def _source(prefix: str) -> str:
    """The IRI of the identifier source with this prefix; its key is the prefix in lower case, as in Bioregistry."""
    return iri("identifier-source", prefix.lower())


def _add(build: Builder, mapping: Mapping, source: str) -> None:
    known, row, subject = prefixes(), mapping.row, mapping.iri
    ends = [ox.NamedNode(known[end.prefix] + end.identifier) for end in (row.subject, row.predicate, row.object)]
    build.origins.setdefault(subject, Origin(mapping.file, mapping.line))
    build.add(ends[0].value, ends[1].value, ends[2])
    build.add(subject, RDF + "type", ox.NamedNode(SSSOM + "Mapping"))
    for term, end in zip(("annotatedSource", "annotatedProperty", "annotatedTarget"), ends, strict=True):
        build.add(subject, OWL + term, end)
    build.add(subject, SSSOM + "object_source", ox.NamedNode(source))
    for slot, reference in (("mapping_justification", row.justification), ("mapping_source", row.source)):
        if reference is not None:
            build.add(subject, SSSOM + slot, ox.NamedNode(known[reference.prefix] + reference.identifier))
    for slot, text in (
        (SSSOM + "subject_label", row.subject_name),
        (SSSOM + "object_label", row.object_name),
        (RDFS + "comment", row.comment),
    ):
        if text:
            build.add(subject, slot, ox.Literal(text, datatype=ox.NamedNode(XSD + "string")))


def format_mappings(folder: Path, *, check: bool) -> list[Path]:
    """Bring the files into the order of sssom-pydantic; return those that changed (with `check`: would change).

    Raises RecordError where a file is wrong.
    """
    read_mappings(folder)
    changed = []
    for path in _files(folder):
        wanted = _canonical(path)
        if path.read_bytes() != wanted:
            changed.append(path)
            if not check:
                path.write_bytes(wanted)
    return changed


def _canonical(path: Path) -> bytes:
    rows, _, mapping_set, _ = sssom_pydantic.io.read(path, return_errors=True)
    text = io.StringIO()
    converter = curies.Converter.from_prefix_map(prefixes())
    sssom_pydantic.io.write(rows, text, metadata=mapping_set, converter=converter, sort=True)
    return text.getvalue().replace("\r\n", "\n").encode()  # csv ends lines as on Windows; files of the project do not

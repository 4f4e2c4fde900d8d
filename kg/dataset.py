"""Assemble a release: records → quads → checks → closure → a folder that never changes.

Same input, same bytes, for all but the store folder: nothing here reads a clock, a host name or an order of files.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import __version__
from kg.check import Finding, validate_quads
from kg.downloads import write_downloads
from kg.errors import ReleaseError
from kg.export.formats import ReleaseGraph
from kg.infer import infer
from kg.manifest import DOWNLOADS, MANIFEST, METADATA, QUADS
from kg.mappings import add_mappings, mapping_folder
from kg.metadata import metadata_quads
from kg.ontology import ontology_quads, prefixes
from kg.paths import CURATION, display
from kg.rdf import Builder, Origin, records_to_quads
from kg.records import load_curation
from kg.terms import BASE, OKG, RDF, SSSOM, graph

__all__ = ["ValidationFailedError", "asserted_quads", "build_release"]

_TYPE = ox.NamedNode(RDF + "type")
# What a receipt counts: name → classes of the ontology.
_COUNTED = {
    "studies": ("Study", "Trial", "ObservationalStudy", "EvidenceSynthesis", "ModellingStudy"),
    "arms": ("Arm",),
    "groups": ("Arm", "PooledGroup", "Subgroup", "CrossoverGroup", "ExternalControl", "StudySet"),
    "comparisons": ("Comparison",),
    "outcomes": ("Outcome",),
    "characteristics": ("Characteristic",),
    "reports": ("Report",),
    "places": ("Place",),
    "claims": ("Claim",),
    "findings": ("PrognosticFinding",),
    "approvals": ("Approval",),
    "discrepancies": ("Discrepancy",),
    "regimens": ("Regimen",),
    "settings": ("Setting",),
    "drugs": ("Drug",),
    "publications": ("Publication",),
    "mappings": ("Mapping",),
}

Progress = Callable[[str], None]


class ValidationFailedError(ReleaseError):
    """The records break a rule; `findings` says which, and the previous release stands untouched."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__(f"{len(findings)} violations: nothing was built, and any earlier release is as it was")


@dataclass(frozen=True)
class _Steps:
    """Tells of each step with its count and seconds."""

    tell: Progress
    total: int

    def run(self, number: int, what: str, work: Callable[[], tuple[Any, str]]) -> Any:
        started = time.perf_counter()
        result, count = work()
        self.tell(f"[{number}/{self.total}] {what}: {count} ({time.perf_counter() - started:.1f} s)")
        return result


def asserted_quads(curation: Path = CURATION, without_mappings: Collection[str] = ()) -> Builder:
    """Ontology, vocabulary, records and mappings as quads, with the origin of each thing.

    Mappings to the prefixes in `without_mappings` are left out. Raises RecordError where a record or mapping is wrong,
    OncoKGError where no mapping has such a prefix.
    """
    build = records_to_quads(load_curation(curation))
    add_mappings(build, mapping_folder(curation), without_mappings)
    build.quads |= ontology_quads()
    return build


def build_release(
    out: Path,
    *,
    curation: Path = CURATION,
    without_mappings: Collection[str] = (),
    tell: Progress = lambda line: None,
) -> dict[str, Any]:
    """Build a release into the folder `out` and return its manifest; `without_mappings` as for asserted_quads.

    An earlier release in `out` is replaced in one move when all is done, and stays as it is when any step fails. Raises
    RecordError, ValidationFailedError, or ReleaseError where `out` is not a release and not empty.
    """
    _refuse_foreign(out)
    steps = _Steps(tell, 5)
    build = steps.run(1, "records", lambda: _count(asserted_quads(curation, without_mappings)))
    # The checks take as long as the rest together, so they run beside it, on another core.
    with ProcessPoolExecutor(1, get_context("spawn")) as beside, _unfinished(out) as work:
        asserted = ox.serialize(build.quads, format=ox.RdfFormat.N_QUADS) or b""
        checks = beside.submit(_check, asserted, build.origins)
        inferred = steps.run(2, "closure", lambda: _inferred(build.quads))
        dataset = steps.run(3, "canonical form", lambda: _canonical(build.quads | inferred))
        manifest = dict(steps.run(4, "files and downloads", lambda: _filled(work, dataset)))
        findings = steps.run(5, "SHACL and rule queries (since step 1)", lambda: _counted(checks.result()))
        violations = [finding for finding in findings if finding.severity == "violation"]
        if violations:
            raise ValidationFailedError(violations)
        _replace(work, out)
    return manifest


def _check(asserted: bytes, origins: dict[str, Origin]) -> list[Finding]:
    return validate_quads(set(ox.parse(asserted, format=ox.RdfFormat.N_QUADS)), origins)


def _count(build: Builder) -> tuple[Builder, str]:
    return build, f"{len(build.quads):,} quads"


def _counted(findings: list[Finding]) -> tuple[list[Finding], str]:
    tally = Counter(finding.severity for finding in findings)
    return findings, ", ".join(f"{tally[severity]} {severity}s" for severity in ("violation", "warning"))


def _inferred(quads: set[ox.Quad]) -> tuple[set[ox.Quad], str]:
    inferred = infer(quads)
    return inferred, f"{len(inferred):,} quads"


def _canonical(quads: Iterable[ox.Quad]) -> tuple[list[ox.Quad], str]:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    ordered = sorted(dataset, key=str)
    return ordered, f"{len(ordered):,} quads"


def _refuse_foreign(out: Path) -> None:
    if out.is_file():
        raise ReleaseError(f"{display(out)} is a file: give the folder that the release is to be written to")
    if out.is_dir() and any(out.iterdir()) and not (out / MANIFEST).is_file():
        raise ReleaseError(
            f"{display(out)} holds files but is not a release (it has no {MANIFEST}): give another folder with --out"
        )


@contextmanager
def _unfinished(out: Path) -> Iterator[Path]:
    """A folder beside `out` to fill; it is gone afterwards, moved or not. What cannot be written is a ReleaseError."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise ReleaseError(f"{display(out)} cannot be written: {error}") from error
    try:
        yield work
    except OSError as error:
        raise ReleaseError(f"{display(out)} cannot be written: {error}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _filled(work: Path, quads: list[ox.Quad]) -> tuple[dict[str, Any], str]:
    manifest = _fill(work, quads)
    work.chmod(0o755)
    return manifest, f"{manifest['quads']:,} quads, SHA-256 {manifest['sha256'][:12]}…"


def _fill(folder: Path, quads: list[ox.Quad]) -> dict[str, Any]:
    lines = b"".join(sorted(f"{quad} .\n".encode() for quad in quads))
    (folder / QUADS).write_bytes(lines)
    manifest: dict[str, Any] = {
        "name": "OncoKG",
        "base": BASE,
        "version": __version__,
        "quads": len(quads),
        "sha256": hashlib.sha256(lines).hexdigest(),
        "canonicalization": "RDFC-1.0",
        "graphs": dict(sorted(Counter(str(getattr(quad.graph_name, "value", "")) for quad in quads).items())),
        "counts": _counts(quads),
        "built_with": {name: version(name) for name in ("pyoxigraph", "pyshacl", "rdflib", "reasonable")},
    }
    (folder / DOWNLOADS).mkdir()
    downloads = write_downloads(ReleaseGraph(quads, manifest), folder / DOWNLOADS)
    manifest["downloads"] = [asdict(download) for download in downloads]
    metadata = metadata_quads(quads, manifest)
    (folder / METADATA).write_bytes(b"".join(f"{quad} .\n".encode() for quad in metadata))
    _write_turtle(folder / "turtle", [*quads, *metadata])
    _write_store(folder / "store", [*quads, *metadata])
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return manifest


def _write_turtle(folder: Path, quads: list[ox.Quad]) -> None:
    """One file a named graph."""
    folder.mkdir()
    graphs: dict[str, list[ox.Triple]] = {}
    for quad in quads:
        graphs.setdefault(str(getattr(quad.graph_name, "value", "")), []).append(quad.triple)
    for name, members in graphs.items():
        path = folder / (name.removeprefix(graph("")).removeprefix(BASE).strip(".").replace("/", "-") + ".ttl")
        ox.serialize(members, output=str(path), format=ox.RdfFormat.TURTLE, prefixes=prefixes())


def _write_store(folder: Path, quads: list[ox.Quad]) -> None:
    store = ox.Store(str(folder))
    store.bulk_extend(quads)
    store.flush()


def _counts(quads: list[ox.Quad]) -> dict[str, int]:
    members: dict[str, set[str]] = {}
    for quad in quads:
        if quad.predicate == _TYPE and isinstance(quad.object, ox.NamedNode):
            vocabulary, _, name = quad.object.value.rpartition("/")
            if f"{vocabulary}/" in (OKG, SSSOM):
                members.setdefault(name, set()).add(str(quad.subject))
    return {
        name: len(set().union(*(members.get(kind, set()) for kind in classes))) for name, classes in _COUNTED.items()
    }


def _replace(work: Path, out: Path) -> None:
    """Put the finished folder in the place of the old one; the old one is back if the last step fails."""
    if not out.exists():
        work.rename(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}-old-", dir=out.parent)) / "release"
    out.rename(old)
    try:
        work.rename(out)
    except OSError:
        old.rename(out)
        raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)

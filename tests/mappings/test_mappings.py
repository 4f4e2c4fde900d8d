"""SSSOM files become SKOS matches and mappings of their own, and what is wrong in them is told by file and line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.dataset import asserted_quads
from kg.errors import OncoKGError, RecordError
from kg.mappings import MATCHES, add_mappings, format_mappings, mapping_folder, read_mappings
from kg.ontology import prefixes
from kg.paths import CURATION, ONTOLOGY
from kg.rdf import Builder
from kg.records import Curation
from kg.terms import BASE, graph
from tests.conftest import SMALL

FOLDER = SMALL / "mappings"
FILE = "targets.sssom.tsv"
EDITED = Callable[..., Path]


@pytest.fixture(scope="module")
def quads() -> set[ox.Quad]:
    """All that the project's own records state."""
    return asserted_quads().quads


@pytest.fixture
def written(tmp_path: Path) -> EDITED:
    """A folder of mappings in which one text of the file of targets is replaced by another."""

    def write(old: str, new: str) -> Path:
        folder = tmp_path / "mappings"
        shutil.copytree(FOLDER, folder)
        text = (folder / FILE).read_text(encoding="utf-8")
        assert old in text
        (folder / FILE).write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return write


def test_a_row_is_a_match_and_a_mapping() -> None:
    build = Builder()
    add_mappings(build, FOLDER)
    assert {quad.graph_name for quad in build.quads} == {ox.NamedNode(graph("mappings"))}
    match = f"<{BASE}target/egfr> <http://www.w3.org/2004/02/skos/core#exactMatch> <https://bioregistry.io/hgnc:3236>"
    assert match in {str(quad.triple) for quad in build.quads}
    mapping = f"{BASE}mapping/target/egfr/HGNC/3236"
    about = {
        quad.predicate.value.replace("#", "/").rpartition("/")[2]: str(quad.object)
        for quad in build.quads
        if quad.subject == ox.NamedNode(mapping)
    }
    assert about == {
        "type": "<https://w3id.org/sssom/Mapping>",
        "annotatedSource": f"<{BASE}target/egfr>",
        "annotatedProperty": "<http://www.w3.org/2004/02/skos/core#exactMatch>",
        "annotatedTarget": "<https://bioregistry.io/hgnc:3236>",
        "object_source": f"<{BASE}identifier-source/hgnc>",
        "mapping_justification": "<https://w3id.org/semapv/vocab/ManualMappingCuration>",
        "mapping_source": "<https://github.com/dhimmel/uniprot>",
        "subject_label": '"epidermal growth factor receptor"',
        "object_label": '"EGFR"',
        "comment": '"seen in dhimmel/uniprot"',
    }
    line = (FOLDER / FILE).read_text(encoding="utf-8").splitlines()[build.origins[mapping].line - 1]
    assert "\tHGNC:3236\t" in line


def test_a_broad_identifier_is_wider_than_the_thing() -> None:
    """The identifier of a broad match is the wider concept, which is how skos:broadMatch is read."""
    build = Builder()
    add_mappings(build, FOLDER)
    wider = [quad for quad in build.quads if quad.predicate.value.endswith("broadMatch")]
    assert [(str(quad.subject), str(quad.object)) for quad in wider] == [
        (f"<{BASE}drug-class/pd-1-inhibitor>", "<https://bioregistry.io/atc:L01FF>")
    ]


def test_prefixes_can_be_left_out() -> None:
    whole, less = Builder(), Builder()
    add_mappings(whole, FOLDER)
    add_mappings(less, FOLDER, ["atc", "HGNC"])
    assert {quad for quad in whole.quads if "/atc:" in str(quad) or "/hgnc:" in str(quad)}
    assert not {quad for quad in less.quads if "/atc:" in str(quad) or "/hgnc:" in str(quad)}
    assert less.quads < whole.quads


def test_a_prefix_that_no_mapping_has_is_told() -> None:
    with pytest.raises(OncoKGError, match="no mapping has the prefix SNOMED: choose from ATC, HGNC, NCIT"):
        add_mappings(Builder(), FOLDER, ["SNOMED"])


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("target:egfr", "gene:egfr", 12, "is not SSSOM"),
        ("skos:exactMatch", "owl:sameAs", 13, "predicate_id: owl:sameAs: write one of skos:exactMatch"),
        ("semapv:ManualMappingCuration", "semapv:LexicalMatching", 12, "mapping_justification: semapv:LexicalMatching"),
        ("seen in dhimmel/uniprot", "", 13, "comment: say where the identifier was seen"),
        ("target:egfr", "HGNC:1", 12, "subject_id: HGNC:1: map one of our own things"),
        ("HGNC:3236", "target:egfr", 13, "object_id: target:egfr: give an identifier with the prefix of"),
        (
            "HGNC:3236",
            "HGNC:EGFR",
            13,
            "object_id: HGNC:EGFR: identifiers of HGNC look like ^https://bioregistry[.]io/hgnc:",
        ),
        ("bioregistry.io/hgnc:", "www.genenames.org/hgnc/", 1, "the prefix is https://bioregistry.io/hgnc:"),
        ("#  HGNC: '", "#  HGNC_: '", 13, "is not SSSOM"),
        ("#license:", "#license: [", 0, "is not SSSOM"),
    ],
)
def test_what_is_wrong_is_told_by_file_and_line(written: EDITED, old: str, new: str, line: int, told: str) -> None:
    with pytest.raises(RecordError) as caught:
        read_mappings(written(old, new))
    where = f"{FILE}:{line}: " if line else f"{FILE}: "
    assert any(where in str(problem) and told in str(problem) for problem in caught.value.problems), caught.value


def test_rows_get_their_order_and_nothing_else_changes(written: EDITED) -> None:
    folder = written("", "")
    path = folder / FILE
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines[:11], *reversed(lines[11:])]), encoding="utf-8")
    assert format_mappings(folder, check=True) == [path]
    assert path.read_text(encoding="utf-8") != "".join(lines)
    assert format_mappings(folder, check=False) == [path]
    assert path.read_text(encoding="utf-8") == "".join(lines)
    assert format_mappings(folder, check=True) == []


def test_files_of_the_project_are_in_canonical_order() -> None:
    assert format_mappings(ONTOLOGY / "mappings", check=True) == []


def test_another_folder_of_records_has_its_own_mappings(tmp_path: Path) -> None:
    assert mapping_folder(CURATION) == ONTOLOGY / "mappings"
    assert mapping_folder(SMALL) == FOLDER
    assert read_mappings(mapping_folder(tmp_path)) == []


def test_each_file_holds_the_things_that_it_is_named_for() -> None:
    mappings = read_mappings(ONTOLOGY / "mappings")
    assert len(mappings) > 1000
    kinds = {(Path(mapping.file).name.removesuffix(".sssom.tsv"), mapping.row.subject.prefix) for mapping in mappings}
    plural = {"strategy": "strategies", "drug-class": "drug-classes", "response-criteria": "response-criteria"}
    assert kinds == {(plural.get(kind, f"{kind}s"), kind) for _, kind in kinds}


def test_every_kind_that_has_identifiers_has_floors() -> None:
    """So that a lost file or column fails."""
    floors = {
        "disease": 140, "drug": 480, "drug-class": 20, "target": 160, "procedure": 95, "endpoint": 9, "strategy": 12,
        "event-term": 40, "facet": 18, "factor": 14, "characteristic": 8, "comparator": 3, "response-criteria": 2,
    }  # fmt: skip
    found = dict.fromkeys(floors, 0)
    for mapping in read_mappings(ONTOLOGY / "mappings"):
        found[mapping.row.subject.prefix] += 1
    assert {kind: count for kind, count in found.items() if count < floors[kind]} == {}


@pytest.mark.parametrize(
    ("subject", "match", "identifier"),
    [
        ("disease:nasopharyngeal-carcinoma", "exactMatch", "MONDO:0015459"),
        ("drug:ibi305", "broadMatch", "DRUGBANK:DB00112"),
        ("endpoint:progression-free-survival", "broadMatch", "MESH:D018572"),
        ("endpoint:disease-free-survival", "exactMatch", "MESH:D018572"),
        ("target:egfr", "exactMatch", "HGNC:3236"),
        ("target:egfr", "closeMatch", "NCIT:C17757"),
        ("target:tam-kinases", "narrowMatch", "HGNC:905"),
        ("drug-class:pd-1-inhibitor", "broadMatch", "ATC:L01FF"),
        ("procedure:ablation", "exactMatch", "MAXO:0000452"),
        ("procedure:local-ablative-therapy", "narrowMatch", "MAXO:0000452"),
    ],
)
def test_strength_of_a_match(subject: str, match: str, identifier: str) -> None:
    found = [
        mapping.row.predicate.identifier
        for mapping in read_mappings(ONTOLOGY / "mappings")
        if (mapping.row.subject.curie, mapping.row.object.curie) == (subject, identifier)
    ]
    assert found == [match]
    assert match in MATCHES


def test_an_unverified_doi_is_asserted_nowhere(curation: Curation, quads: set[ox.Quad]) -> None:
    """Three DOIs are misprinted: they stand in a note and in a discrepancy, never as the publication's DOI."""
    doubted = [key for key, item in curation.references.items() if "not verified" in str(item.get("note", ""))]
    assert sorted(doubted) == ["hcc-2024/28", "hcc-2024/4", "oligo-nsclc-2023/7"]
    dois = {str(q.object) for q in quads if str(q.object).startswith("<https://doi.org/")}
    with_doi = {q.subject.value for q in quads if q.predicate.value.endswith("/doi")}
    assert not {f"{BASE}publication/{key}" for key in doubted} & with_doi
    for key in doubted:
        printed = curation.references[key]["note"].rpartition(" ")[2]
        assert f"<https://doi.org/{printed}>" not in dois
        review = curation.reviews[key.partition("/")[0]].record
        readings = [reading for each in review.discrepancies.values() for reading in each.readings.values()]
        assert any(review.places[place].printed == printed for reading in readings for place in reading.at)
    assert len(dois) > 100


def test_publications_and_trials_carry_iris(quads: set[ox.Quad]) -> None:
    triples = {str(quad.triple) for quad in quads}
    exact = "<http://www.w3.org/2004/02/skos/core#exactMatch>"
    assert f"<{BASE}publication/npc-2025/1> {exact} <https://doi.org/10.5732/cjc.010.10377>" in triples
    assert f"<{BASE}publication/npc-2025/1> {exact} <{prefixes()['pubmed']}21272443>" in triples
    record = f"<{BASE}ontology/hasRegistryRecord> <https://bioregistry.io/clinicaltrials:NCT03581786>"
    assert f"<{BASE}study/jupiter-02> {record}" in triples

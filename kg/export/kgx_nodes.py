"""The nodes of the KGX export: what each thing of the graph is in Biolink, its names and what describes it."""

from __future__ import annotations

from dataclasses import dataclass

from kg.export.formats import ReleaseGraph
from kg.export.kgx_names import Names, own_curie
from kg.export.solutions import lists, rows
from kg.terms import BASE

__all__ = ["COLUMNS", "INFORES", "PHASES", "categories", "node_rows"]

INFORES = "infores:oncokg"
"""Us as an information resource: infores: and the name in lower case with dashes. It is not in the catalog yet."""

COLUMNS = (
    "id", "category", "name", "description", "provided_by", "xref", "equivalent_identifiers", "synonym",
    "clinical_trial_phase", "clinical_trial_conditions", "publication_type",
)  # fmt: skip

PHASES = {
    "1": "clinical_trial_phase_1", "1b": "clinical_trial_phase_1", "1/2": "clinical_trial_phase_1_to_2",
    "2": "clinical_trial_phase_2", "2a": "clinical_trial_phase_2", "2b": "clinical_trial_phase_2",
    "2/3": "clinical_trial_phase_2_to_3", "3": "clinical_trial_phase_3", "3b": "clinical_trial_phase_3",
    "4": "clinical_trial_phase_4",
}  # fmt: skip
"""Phase as recorded → ResearchPhaseEnum of Biolink."""

# Class of the ontology → category, the most telling first. Biolink has no class of drug classes: they are drugs, of
# which theirs are subclasses; nor of groups of targets but the family, nor of settings but the population.
_CATEGORIES = {
    "Drug": "biolink:Drug",
    "DrugClass": "biolink:Drug",
    "ProteinTarget": "biolink:Protein",
    "TargetGroup": "biolink:GeneFamily",
    "ViralTarget": "biolink:Virus",
    "Disease": "biolink:Disease",
    "Setting": "biolink:PopulationOfIndividualOrganisms",
    "Regimen": "biolink:Treatment",
    "Publication": "biolink:Publication",
    "Review": "biolink:Publication",
}
_KINDS = {
    "procedure": "biolink:Procedure",
    "comparator": "biolink:ClinicalIntervention",
    "strategy": "biolink:ClinicalIntervention",
}
_THINGS = "SELECT ?thing ?class WHERE {{ VALUES ?class {{ {} }} ?thing a ?class }}".format(
    " ".join(f"okg:{name}" for name in _CATEGORIES)
)
# Procedures, comparators and strategies are nodes where a regimen holds them.
_PARTS = "SELECT ?of ?value WHERE { ?of okg:hasComponent/okg:hasAgent ?value }"
_STUDIES = """SELECT ?study ?trial WHERE { ?study okg:hasDesign ?design
  BIND(EXISTS { ?design okg:impliesStudyClass okg:Trial } AS ?trial) }"""
_LABELS = """SELECT ?of ?value WHERE { { ?of rdfs:label ?label } UNION { ?of okg:title ?label }
  BIND(CONCAT(LANG(?label), " ", STR(?label)) AS ?value) }"""
_SYNONYMS = "SELECT ?of ?value WHERE { ?of skos:altLabel ?value }"
_DESIGNS = """SELECT ?of ?value WHERE { ?of okg:hasDesign/rdfs:label ?design FILTER(LANG(?design) = "en")
  OPTIONAL { ?of okg:phaseLabel ?phase } BIND(CONCAT(?design, COALESCE(CONCAT(", phase ", ?phase), "")) AS ?value) }"""
_JOURNALS = """SELECT ?of ?value WHERE { ?of okg:journal ?journal OPTIONAL { ?of okg:year ?year }
  BIND(CONCAT(?journal, COALESCE(CONCAT(" ", STR(?year)), "")) AS ?value) }"""
_PHASE = "SELECT ?of ?value WHERE { ?of okg:phaseLabel ?value }"
_CONDITIONS = "SELECT ?of ?value WHERE { ?of okg:hasIndication/okg:hasDisease ?value ; okg:hasDesign ?design }"
_REGISTERED = 'SELECT ?of ?value WHERE { ?of okg:registryId ?value FILTER(STRSTARTS(?value, "NCT")) }'


def categories(graph: ReleaseGraph) -> dict[str, str]:
    """The Biolink category of each thing that is a node, by IRI."""
    order = list(_CATEGORIES)
    found: dict[str, str] = {}
    for row in sorted(rows(graph, _THINGS), key=lambda row: -order.index(row["class"].rpartition("/")[2])):
        found[row["thing"]] = _CATEGORIES[row["class"].rpartition("/")[2]]
    for parts in lists(graph, _PARTS).values():
        for part in parts:
            kind = part.removeprefix(BASE).partition("/")[0]
            if kind in _KINDS:
                found[part] = _KINDS[kind]
    for row in rows(graph, _STUDIES):
        found[row["study"]] = "biolink:ClinicalTrial" if row["trial"] == "true" else "biolink:Study"
    return dict(sorted(found.items()))


@dataclass(frozen=True)
class _Texts:
    labels: dict[str, list[str]]
    synonyms: dict[str, list[str]]
    descriptions: dict[str, list[str]]

    def named(self, iri: str, language: str) -> str:
        """The label in a language; of a title without one, the title."""
        by_language = dict(text.split(" ", 1) for text in self.labels.get(iri, ()))
        return by_language.get(language) or by_language.get("", "")


def node_rows(graph: ReleaseGraph, found: dict[str, str], names: Names) -> list[dict[str, str]]:
    """One row a node, sorted by id; several values of a column are joined by a vertical bar."""
    texts = _Texts(
        lists(graph, _LABELS), lists(graph, _SYNONYMS), lists(graph, _DESIGNS) | lists(graph, _JOURNALS)
    )  # fmt: skip
    phases, conditions, registered = lists(graph, _PHASE), lists(graph, _CONDITIONS), lists(graph, _REGISTERED)
    result = []
    for iri, category in found.items():
        name = texts.named(iri, "en") or own_curie(iri)
        equivalents = names.equivalents(iri)
        others = {*equivalents, *(f"CLINICALTRIALS:{number}" for number in registered.get(iri, ()))} - {names.id(iri)}
        synonyms = {texts.named(iri, "zh"), *texts.synonyms.get(iri, ())} - {"", name}
        trial = category == "biolink:ClinicalTrial"
        phase = [PHASES[label] for label in phases.get(iri, ()) if label in PHASES and trial]
        diseases = [names.id(disease) for disease in conditions.get(iri, ()) if trial]
        values: dict[str, list[str]] = {
            "id": [names.id(iri)],
            "category": [category],
            "name": [name],
            "description": texts.descriptions.get(iri, [])[:1],
            "provided_by": [INFORES],
            "xref": sorted(others),
            "equivalent_identifiers": equivalents,
            "synonym": sorted(synonyms),
            "clinical_trial_phase": phase,
            "clinical_trial_conditions": sorted(diseases),
            # Biolink asks for a type; the records do not tell articles from abstracts and guidelines.
            "publication_type": ["dctypes:Text"] if category == "biolink:Publication" else [],
        }
        result.append({column: "|".join(values[column]) for column in COLUMNS})
    return sorted(result, key=lambda row: row["id"])

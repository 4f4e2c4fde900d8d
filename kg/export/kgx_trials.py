"""Which intervention a study puts to the test in which disease, and which trials show that it works.

`biolink:treats` is for what is approved or has passed phase 3; all else is in trials. What counts as passed stands
here, and leaves out what is in doubt: a wrong `treats` does more harm than a missing one.

A comparison is positive where all of this holds:

- the study is a randomised controlled trial of phase 3 (or 3b; a phase 2/3 trial does not say which part a result is
  from), and the comparison is randomised, between two whole arms (a subgroup does not do);
- it is better in overall, progression-free, disease-free or relapse-free survival, by accepted values: a hazard ratio
  below 1, or the median of the test arm above that of the other, and significance: P < 0.05, a confidence interval that
  ends below 1, or the word; or the record says of every primary endpoint that it was met, and this is the only
  comparison of whole arms;
- nothing speaks against it: no result in these endpoints that is not significant or points the other way, no primary
  endpoint that was missed, no claim that disputes the efficacy, no application withdrawn for the same regimen and
  disease, and no unresolved discrepancy about design, phase, arms or control.

Non-inferiority is not enough. Claims in words never make a comparison positive; they can only stand in the way.

The tested part of a regimen is what the test arm is given and the other arm is not: a drug that both are given is not
tested, nor is one whose class the other arm is given, nor one of a choice. A `treats` of a drug needs that the tested
part is this one drug; where it is several, the regimen treats and its parts do not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from kg.export.formats import ReleaseGraph
from kg.export.solutions import lists, rows
from kg.terms import BASE

__all__ = ["Approved", "Test", "Trials"]

_SURVIVAL = ("overall-survival", "progression-free-survival", "disease-free-survival", "relapse-free-survival")
_ENDPOINTS = " ".join(f'"{key}"' for key in _SURVIVAL)

_ARMS = """
SELECT ?arm ?study ?trial ?design ?phase ?disease ?setting ?regimen ?role WHERE {
  ?study okg:hasGroup|okg:hasInvestigationalGroup ?arm ; okg:hasDesign ?kind ; okg:hasIndication ?indication .
  ?kind okg:key ?design .
  FILTER(?design != "preclinical")
  FILTER NOT EXISTS { ?kind okg:impliesStudyClass ?class FILTER(?class IN (okg:EvidenceSynthesis, okg:ModellingStudy)) }
  BIND(EXISTS { ?kind okg:impliesStudyClass okg:Trial } AS ?trial)
  ?arm a okg:Arm ; okg:hasRole/okg:key ?role ; okg:receives ?regimen .
  OPTIONAL { ?arm okg:hasIndication ?own }
  OPTIONAL { ?study okg:phaseLabel ?phase }
  BIND(COALESCE(?own, ?indication) AS ?where)
  ?where okg:hasDisease ?disease ; okg:hasSetting ?setting .
}"""
_COMPARISONS = """
SELECT ?comparison ?study ?test ?reference ?basis WHERE {
  ?study okg:hasComparison ?comparison .
  ?comparison okg:testGroup ?test ; okg:referenceGroup ?reference ; okg:hasBasis/okg:key ?basis .
}"""
_EFFECTS = f"""
SELECT ?comparison ?outcome ?endpoint ?statistic ?value ?upper ?lower ?operator ?p ?word WHERE {{
  VALUES ?endpoint {{ {_ENDPOINTS} }}
  ?comparison okg:testGroup ?test ; okg:hasOutcome ?outcome .
  ?outcome okg:hasEndpoint/okg:key ?endpoint ; okg:hasStatistic/okg:key ?statistic ; okg:acceptedValue ?accepted .
  ?accepted okg:hasValueStatus/okg:key "reported" .
  FILTER(?statistic IN ("hazard-ratio", "test"))
  FILTER NOT EXISTS {{ ?outcome okg:timePoint ?time }}
  OPTIONAL {{ ?accepted okg:value ?value }} OPTIONAL {{ ?accepted okg:ciUpper ?upper }}
  OPTIONAL {{ ?accepted okg:ciLower ?lower }} OPTIONAL {{ ?accepted okg:pOperator ?operator ; okg:pValue ?p }}
  OPTIONAL {{ ?accepted okg:significance ?word }}
}}"""
_MEDIANS = f"""
SELECT ?of ?value WHERE {{
  VALUES ?endpoint {{ {_ENDPOINTS} }}
  ?group okg:hasOutcome ?outcome .
  ?outcome okg:hasEndpoint/okg:key ?endpoint ; okg:hasStatistic/okg:key "median" ; okg:acceptedValue ?accepted .
  ?accepted okg:hasValueStatus/okg:key "reported" ; okg:value ?value .
  FILTER NOT EXISTS {{ ?accepted okg:hasQualifier ?any }}
  BIND(CONCAT(STR(?group), " ", ?endpoint) AS ?of)
}}"""
_MET = """SELECT ?of ?value WHERE { ?of okg:hasFact ?fact . ?fact okg:primaryEndpointMet ?met
  BIND(CONCAT(STR(?met), " ", STR(?fact)) AS ?value) }"""
_DISPUTED = """SELECT DISTINCT ?study WHERE {
  { ?claim okg:isAbout ?study ; okg:hasClaimType/okg:key "efficacy" ; okg:hasDirection/okg:key "disputes" }
  UNION {
    VALUES ?kind { "design-or-phase" "regimen-or-control" "arms-reversed" "wrong-study" }
    ?case okg:hasDiscrepancyKind/okg:key ?kind ; okg:hasResolution/okg:key "unresolved" ; okg:isAbout ?thing .
    ?study okg:hasDesign ?design ; okg:hasFact|okg:hasGroup|okg:hasInvestigationalGroup|okg:hasComparison ?thing .
  }
  UNION {
    VALUES ?kind { "design-or-phase" "regimen-or-control" "arms-reversed" "wrong-study" }
    ?case okg:hasDiscrepancyKind/okg:key ?kind ; okg:hasResolution/okg:key "unresolved" ; okg:isAbout ?study .
  } }"""
_AGENTS = "SELECT ?of ?value WHERE { ?of okg:hasComponent/okg:hasAgent ?value }"
_CHOICES = "SELECT ?of ?value WHERE { ?of okg:hasComponent/okg:oneOf ?value }"
_CLASSES = "SELECT ?of ?value WHERE { ?of okg:inDrugClass|okg:broaderClass ?value }"
_APPROVALS = """
SELECT ?approval ?status ?disease ?setting ?regimen WHERE {
  ?approval a okg:Approval ; okg:hasApprovalStatus/okg:key ?status ; okg:concernsRegimen ?regimen ;
    okg:appliesToIndication ?where .
  ?where okg:hasDisease ?disease ; okg:hasSetting ?setting .
}"""
_BASIS = "SELECT ?of ?value WHERE { ?of a okg:Approval ; okg:basedOnStudy ?value }"


@dataclass(frozen=True)
class Test:
    """One investigational arm: its regimen, the tested drugs of it, and where and in which study they are tested.

    `trial` is false for studies that observe; those on cells or animals, syntheses and models are left out. `single`
    says that the tested part is this one drug; `positive` holds the statements that show that it works.
    """

    study: str
    arm: str
    trial: bool
    design: str
    phase: str
    disease: str
    setting: str
    regimen: str
    drugs: tuple[str, ...]
    single: bool
    positive: tuple[str, ...]


@dataclass(frozen=True)
class Approved:
    """An approval: of which regimen, where, on which studies, and the drugs that it is about, as far as is known."""

    approval: str
    disease: str
    setting: str
    regimen: str
    drugs: tuple[str, ...]
    studies: tuple[str, ...]


@dataclass
class _Signals:
    """What the accepted results of one comparison say in one endpoint."""

    statements: list[str] = field(default_factory=list)
    better: set[bool] = field(default_factory=set)
    significant: set[bool] = field(default_factory=set)

    def add(self, row: dict[str, str]) -> None:
        """Take in one result."""
        self.statements.append(row["outcome"])
        if row["statistic"] == "hazard-ratio" and "value" in row:
            self.better.add(float(row["value"]) < 1)
            if "upper" in row and "lower" in row:
                self.significant.add(float(row["upper"]) < 1 or float(row["lower"]) > 1)
        if "p" in row:
            limit, operator = float(row["p"]), row["operator"]
            self.significant.add(limit < 0.05 or (operator == "<" and limit == 0.05))
        if row.get("word") in ("significant", "not-significant"):
            self.significant.add(row["word"] == "significant")


class Trials:
    """The tests and approvals of a release."""

    def __init__(self, graph: ReleaseGraph) -> None:
        self._arms = rows(graph, _ARMS)
        self._comparisons = [row for row in rows(graph, _COMPARISONS) if row["basis"] == "randomised"]
        self._all_comparisons = rows(graph, _COMPARISONS)
        self._agents, self._choices = lists(graph, _AGENTS), lists(graph, _CHOICES)
        self._classes = lists(graph, _CLASSES)
        self._medians = lists(graph, _MEDIANS)
        self._effects = rows(graph, _EFFECTS)
        self._met = lists(graph, _MET)
        self._disputed = {row["study"] for row in rows(graph, _DISPUTED)}
        self._approvals = rows(graph, _APPROVALS)
        self._basis = lists(graph, _BASIS)
        self._receives = {row["arm"]: row for row in self._arms}

    @cached_property
    def tests(self) -> list[Test]:
        """One test for each investigational arm with a regimen, in order of arm."""
        return [self._test(row) for row in self._arms if row["role"] in ("experimental", "single", "cohort")]

    @cached_property
    def approved(self) -> list[Approved]:
        """The approvals in force, in order."""
        return [self._approved(row) for row in self._approvals if row["status"] == "approved"]

    def _test(self, row: dict[str, str]) -> Test:
        compared = [pair for pair in self._all_comparisons if pair["test"] == row["arm"]]
        others = {pair["reference"] for pair in compared} & self._receives.keys()
        if not compared:
            others = {arm["arm"] for arm in self._arms if arm["study"] == row["study"] and arm["role"] == "control"}
        drugs, single = self._tested(row["regimen"], [self._receives[other]["regimen"] for other in others])
        return Test(
            row["study"], row["arm"], row["trial"] == "true", row["design"], row.get("phase", ""),
            row["disease"], row["setting"], row["regimen"], drugs, single, self._positive(row),
        )  # fmt: skip

    def _tested(self, regimen: str, others: Iterable[str]) -> tuple[tuple[str, ...], bool]:
        """The drugs of a regimen that no other regimen gives, and whether they are one drug and all that differs."""
        given = {agent for other in others for agent in (*self._agents.get(other, ()), *self._choices.get(other, ()))}
        mine = {agent for agent in self._agents.get(regimen, ()) if _kind(agent) != "comparator"}
        differs = {agent for agent in mine - given if not self._classes_of(agent) & given}
        covered = mine - given - differs
        choice = set(self._choices.get(regimen, ())) - given
        drugs = tuple(sorted(agent for agent in differs if _kind(agent) == "drug"))
        return drugs, len(drugs) == 1 and len(differs) == 1 and not covered and not choice

    def _classes_of(self, agent: str) -> set[str]:
        found: set[str] = set()
        open_ = list(self._classes.get(agent, ()))
        while open_:
            name = open_.pop()
            if name not in found:
                found.add(name)
                open_ += self._classes.get(name, ())
        return found

    def _positive(self, arm: dict[str, str]) -> tuple[str, ...]:
        """The statements by which the arm's regimen has passed a randomised phase 3 trial; none where it has not."""
        study = arm["study"]
        met = self._met.get(study, ())
        if (
            arm["design"] != "randomised-controlled"
            or arm.get("phase") not in ("3", "3b")
            or study in self._disputed
            or any(fact.startswith("false") for fact in met)
            or self._withdrawn(arm)
        ):
            return ()
        whole = [
            pair
            for pair in self._comparisons
            if pair["study"] == study and {pair["test"], pair["reference"]} <= self._receives.keys()
        ]
        found: set[str] = set()
        for pair in whole:
            if pair["test"] == arm["arm"]:
                statements = self._better(pair)
                if statements is None:
                    return ()
                found |= statements
        if not found and met and [pair["test"] for pair in whole] == [arm["arm"]]:
            found = {fact.partition(" ")[2] for fact in met}
        return tuple(sorted(found))

    def _withdrawn(self, arm: dict[str, str]) -> bool:
        return any(
            row["regimen"] == arm["regimen"] and row["disease"] == arm["disease"]
            for row in self._approvals
            if row["status"] in ("withdrawn", "application-withdrawn")
        )

    def _better(self, pair: dict[str, str]) -> set[str] | None:
        """The statements by which the test arm lives longer; None where one of its endpoints says otherwise."""
        by_endpoint: dict[str, _Signals] = {}
        for row in self._effects:
            if row["comparison"] == pair["comparison"]:
                by_endpoint.setdefault(row["endpoint"], _Signals()).add(row)
        found: set[str] = set()
        for endpoint, signals in by_endpoint.items():
            test, reference = (self._medians.get(f"{pair[side]} {endpoint}", []) for side in ("test", "reference"))
            if len(test) == len(reference) == 1:
                signals.better.add(float(test[0]) > float(reference[0]))
            if False in signals.better | signals.significant:
                return None
            if signals.better and signals.significant:
                found.update(signals.statements)
        return found

    def _approved(self, row: dict[str, str]) -> Approved:
        studies = self._basis.get(row["approval"], [])
        drugs, single = self._tested(row["regimen"], ())
        if not single:
            tested = {drug for test in self.tests if test.study in studies and test.single for drug in test.drugs}
            drugs = tuple(drug for drug in drugs if drug in tested)
        return Approved(row["approval"], row["disease"], row["setting"], row["regimen"], drugs, tuple(studies))


def _kind(iri: str) -> str:
    return iri.removeprefix(BASE).partition("/")[0]

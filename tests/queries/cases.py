"""What is asked of each saved query: on the small records of tests/queries/curation, and on the project's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["CURATION", "EXPECTED", "GOLDEN", "REAL", "SMALL", "Case"]

HERE = Path(__file__).parent
CURATION = HERE / "curation"
EXPECTED = HERE / "expected"
GOLDEN = HERE / "golden"


@dataclass(frozen=True)
class Case:
    """One question: the query, its parameters as a person gives them, and the name of the file with the rows."""

    query: str
    given: Mapping[str, str] = field(default_factory=dict)
    file: str = ""

    @property
    def name(self) -> str:
        """The stem of the file with the rows."""
        return self.file or self.query


SMALL = (
    Case("egfr-adcs-by-indication"),
    Case("egfr-adcs-by-indication", {"endpoint": "disease-control-rate"}, "egfr-adcs-by-indication.disease-control"),
    Case("egfr-adcs-by-indication", {"lang": "zh"}, "egfr-adcs-by-indication.zh"),
    Case("adcs-by-target", {"target": "trop2"}, "adcs-by-target.trop2"),
    Case("adcs-by-target", {"target": "erbb"}, "adcs-by-target.group"),
    Case("regimens-by-disease"),
    Case("regimens-by-disease", {"line": "second-line-plus"}, "regimens-by-disease.second-line-plus"),
    Case("regimens-by-disease", {"line": "previously-treated"}, "regimens-by-disease.previously-treated"),
    Case("regimens-by-disease", {"disease": "solid-tumour"}, "regimens-by-disease.solid-tumour"),
    Case("trial-evidence", {"study": "dose-cohorts"}, "trial-evidence.dose-cohorts"),
    Case("trial-evidence", {"study": "randomised", "lang": "zh"}, "trial-evidence.randomised.zh"),
    Case("comparisons-with-benefit"),
    Case("comparisons-with-benefit", {"p": "0.01"}, "comparisons-with-benefit.p-below-0.01"),
    Case("comparisons-with-benefit", {"endpoint": "overall-survival"}, "comparisons-with-benefit.survival"),
    Case("comparisons-with-benefit", {"endpoint": "objective-response-rate"}, "comparisons-with-benefit.in-words"),
    Case("comparisons-with-benefit", {"endpoint": "disease-control-rate"}, "comparisons-with-benefit.odds-ratio"),
    Case("comparisons-with-benefit", {"endpoint": "adverse-event"}, "comparisons-with-benefit.harm"),
    Case("drug-profile", {"drug": "alfa"}, "drug-profile.alfa"),
    Case("drug-profile", {"drug": "beta", "lang": "zh"}, "drug-profile.beta.zh"),
    Case("discrepancies", {"review": "first-2020"}, "discrepancies.first-2020"),
    Case("coverage"),
    Case("negative-trials"),
    Case("negative-trials", {"disease": "liver-cancer"}, "negative-trials.liver-cancer"),
    Case("negative-trials", {"disease": "nasopharyngeal-carcinoma", "lang": "zh"}, "negative-trials.zh"),
    Case("after-pd1-failure"),
    Case("after-pd1-failure", {"disease": "hepatocellular"}, "after-pd1-failure.hepatocellular"),
    Case("after-pd1-failure", {"lang": "zh"}, "after-pd1-failure.zh"),
    Case("pd1-plus-antiangiogenic"),
    Case("pd1-plus-antiangiogenic", {"disease": "hepatocellular"}, "pd1-plus-antiangiogenic.hepatocellular"),
    Case("bispecifics"),
    Case("bispecifics", {"target": "ctla-4"}, "bispecifics.ctla-4"),
    Case("bispecifics", {"target": "pd-1-or-pd-l1", "lang": "zh"}, "bispecifics.group.zh"),
    Case("local-therapy-benefit"),
    Case("local-therapy-benefit", {"disease": "hepatocellular"}, "local-therapy-benefit.hepatocellular"),
    Case("local-therapy-benefit", {"lang": "zh"}, "local-therapy-benefit.zh"),
    Case("oligometastatic-classification"),
    Case("oligometastatic-classification", {"lang": "zh"}, "oligometastatic-classification.zh"),
    Case("approvals"),
    Case("approvals", {"disease": "liver-cancer", "lang": "zh"}, "approvals.liver-cancer.zh"),
    Case("guidelines"),
    Case("guidelines", {"disease": "liver-cancer", "lang": "zh"}, "guidelines.liver-cancer.zh"),
    Case("safety-by-regimen"),
    Case("safety-by-regimen", {"disease": "nasopharyngeal-carcinoma"}, "safety-by-regimen.nasopharyngeal"),
    Case("safety-by-regimen", {"event": "rash"}, "safety-by-regimen.rash"),
    Case("safety-by-regimen", {"lang": "zh"}, "safety-by-regimen.zh"),
    Case("prognostic-factors"),
    Case("prognostic-factors", {"disease": "liver-cancer", "lang": "zh"}, "prognostic-factors.liver-cancer.zh"),
    Case("prognostic-factors", {"endpoint": "overall-survival"}, "prognostic-factors.survival"),
    Case("ongoing-trials"),
    Case("ongoing-trials", {"disease": "hepatocellular", "lang": "zh"}, "ongoing-trials.hepatocellular.zh"),
    Case("target-disease-matrix"),
    Case("evidence-gaps"),
    Case("evidence-gaps", {"review": "second-2021"}, "evidence-gaps.second-2021"),
    Case("shared-across-reviews"),
    Case("shared-across-reviews", {"kind": "study", "lang": "zh"}, "shared-across-reviews.studies.zh"),
    Case("mappings"),
    Case("mappings", {"kind": "target"}, "mappings.target"),
    Case("mappings", {"source": "mondo", "lang": "zh"}, "mappings.mondo.zh"),
    Case("mappings", {"entity": "顺铂"}, "mappings.cisplatin"),
    Case("entities-without-identifier", {"kind": "drug"}, "entities-without-identifier.drug"),
    Case("entities-without-identifier", {"kind": "publication"}, "entities-without-identifier.publication"),
    Case("entities-without-identifier", {"has": "inexact", "lang": "zh"}, "entities-without-identifier.inexact.zh"),
)

REAL = (
    Case("egfr-adcs-by-indication"),
    Case("adcs-by-target"),
    Case("regimens-by-disease"),
    Case("trial-evidence"),
    Case("comparisons-with-benefit"),
    Case("comparisons-with-benefit", {"endpoint": "overall-survival"}, "comparisons-with-benefit.overall-survival"),
    Case("drug-profile"),
    Case("drug-profile", {"drug": "bl-b01d1"}, "drug-profile.bl-b01d1"),
    Case("discrepancies"),
    Case("coverage"),
    Case("negative-trials"),
    Case("after-pd1-failure"),
    Case("pd1-plus-antiangiogenic"),
    Case("bispecifics"),
    Case("local-therapy-benefit"),
    Case("oligometastatic-classification"),
    Case("approvals"),
    Case("guidelines"),
    Case("safety-by-regimen"),
    Case("prognostic-factors"),
    Case("ongoing-trials"),
    Case("target-disease-matrix"),
    Case("evidence-gaps"),
    Case("shared-across-reviews"),
)

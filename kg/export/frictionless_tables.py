"""The tables of the data package: what each holds, its keys, and the query that fills it.

A query binds ?it, the thing of the row, and the columns by name; a column of `several` is asked for on its own (?of the
thing, ?value) and joined. An IRI of ours is written as its key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.export.evidence import COLUMNS as EVIDENCE
from kg.terms import graph

__all__ = ["TABLES", "Table"]


@dataclass(frozen=True)
class Table:
    """One table: name, titles, columns, primary key, query; the columns that refer to other tables; those of several.

    Names of columns are separated by spaces; `foreign` gives for such names the table and the columns there.
    """

    name: str
    en: str
    zh: str
    columns: str
    primary: str
    query: str = ""
    foreign: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    several: Mapping[str, str] = field(default_factory=dict)


_NAMED = 'rdfs:label ?name , ?name_zh . FILTER(LANG(?name) = "en" && LANG(?name_zh) = "zh")'
_SYNONYMS = "?of skos:altLabel ?value"
_STATED = "GRAPH <" + graph("vocabulary") + "> {{ ?of okg:{} ?value }}"
_STUDY = {"study": ("studies", "key")}
_WHERE = {"disease": ("diseases", "key"), "setting": ("settings", "key")}
_REGIMEN = {"regimen": ("regimens", "key")}

TABLES = (
    Table(
        "evidence", "Evidence: one row for each report of an outcome or characteristic", "证据：每条结局或特征报告一行",
        " ".join("setting_facets" if name == "setting" else name for name in EVIDENCE), "report",
        foreign=_STUDY | {"disease": ("diseases", "key"), "review": ("reviews", "key")},
    ),
    Table(
        "reviews", "Reviews that were read", "所读综述", "key name name_zh journal year doi", "key",
        f"""?it a okg:Review ; okg:key ?key ; {_NAMED} OPTIONAL {{ ?it okg:journal ?journal }}
        OPTIONAL {{ ?it okg:year ?year }} OPTIONAL {{ ?it okg:doi ?doi }}""",
    ),
    Table(
        "studies", "Studies", "研究",
        "key name name_zh design phase status disease setting size registry_ids part_of", "key",
        f"""?it okg:key ?key ; okg:hasDesign ?design ; okg:hasStudyStatus ?status ; okg:hasIndication ?where ; {_NAMED}
        ?where okg:hasDisease ?disease ; okg:hasSetting ?setting . OPTIONAL {{ ?it okg:phaseLabel ?phase }}
        OPTIONAL {{ ?it okg:sampleSize ?size }} OPTIONAL {{ ?it okg:partOfStudy ?part_of }}""",
        _WHERE | {"part_of": ("studies", "key")}, {"registry_ids": "?of okg:registryId ?value"},
    ),
    Table(
        "study_publications", "Publications that report a study", "报告研究的文献", "study publication",
        "study publication",
        "?it okg:reportedIn ?cited BIND(?it AS ?study) ?cited okg:key ?publication",
        _STUDY | {"publication": ("publications", "key")},
    ),
    Table(
        "groups", "Arms and other groups of patients", "研究组及其他患者组",
        "study key name name_zh kind role regimen size within population group_disease group_setting", "study key",
        f"""?study okg:hasGroup|okg:hasInvestigationalGroup ?it . ?it okg:key ?key ; okg:hasRole ?role ; a ?kind ;
        {_NAMED}
        FILTER(?kind IN (okg:Arm, okg:PooledGroup, okg:Subgroup, okg:CrossoverGroup, okg:ExternalControl, okg:StudySet))
        OPTIONAL {{ ?it okg:receives ?regimen }} OPTIONAL {{ ?it okg:sampleSize ?size }}
        OPTIONAL {{ ?it okg:withinGroup ?within }} OPTIONAL {{ ?it okg:hasIndication ?where .
        ?where okg:hasDisease ?group_disease ; okg:hasSetting ?group_setting }}""",
        _STUDY | _REGIMEN | {"group_disease": ("diseases", "key"), "group_setting": ("settings", "key")},
        {"population": "?of okg:population ?value"},
    ),
    Table(
        "comparisons", "Comparisons of two groups", "两组间的比较", "study key test reference basis", "study key",
        """?study okg:hasComparison ?it . ?it okg:key ?key ; okg:testGroup ?test ; okg:referenceGroup ?reference ;
        okg:hasBasis ?basis""",
        _STUDY | {"study test": ("groups", "study key"), "study reference": ("groups", "study key")},
    ),
    Table(
        "interventions", "Drugs, classes, procedures, comparators and strategies", "药物、类别、操作、对照与策略",
        "key kind name name_zh synonyms", "key",
        f"""?it okg:key ?key ; {_NAMED} BIND(STRBEFORE(STRAFTER(STR(?it), "/oncokg/"), "/") AS ?kind)
        FILTER(?kind IN ("drug", "drug-class", "procedure", "comparator", "strategy"))""",
        several={"synonyms": _SYNONYMS},
    ),
    Table(
        "drugs", "Drugs, with their formats and targets", "药物及其类型与靶点",
        "key name name_zh synonyms formats targets payload", "key",
        f"?it a okg:Drug ; okg:key ?key ; {_NAMED} OPTIONAL {{ ?it okg:hasPayload ?payload }}",
        {"key": ("interventions", "key")},
        {
            "synonyms": _SYNONYMS,
            "formats": "GRAPH <" + graph("vocabulary") + "> { ?of a okg:Drug , ?value FILTER(?value != okg:Drug) }",
            "targets": "?of a okg:Drug ; okg:blocks|okg:activates|okg:degrades|okg:deliversTo|okg:engages ?value",
        },
    ),
    Table(
        "drug_targets", "Actions of drugs and drug classes on targets", "药物及药物类别对靶点的作用",
        "agent action target basis", "agent action target",
        """?it a okg:TargetAssertion ; okg:concernsAgent ?agent ; okg:assertsAction ?action ;
        okg:assertsTarget ?target ; okg:hasKnowledgeBasis ?basis""",
        {"agent": ("interventions", "key"), "target": ("targets", "key")},
    ),
    Table(
        "targets", "Targets and groups of targets", "靶点与靶点组", "key kind name name_zh synonyms", "key",
        f"""?it okg:key ?key ; a ?kind ; {_NAMED}
        FILTER(?kind IN (okg:ProteinTarget, okg:TargetGroup, okg:ViralTarget))""",
        several={"synonyms": _SYNONYMS},
    ),
    Table(
        "diseases", "Diseases", "疾病", "key name name_zh synonyms subtype_of", "key",
        f"?it a okg:Disease ; okg:key ?key ; {_NAMED}",
        several={"synonyms": _SYNONYMS, "subtype_of": _STATED.format("subtypeOf")},
    ),
    Table(
        "settings", "Settings: line, extent, earlier treatment, biomarkers",
        "治疗情境：线数、范围、既往治疗、生物标志物",
        "key name name_zh facets", "key", f"?it a okg:Setting ; okg:key ?key ; {_NAMED}",
        several={"facets": "?of okg:hasFacet ?value"},
    ),
    Table(
        "regimens", "Regimens", "治疗方案", "key name name_zh", "key", f"?it a okg:Regimen ; okg:key ?key ; {_NAMED}",
    ),
    Table(
        "regimen_components", "Components of regimens", "治疗方案的组分",
        "regimen component agent choice phase extent step", "regimen component agent",
        """?regimen okg:hasComponent ?it . BIND(?it AS ?component)
        { ?it okg:hasAgent ?agent BIND(false AS ?choice) } UNION { ?it okg:oneOf ?agent BIND(true AS ?choice) }
        OPTIONAL { ?it okg:inPhase ?phase } OPTIONAL { ?it okg:extent ?extent } OPTIONAL { ?it okg:step ?step }""",
        _REGIMEN | {"agent": ("interventions", "key")},
    ),
    Table(
        "publications", "Publications that the reviews cite", "综述所引文献", "key title journal year doi pmid", "key",
        """?it a okg:Publication ; okg:key ?key . OPTIONAL { ?it okg:title ?title }
        OPTIONAL { ?it okg:journal ?journal } OPTIONAL { ?it okg:year ?year }
        OPTIONAL { ?it okg:doi ?doi } OPTIONAL { ?it okg:pmid ?pmid }""",
    ),
    Table(
        "discrepancies", "Disagreements between what is printed", "印刷内容之间的分歧",
        "key review kind resolution held readings because because_zh about", "key",
        """?it a okg:Discrepancy ; okg:key ?key ; okg:inSource ?review ; okg:hasDiscrepancyKind ?kind ;
        okg:hasResolution ?resolution ; okg:because ?because , ?because_zh .
        FILTER(LANG(?because) = "en" && LANG(?because_zh) = "zh") OPTIONAL { ?it okg:heldReading/okg:key ?held }""",
        {"review": ("reviews", "key")},
        {
            "readings": """?of okg:hasReading ?reading . ?reading okg:key ?name ; okg:readingFrom/okg:key ?source .
            OPTIONAL { ?reading okg:readingValue ?said }
            BIND(CONCAT(?name, ": ", COALESCE(?said, "?"), " (", ?source, ")") AS ?value)""",
            "about": "?of a okg:Discrepancy ; okg:isAbout ?value",
        },
    ),
    Table(
        "claims", "Claims in words", "文字论断", "key type direction name name_zh about", "key",
        f"?it a okg:Claim ; okg:key ?key ; okg:hasClaimType ?type ; okg:hasDirection ?direction ; {_NAMED}",
        several={"about": "?of a okg:Claim ; okg:isAbout ?value"},
    ),
    Table(
        "findings", "Prognostic and predictive findings", "预后与预测因素",
        "key about factor endpoint kind direction adjustment statistic value ci_lower ci_upper p_value", "key",
        """?it a okg:PrognosticFinding ; okg:hasFactor ?factor ; okg:hasEndpoint ?endpoint ; okg:hasFindingKind ?kind ;
        okg:hasDirection ?direction . BIND(?it AS ?key) OPTIONAL { ?it okg:hasAdjustment ?adjustment }
        OPTIONAL { ?it okg:hasStatistic ?statistic } OPTIONAL { ?it okg:acceptedValue ?accepted
        OPTIONAL { ?accepted okg:printedText ?value } OPTIONAL { ?accepted okg:ciLower ?ci_lower }
        OPTIONAL { ?accepted okg:ciUpper ?ci_upper } OPTIONAL { ?accepted okg:pText ?p_value } }""",
        several={"about": "?value okg:hasFinding ?of"},
    ),
    Table(
        "approvals", "Approvals that the reviews report", "综述所报告的批准",
        "key name name_zh status agency disease setting regimen year studies", "key",
        f"""?it a okg:Approval ; okg:key ?key ; okg:hasApprovalStatus ?status ; okg:appliesToIndication ?where ;
        {_NAMED} ?where okg:hasDisease ?disease ; okg:hasSetting ?setting . OPTIONAL {{ ?it okg:issuedBy ?agency }}
        OPTIONAL {{ ?it okg:concernsRegimen ?regimen }} OPTIONAL {{ ?it okg:year ?year }}""",
        _WHERE | _REGIMEN, {"studies": "?of a okg:Approval ; okg:basedOnStudy ?value"},
    ),
    Table(
        "recommendations", "Recommendations that the reviews report", "综述所报告的推荐意见",
        "key name name_zh agency disease setting regimen direction strength year edition", "key",
        f"""?it a okg:Recommendation ; okg:key ?key ; okg:hasDirection ?direction ; {_NAMED}
        OPTIONAL {{ ?it okg:appliesToIndication ?where . ?where okg:hasDisease ?disease ; okg:hasSetting ?setting }}
        OPTIONAL {{ ?it okg:hasStrength ?strength }} OPTIONAL {{ ?it okg:issuedBy ?agency }}
        OPTIONAL {{ ?it okg:concernsRegimen ?regimen }} OPTIONAL {{ ?it okg:year ?year }}
        OPTIONAL {{ ?it okg:edition ?edition }}""",
        _WHERE | _REGIMEN,
    ),
    Table(
        "mappings", "Identifiers of others", "外部标识符", "subject predicate object", "subject predicate object",
        f"""GRAPH <{graph("mappings")}> {{ ?it ?match ?object }} BIND(?it AS ?subject)
        FILTER(?match IN (skos:exactMatch, skos:closeMatch, skos:broadMatch, skos:narrowMatch, skos:relatedMatch))
        BIND(CONCAT("skos:", STRAFTER(STR(?match), "#")) AS ?predicate)""",
    ),
)  # fmt: skip
"""Every table, in the order of the package."""

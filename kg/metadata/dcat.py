"""DCAT 3 (W3C Recommendation, 2024) and PROV-O: the catalogue entry of a release and what it was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from kg import __date__
from kg.ids import iri
from kg.metadata.triples import (
    CATALOG,
    DATASET,
    DCAT,
    PROV,
    RDFS_LABEL,
    SPDX,
    TYPE,
    both,
    count,
    node,
    text,
    triple,
)
from kg.terms import BASE, DCTERMS, OKG, XSD

__all__ = ["describe_release"]

_LICENSE = "https://creativecommons.org/licenses/by/4.0/"
_MEDIA = "https://www.iana.org/assignments/media-types/"
_REVIEW = ox.NamedNode(OKG + "Review")
_TITLE = ("OncoKG: cancer treatment evidence from review articles", "OncoKG：综述文献中的肿瘤治疗证据")
_DESCRIPTION = (
    "Results of cancer treatment studies by arm and by comparison, as review articles print them: each number with its "
    "place, each disagreement between sources as an object of its own, in English and Chinese.",
    "综述文献所载肿瘤治疗研究的分组与组间比较结果：每个数字附其印刷位置，来源之间的每处分歧自成对象，中英双语。",
)
_KEYWORDS = (
    ("oncology", "肿瘤学"),
    ("clinical trials", "临床试验"),
    ("evidence synthesis", "证据综合"),
    ("knowledge graph", "知识图谱"),
)


def describe_release(quads: Sequence[ox.Quad], manifest: Mapping[str, Any]) -> set[ox.Triple]:
    """Catalogue, dataset, this version of it, its distributions and its provenance."""
    release = iri("release", str(manifest["version"]))
    found = {
        triple(CATALOG, TYPE, node(DCAT + "Catalog")),
        triple(CATALOG, DCAT + "dataset", node(DATASET)),
        triple(DATASET, TYPE, node(DCAT + "Dataset")),
        triple(DATASET, DCAT + "hasVersion", node(release)),
        triple(DATASET, DCAT + "hasCurrentVersion", node(release)),
        triple(release, TYPE, node(DCAT + "Dataset")),
        triple(release, DCAT + "isVersionOf", node(DATASET)),
        triple(release, DCAT + "version", text(str(manifest["version"]))),
        triple(release, DCTERMS + "identifier", text(f"sha256:{manifest['sha256']}")),
    }
    found |= both(CATALOG, DCTERMS + "title", "OncoKG catalogue", "OncoKG数据目录")
    for subject in (DATASET, release):
        found |= both(subject, DCTERMS + "title", *_TITLE) | both(subject, DCTERMS + "description", *_DESCRIPTION)
        found |= {
            triple(subject, DCTERMS + "license", node(_LICENSE)),
            triple(subject, DCTERMS + "publisher", node(BASE)),
            triple(subject, DCAT + "landingPage", node(BASE)),
            *(triple(subject, DCTERMS + "language", text(language)) for language in ("en", "zh")),
        }
        for en, zh in _KEYWORDS:
            found |= both(subject, DCAT + "keyword", en, zh)
    if __date__:
        found.add(triple(release, DCTERMS + "issued", ox.Literal(__date__, datatype=node(XSD + "date"))))
    for download in manifest.get("downloads", ()):
        found |= _distribution(release, download)
    return found | _provenance(release, quads, manifest)


def _distribution(release: str, download: Mapping[str, Any]) -> set[ox.Triple]:
    subject = iri("distribution", str(download["name"]))
    checksum = f"{subject}/checksum"
    found = {
        triple(release, DCAT + "distribution", node(subject)),
        triple(subject, TYPE, node(DCAT + "Distribution")),
        triple(subject, DCTERMS + "license", node(_LICENSE)),
        triple(subject, DCTERMS + "identifier", text(str(download["name"]))),
        triple(subject, DCAT + "mediaType", node(_MEDIA + str(download["media_type"]))),
        triple(subject, DCAT + "byteSize", count(int(download["size"]), "nonNegativeInteger")),
        triple(subject, SPDX + "checksum", node(checksum)),
        triple(checksum, TYPE, node(SPDX + "Checksum")),
        triple(checksum, SPDX + "algorithm", node(SPDX + "checksumAlgorithm_sha256")),
        triple(checksum, SPDX + "checksumValue", ox.Literal(str(download["sha256"]), datatype=node(XSD + "hexBinary"))),
        *both(subject, DCTERMS + "title", str(download["en"]), str(download["zh"])),
    }
    if download["packaging"]:
        found.add(triple(subject, DCAT + "compressFormat", node(_MEDIA + str(download["packaging"]))))
    return found


def _provenance(release: str, quads: Sequence[ox.Quad], manifest: Mapping[str, Any]) -> set[ox.Triple]:
    """The release was built by this version of the software from the records of these reviews."""
    build = iri("activity", f"build-{manifest['version']}")
    agent = iri("agent", f"oncokg-{manifest['version']}")
    typed = (quad for quad in quads if quad.predicate.value == TYPE and quad.object == _REVIEW)
    reviews = {quad.subject.value for quad in typed if isinstance(quad.subject, ox.NamedNode)}
    return {
        triple(release, TYPE, node(PROV + "Entity")),
        triple(release, PROV + "wasGeneratedBy", node(build)),
        triple(build, TYPE, node(PROV + "Activity")),
        triple(build, PROV + "wasAssociatedWith", node(agent)),
        triple(agent, TYPE, node(PROV + "SoftwareAgent")),
        *both(build, RDFS_LABEL, "oncokg build: records to release", "oncokg build：由记录生成发布版"),
        *both(agent, RDFS_LABEL, f"oncokg {manifest['version']}", f"oncokg {manifest['version']}"),
        *(triple(build, PROV + "used", node(review)) for review in reviews),
        *(triple(release, PROV + "wasDerivedFrom", node(review)) for review in reviews),
    }

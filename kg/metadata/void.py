"""VoID (W3C Interest Group Note, 2011): how large the graph is, by named graph, class, property and linked dataset."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import quote

import pyoxigraph as ox

from kg.ids import iri
from kg.metadata.triples import DATASET, TYPE, VOID, both, count, node, text, triple
from kg.terms import BASE, DCTERMS, OKG, SKOS, graph

__all__ = ["describe_statistics", "graph_titles"]

_MATCHES = frozenset(SKOS + name for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"))
_EXAMPLES = ("drug/mrg003", "study/jupiter-02", "target/egfr", "disease/nasopharyngeal-carcinoma")
_TITLES = {
    "ontology": ("ontology: classes, properties, axioms", "本体：类、属性与公理"),
    "vocabulary": ("vocabulary: diseases, drugs, targets, procedures, lists", "词汇：疾病、药物、靶点、操作与封闭列表"),
    "studies": ("studies, groups, comparisons and what is said of them", "研究、组别、组间比较及其陈述"),
    "mappings": ("mappings to other vocabularies", "与其他词表的映射"),
    "inferred": ("what follows from the ontology", "由本体推断的内容"),
    "metadata": ("metadata of the release", "发布版元数据"),
}  # fmt: skip


def graph_titles(name: str) -> tuple[str, str]:
    """The title of a named graph in English and Chinese."""
    key = name.removeprefix(graph(""))
    if key.startswith("source/"):
        review = key.removeprefix("source/")
        return f"what the review {review} prints, place by place", f"综述{review}逐处所载内容"
    return _TITLES.get(key, (key, key))


def describe_statistics(quads: Sequence[ox.Quad]) -> set[ox.Triple]:
    """The dataset, a subset for each named graph, partitions by class and property, and its linksets."""
    by_graph: dict[str, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        by_graph[str(getattr(quad.graph_name, "value", ""))].append(quad)
    found = {
        triple(DATASET, TYPE, node(VOID + "Dataset")),
        triple(DATASET, VOID + "uriSpace", text(BASE)),
        triple(DATASET, VOID + "vocabulary", node(OKG)),
        triple(DATASET, VOID + "rootResource", node(OKG)),
        *_sizes(DATASET, quads),
        *_partitions(quads),
        *_linksets(quads),
    }
    subjects = {str(getattr(quad.subject, "value", "")) for quad in quads}
    found |= {triple(DATASET, VOID + "exampleResource", node(iri(key))) for key in _EXAMPLES if iri(key) in subjects}
    for name, members in by_graph.items():
        found |= {triple(DATASET, VOID + "subset", node(name)), triple(name, TYPE, node(VOID + "Dataset"))}
        found |= both(name, DCTERMS + "title", *graph_titles(name)) | _sizes(name, members)
    return found


def _sizes(subject: str, quads: Sequence[ox.Quad]) -> set[ox.Triple]:
    own = {quad.subject for quad in quads if isinstance(quad.subject, ox.NamedNode)}
    numbers = {
        "triples": len(quads),
        "entities": sum(term.value.startswith(BASE) for term in own),
        "distinctSubjects": len({quad.subject for quad in quads}),
        "distinctObjects": len({quad.object for quad in quads}),
        "properties": len({quad.predicate for quad in quads}),
        "classes": len({quad.object for quad in quads if quad.predicate.value == TYPE}),
    }
    return {triple(subject, VOID + name, count(number)) for name, number in numbers.items()}


def _partitions(quads: Iterable[ox.Quad]) -> set[ox.Triple]:
    members: dict[str, set[object]] = defaultdict(set)
    uses: Counter[str] = Counter()
    for quad in quads:
        uses[quad.predicate.value] += 1
        if quad.predicate.value == TYPE and isinstance(quad.object, ox.NamedNode):
            members[quad.object.value].add(quad.subject)
    found: set[ox.Triple] = set()
    for kind, instances in members.items():
        part = _part("class", kind)
        found |= {
            triple(DATASET, VOID + "classPartition", node(part)),
            triple(part, VOID + "class", node(kind)),
            triple(part, VOID + "entities", count(len(instances))),
        }
    for predicate, number in uses.items():
        part = _part("property", predicate)
        found |= {
            triple(DATASET, VOID + "propertyPartition", node(part)),
            triple(part, VOID + "property", node(predicate)),
            triple(part, VOID + "triples", count(number)),
        }
    return found


def _part(kind: str, value: str) -> str:
    """An IRI of its own for a partition: no blank nodes in data graphs (DESIGN section 4)."""
    return iri("dataset", f"{kind}-partition", quote(value.removeprefix(BASE).replace("://", "/"), safe="/"))


def _linksets(quads: Iterable[ox.Quad]) -> set[ox.Triple]:
    sets: Counter[tuple[str, str]] = Counter()
    for quad in quads:
        if quad.predicate.value in _MATCHES and isinstance(quad.object, ox.NamedNode):
            sets[quad.predicate.value, _space(quad.object.value)] += 1
    found: set[ox.Triple] = set()
    for (predicate, space), number in sets.items():
        name = predicate.removeprefix(SKOS)
        subject = iri("dataset", "linkset", name, quote(space.rstrip("/:#_").replace("://", "/"), safe="/"))
        target = iri("dataset", "linked", quote(space.rstrip("/:#_").replace("://", "/"), safe="/"))
        found |= {
            triple(DATASET, VOID + "subset", node(subject)),
            triple(subject, TYPE, node(VOID + "Linkset")),
            triple(subject, VOID + "subjectsTarget", node(DATASET)),
            triple(subject, VOID + "objectsTarget", node(target)),
            triple(subject, VOID + "linkPredicate", node(predicate)),
            triple(subject, VOID + "triples", count(number)),
            triple(target, TYPE, node(VOID + "Dataset")),
            triple(target, VOID + "uriSpace", text(space)),
        }
    return found


def _space(value: str) -> str:
    """The part of an IRI before its local identifier: …/obo/MONDO_, https://bioregistry.io/hgnc:."""
    end = max(value.rfind(mark) for mark in "/#")
    local = value[end + 1 :]
    cut = max(local.rfind(mark) for mark in "_:")
    return value[: end + 2 + cut]

"""The Biolink Model as the package biolink-model ships it: what it says of categories and predicates."""

from __future__ import annotations

import re
from importlib import import_module, resources

import yaml


class Biolink:
    """The model's YAML, and the classes that are generated from it."""

    def __init__(self):
        text = resources.files("biolink_model").joinpath("schema/biolink_model.yaml").read_text(encoding="utf-8")
        model = yaml.load(text, yaml.CSafeLoader)
        self._classes, self._slots = model["classes"], model["slots"]
        self._by_curie = {_curie(name): name for name in self._classes}
        self._generated = import_module("biolink_model.datamodel.pydanticmodel_v2")

    def ancestors(self, category):
        """The class itself, and all that it is by is_a and mixins."""
        return self._above(self._by_curie[category])

    def _above(self, name):
        entry = self._classes.get(name, {})
        above = [parent for parent in (entry.get("is_a"), *entry.get("mixins", ())) if parent]
        return {name}.union(*(self._above(parent) for parent in above))

    def is_abstract(self, category):
        entry = self._classes[self._by_curie[category]]
        return bool(entry.get("abstract") or entry.get("mixin") or entry.get("deprecated"))

    def id_prefixes(self, category):
        return [
            prefix
            for name in (self._by_curie[category], *self._above(self._by_curie[category]))
            for prefix in self._classes.get(name, {}).get("id_prefixes", ())
        ]

    def may_be_stated(self, predicate):
        """A predicate below related to, not deprecated or abstract; a mixin only where the model calls it canonical."""
        name = predicate.removeprefix("biolink:").replace("_", " ")
        slot = self._slots[name]
        canonical = bool((slot.get("annotations") or {}).get("canonical_predicate"))
        return (
            "related to" in self._line(name)
            and not slot.get("deprecated")
            and not slot.get("abstract")
            and (canonical or not slot.get("mixin"))
        )

    def _line(self, name):
        line = []
        while name:
            line.append(name)
            name = self._slots[name].get("is_a")
        return line

    def problems(self, subject, predicate, object_, association):
        """Where an end is none of what the predicate, or the association, asks for."""
        line = self._line(predicate.removeprefix("biolink:").replace("_", " "))
        asked = {
            "domain": next((self._slots[name]["domain"] for name in line if "domain" in self._slots[name]), None),
            "range": next((self._slots[name]["range"] for name in line if "range" in self._slots[name]), None),
        }
        usage = [self._classes[name].get("slot_usage", {}) for name in self._above(self._by_curie[association])]
        ranges = {
            end: {use[end]["range"] for use in usage if "range" in use.get(end, {})} for end in ("subject", "object")
        }
        for category, wanted in (
            (subject, {asked["domain"], *ranges["subject"]}),
            (object_, {asked["range"], *ranges["object"]}),
        ):
            for name in wanted - {None}:
                if name not in self.ancestors(category):
                    yield f"{subject} {predicate} {object_} ({association}): {category} is no {name}"

    def association(self, values):
        """An instance of the class that the values name as their category."""
        (category,) = values["category"]
        return getattr(self._generated, category.removeprefix("biolink:"))(**values)


def _curie(name):
    return "biolink:" + re.sub(r"(?:^| )(\w)", lambda found: found[1].upper(), name)

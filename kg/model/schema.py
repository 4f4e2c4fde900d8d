"""The JSON Schema of each kind of record, with the allowed keys written out, so that an editor can complete them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from kg.model.keys import KnownKeys

__all__ = ["json_schema"]


def json_schema(model: type[BaseModel], known: KnownKeys) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a record, its key fields as enumerations of what is on record.

    Short forms (a plain scalar for a value, a place or a facet) are allowed beside the full ones.
    """
    schema = model.model_json_schema(by_alias=True)
    filled: dict[str, Any] = _fill(schema, known)
    for definition in filled.get("$defs", {}).values():
        if definition.get("title") in _SHORT_FORMS:
            full = dict(definition)
            definition.clear()
            definition |= {"title": full.pop("title"), "anyOf": [full, {"type": "string"}]}
    filled["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return filled


# The parts of a record that may be written as a plain scalar.
_SHORT_FORMS = frozenset({"AtPlace", "Component", "DesignFact", "Duration", "Facet", "PhaseFact", "SizeFact", "Value"})


def _fill(node: Any, known: KnownKeys) -> Any:
    if isinstance(node, list):
        return [_fill(item, known) for item in node]
    if not isinstance(node, dict):
        return node
    filled = {name: _fill(value, known) for name, value in node.items() if name != "x-key-of"}
    if "x-key-of" in node:
        keys = sorted(known.of(node["x-key-of"]))
        if keys:
            filled.pop("pattern", None)
            filled["enum"] = keys
    return filled

"""Bring a record file into the one canonical order: keys as the model lists them, facets of a setting by kind and key.

Comments, quotes and the choice between block and flow style stay as the curator wrote them (ruamel.yaml's round trip).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from kg.model.study import Facet

__all__ = ["format_record"]

FacetOrder = Callable[[Any], tuple[int, str]]


def format_record(text: str, model: type[BaseModel], facet_order: FacetOrder) -> str:
    """The text of a record in canonical order; the same text where it is in order already."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 100_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    record = yaml.load(text)
    if not _order(record, model, facet_order):
        return text
    out = io.StringIO()
    yaml.dump(record, out)
    return out.getvalue()


def _order(node: Any, model: type[BaseModel], facet_order: FacetOrder) -> bool:
    """Order a mapping and all below it in place; tell whether anything moved."""
    if not isinstance(node, CommentedMap):
        return False
    known = {name: field for field_name, field in model.model_fields.items() for name in _written(field_name, field)}
    first = [name for name in getattr(model, "order", ()) if name in node]
    wanted = list(dict.fromkeys([*first, *(name for name in known if name in node), *node]))
    moved = list(node) != wanted
    if moved:
        for name in wanted:
            node.move_to_end(name)
    for name, value in node.items():
        if name in known:
            moved |= _order_value(value, known[name].annotation, facet_order)
    return moved


def _order_value(value: Any, annotation: Any, facet_order: FacetOrder) -> bool:
    models = list(_models(annotation))
    if not models:
        return False
    model = models[0]
    if isinstance(value, CommentedSeq):
        moved = [_order(item, model, facet_order) for item in value]
        return (model is Facet and _order_facets(value, facet_order)) or any(moved)
    if isinstance(value, CommentedMap) and not _is_mapping(annotation):
        return _order(value, model, facet_order)
    if isinstance(value, CommentedMap):
        moved = [_order(item, model, facet_order) for item in value.values()]
        return any(moved)
    return False


def _order_facets(facets: CommentedSeq, facet_order: FacetOrder) -> bool:
    wanted = sorted(facets, key=facet_order)
    if list(facets) == wanted:
        return False
    facets[:] = wanted
    return True


def _written(name: str, field: FieldInfo) -> tuple[str, ...]:
    return tuple(dict.fromkeys((field.serialization_alias or field.alias or name, name)))


def _is_mapping(annotation: Any) -> bool:
    origin = getattr(annotation, "__origin__", None)
    return origin is not None and isinstance(origin, type) and issubclass(origin, Mapping)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)

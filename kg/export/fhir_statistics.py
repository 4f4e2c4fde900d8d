"""The value of an outcome as Evidence.statistic of FHIR R5 (https://hl7.org/fhir/R5/evidence.html).

No number is made up. A figure that is not there has a data-absent-reason in its place and the status in words; a range
printed as the figure has no quantity but an estimate with both its ends.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kg.export.fhir_codes import ABSENT, COMPARATORS, ESTIMATES, SPREADS, STATISTICS, UCUM, UNITS, concept, hl7
from kg.export.resources import Resources, key_of

__all__ = ["statistic"]

Json = dict[str, Any]
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_PATIENT = "patient"


def statistic(resources: Resources, outcome: str, group: str | None) -> Json:
    """The one statistic of an outcome, with the accepted value; `group` is the group that bears it, if it is one."""
    value = resources.first(outcome, "acceptedValue")
    kind = resources.first(outcome, "hasStatistic") or ""
    counted = key_of(resources.first(outcome, "counts") or _PATIENT)
    found: Json = {"description": _described(resources, outcome, value), "statisticType": _type(resources, kind)}
    quantity = _quantity(resources, outcome, value)
    if quantity:
        found["quantity"] = quantity
    numerator = resources.first(value, "numerator") if value else None
    if numerator:
        # The same unit of analysis as the sample size, or another (definition of the two elements in R5).
        found["numberAffected" if counted == _PATIENT else "numberOfEvents"] = int(numerator)
    size = _sample_size(resources, value, group, counted)
    if size:
        found["sampleSize"] = size
    estimates = _estimates(resources, outcome, value) if value else []
    if estimates:
        found["attributeEstimate"] = estimates
    return found


def _type(resources: Resources, kind: str) -> Json:
    code = STATISTICS.get(key_of(kind))
    own = concept(resources, kind)
    return {"coding": [*(hl7("statistic-type", code)["coding"] if code else []), *own["coding"]], "text": own["text"]}


def _described(resources: Resources, outcome: str, value: str | None) -> str:
    """The value in words as it is printed: "11.7 month; P <0.001; significant"."""
    if value is None:
        return "No value is accepted: the sources cannot be reconciled."
    status = resources.first(value, "hasValueStatus") or ""
    if key_of(status) != "reported":
        return resources.label(status)
    figure, unit = resources.first(value, "printedText"), resources.first(outcome, "hasUnit")
    qualifier = key_of(resources.first(value, "hasQualifier") or "exact")
    numerator, denominator = resources.first(value, "numerator"), resources.first(value, "denominator")
    parts = [
        "about" if qualifier == "approximately" and figure else None,
        COMPARATORS.get(qualifier) if figure else None,
        figure,
        resources.label(unit) if unit and figure else None,
    ]
    level = _plain(resources.first(value, "ciLevel"))
    interval, p = resources.first(value, "ciText"), resources.first(value, "pText")
    told = [
        " ".join(part for part in parts if part),
        f"{level} % confidence interval {interval}" if interval else None,
        _p_in_words(p),
        (resources.first(value, "significance") or "").replace("-", " "),
        f"{numerator} of {denominator}" if denominator else numerator and f"{numerator} affected",
    ]
    return "; ".join(part for part in told if part) or resources.label(status)


def _quantity(resources: Resources, outcome: str, value: str | None) -> Json | None:
    status = key_of(resources.first(value or "", "hasValueStatus") or "not-reported")
    if value is None or status != "reported":
        return {"extension": [{"url": _ABSENT, "valueCode": ABSENT[status]}]}
    figure = _decimal(resources, value, "value")
    if figure is None or resources.first(value, "valueHigh"):
        return None
    comparator = COMPARATORS.get(key_of(resources.first(value, "hasQualifier") or ""))
    return {"value": figure} | ({"comparator": comparator} if comparator else {}) | _unit(resources, outcome)


def _decimal(resources: Resources, value: str, name: str) -> Decimal | None:
    """A figure with the zeros that are printed; stores drop them from decimals."""
    found = resources.first(value, name)
    if found is None:
        return None
    printed = resources.first(value, "printedText") or ""
    try:
        exact = Decimal(printed)
    except ArithmeticError:
        return Decimal(found)
    return exact if exact == Decimal(found) else Decimal(found)


def _plain(number: str | None) -> str:
    """A decimal without the point that some stores add: "95.0" → "95"."""
    return f"{Decimal(number).normalize():f}" if number else ""


def _unit(resources: Resources, outcome: str) -> Json:
    unit = resources.first(outcome, "hasUnit")
    if unit is None:
        return {}
    key = key_of(unit)
    return {"unit": resources.label(unit), "system": UCUM, "code": UNITS.get(key, f"{{{key}}}")}


def _sample_size(resources: Resources, value: str | None, group: str | None, counted: str) -> Json:
    size = resources.first(group, "sampleSize") if group else None
    known = resources.first(value, "denominator") if value else None
    found: Json = {"numberOfParticipants": int(size)} if size else {}
    if known and counted == _PATIENT:
        found["knownDataCount"] = int(known)
    elif known:
        found["description"] = f"{known} x {counted}"
    return found


def _estimates(resources: Resources, outcome: str, value: str) -> list[Json]:
    unit = _unit(resources, outcome)
    found: list[Json] = []
    if resources.first(value, "valueHigh"):
        ends = _range(resources, value, "value", "valueHigh", unit)
        found.append({"description": "the range that is printed as the figure", "range": ends})
    interval = resources.first(value, "ciText")
    if interval:
        ends = _interval(interval, unit)
        level = Decimal(_plain(resources.first(value, "ciLevel")))
        found.append({"type": hl7("attribute-estimate-type", ESTIMATES["ci"]), "level": level, "range": ends})
    found += _p_value(resources, value)
    found += _spread(resources, value, unit)
    return found


def _interval(text: str, unit: Json) -> Json:
    """An interval as it is printed, "0.40 to 0.70"; an open end is left out."""
    ends = zip(("low", "high"), text.split(" to "), strict=True)
    return {name: {"value": Decimal(end)} | unit for name, end in ends if end != "open"}


def _range(resources: Resources, value: str, low: str, high: str, unit: Json) -> Json:
    ends = (("low", resources.first(value, low)), ("high", resources.first(value, high)))
    return {name: {"value": Decimal(end)} | unit for name, end in ends if end}


def _p_in_words(text: str | None) -> str | None:
    """P as it is printed, with its operator: "P <0.001", "P =0.326"."""
    return text and (f"P {text}" if text[0] in "<>=≤≥" else f"P ={text}")


def _p_value(resources: Resources, value: str) -> list[Json]:
    p, text = resources.first(value, "pValue"), resources.first(value, "pText")
    verdict = resources.first(value, "significance")
    if p is None and text is None and verdict is None:
        return []
    told = [_p_in_words(text), verdict.replace("-", " ") if verdict else None]
    found: Json = {
        "description": "; ".join(part for part in told if part),
        "type": hl7("attribute-estimate-type", ESTIMATES["p"]),
    }
    if p:
        operator = resources.first(value, "pOperator") or "="
        exact = Decimal((text or p).lstrip("<>=≤≥ ")) if text else Decimal(p)
        number: Json = {"value": exact}
        found["quantity"] = number if operator == "=" else number | {"comparator": operator}
    return [found]


def _spread(resources: Resources, value: str, unit: Json) -> list[Json]:
    kind = resources.first(value, "hasSpreadKind")
    if kind is None:
        return []
    code = SPREADS.get(key_of(kind))
    found: Json = {"type": hl7("attribute-estimate-type", code)} if code else {"description": resources.label(kind)}
    spread, ends = resources.first(value, "spread"), _range(resources, value, "spreadLow", "spreadHigh", unit)
    if spread:
        found["quantity"] = {"value": Decimal(spread)} | unit
    if ends:
        found["range"] = ends
    return [found]

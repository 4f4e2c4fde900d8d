"""Makes schema.json and codes.json from two packages of HL7, unpacked: what the tests of the FHIR export check against.

    npm pack hl7.fhir.r5.core@5.0.0 hl7.terminology.r5@7.0.1    (then unpack each)
    python tests/export/fhir/slice_packages.py CORE/package TERMINOLOGY/package

schema.json is the part of openapi/fhir.schema.json that the resources below reach, without its descriptions; codes.json
holds the codes of the code systems below, and of UCUM those that FHIR calls common. Both packages are published by HL7
under CC0-1.0.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

RESOURCES = ("Bundle", "Evidence", "EvidenceVariable", "Group")
CORE = (
    "bundle-type",
    "characteristic-combination",
    "group-membership-basis",
    "group-type",
    "publication-status",
    "quantity-comparator",
    "related-artifact-type",
    "study-design",
)
TERMINOLOGY = ("attribute-estimate-type", "data-absent-reason", "statistic-type", "variable-role")
HERE = Path(__file__).parent


def main(core: Path, terminology: Path) -> None:
    schema = json.loads((core / "openapi" / "fhir.schema.json").read_text(encoding="utf-8"))
    _write("schema.json", _slice(schema))
    codes = dict(_codes(core / f"CodeSystem-{name}.json") for name in CORE)
    codes |= dict(_codes(terminology / f"CodeSystem-{name}.json") for name in TERMINOLOGY)
    common = json.loads((core / "ValueSet-ucum-common.json").read_text(encoding="utf-8"))
    units = [unit for include in common["compose"]["include"] for unit in include["concept"]]
    codes["http://unitsofmeasure.org"] = {unit["code"]: unit["display"] for unit in units}
    _write("codes.json", codes)


def _slice(schema: dict[str, Any]) -> dict[str, Any]:
    definitions = schema["definitions"]
    definitions["ResourceList"] = {"oneOf": [{"$ref": f"#/definitions/{name}"} for name in RESOURCES]}
    reached: set[str] = set()
    ahead = list(RESOURCES)
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += re.findall(r'"#/definitions/([^"]+)"', json.dumps(definitions[name]))
    kept = {name: _bare(definitions[name]) for name in sorted(reached)}
    return {"$schema": schema["$schema"], "$comment": "hl7.fhir.r5.core 5.0.0, CC0-1.0; a slice", "definitions": kept}


def _bare(node: Any) -> Any:
    """Without descriptions (text), but with a property of that name (a schema)."""
    if isinstance(node, list):
        return [_bare(item) for item in node]
    if isinstance(node, dict):
        return {name: _bare(value) for name, value in node.items() if name != "description" or isinstance(value, dict)}
    return node


def _codes(path: Path) -> tuple[str, dict[str, str]]:
    system = json.loads(path.read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    ahead = list(system["concept"])
    while ahead:
        concept = ahead.pop(0)
        found[concept["code"]] = concept["display"].strip()
        ahead += concept.get("concept", [])
    return system["url"], found


def _write(name: str, content: Any) -> None:
    text = json.dumps(content, indent=None, separators=(",", ":"), ensure_ascii=False)
    (HERE / name).write_text(text.replace('},"', '},\n"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))

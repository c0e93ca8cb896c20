#!/usr/bin/env python3
"""Makes the JSON Schema of case records, for editors, from the logical model that SUSHI built.

    profiles/schema.py [--check | --lists FOLDER]

Writes profiles/case-record.schema.json; --check only says whether it is up to date. --lists takes the
closed lists of HL7 that the model names from the folder of R4's package: profiles/closed-lists.json.
"""
import json
import pathlib
import sys

from schema_rules import RULES

HERE = pathlib.Path(__file__).resolve().parent
BASE = "https://paraneo.github.io/fhir/StructureDefinition/"
# Of leap years too many: 29 February is in all of them.
MONTH_AND_DAY = "(02-(0[1-9]|1[0-9]|2[0-9])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01]))"
DATE = f"[0-9]{{4}}(-((0[1-9]|1[0-2])|{MONTH_AND_DAY}))?"
DAY = f"[0-9]{{4}}-{MONTH_AND_DAY}"
TIME = "([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\\.[0-9]+)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
PRIMITIVES = {
    "boolean": {"type": "boolean"},
    "decimal": {"type": "number"},
    "integer": {"type": "integer"},
    "positiveInt": {"type": "integer", "minimum": 1},
    "id": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9.\\-]{0,63}$"},
    "code": {"type": "string", "pattern": "^[^\\s]+(\\s[^\\s]+)*$"},
    "uri": {"type": "string", "pattern": "^\\S+$"},
    "url": {"type": "string", "pattern": "^\\S+$"},
    "date": {"type": "string", "pattern": "^" + DATE + "$"},
    "dateTime": {"type": "string", "pattern": "^(" + DATE + "|" + DAY + "T" + TIME + ")$"},
}
TEXT = {"type": "string", "minLength": 1}


def load(kind):
    resources = (json.loads(p.read_text(encoding="utf-8")) for p in sorted((HERE / "built").glob(kind + "-*.json")))
    return {r["url"]: r for r in resources}


class Schema:
    def __init__(self):
        self.models = {url: d for url, d in load("StructureDefinition").items() if d["kind"] == "logical"}
        self.systems = load("CodeSystem")
        self.sets = load("ValueSet")
        self.definitions = {}
        self.invariants = set()
        lists = HERE / "closed-lists.json"
        self.lists = json.loads(lists.read_text(encoding="utf-8")) if lists.exists() else {}

    def codes(self, url):
        """The codes of our own value sets and of closed-lists.json; None for others."""
        value_set = self.sets.get(url)
        if value_set is None:
            return self.lists.get(url)
        out = []
        for include in value_set["compose"]["include"]:
            if "system" not in include:
                return None
            concepts = include.get("concept") or self.systems[include["system"]].get("concept", [])
            out += [c["code"] for c in concepts]
        return out

    def place(self, url):
        """The codes of a place: those of its fields, and any that no field has (a registry's own)."""
        fields = {u: v for u, v in self.sets.items() if v["id"].startswith("field-")}
        for other, value_set in fields.items():
            self.definitions.setdefault(value_set["id"], {"enum": self.codes(other)})
        own = [u for include in self.sets[url]["compose"]["include"] for u in include["valueSet"]]
        refs = {u: {"$ref": "#/definitions/" + v["id"]} for u, v in fields.items()}
        unknown = {"type": "string", "not": {"anyOf": list(refs.values())}}
        name = self.sets[url]["id"]
        self.definitions.setdefault(name, {"anyOf": [refs[u] for u in own] + [unknown]})
        return {"$ref": "#/definitions/" + name}

    def name_of(self, url):
        return self.models[url]["snapshot"]["element"][0]["path"]

    def reference(self, url):
        name = self.name_of(url)
        if name not in self.definitions:
            self.definitions[name] = {}
            elements = self.models[url]["snapshot"]["element"]
            self.definitions[name] = self.object(name, elements)
        return {"$ref": "#/definitions/" + name}

    def object(self, path, elements):
        properties, required = {}, []
        for element in elements:
            parent, _, name = element["path"].rpartition(".")
            if parent != path or element["max"] == "0" or name in ("extension", "modifierExtension"):
                continue
            if name == "id" and path != "CaseRecord":
                continue
            value = dict(PRIMITIVES["id"]) if element["path"] == "CaseRecord.id" else self.value(element, elements)
            if "short" in element:
                value = {"description": element["short"], **value} if "$ref" not in value else value
            if element["max"] != "1":
                value = {"type": "array", "minItems": 1, "items": value}
            properties[name] = value
            if element["min"] > 0:
                required.append(name)
        if path == "CaseRecord":
            properties = {"resourceType": {"const": "CaseRecord"}, **properties}
            required.insert(0, "resourceType")
        out = {"type": "object", "additionalProperties": False, "properties": properties}
        if required:
            out["required"] = required
        keys = [c["key"] for element in elements if element["path"] == path for c in element.get("constraint", [])]
        self.invariants.update(keys)
        if rules := [rule for key in keys for rule in RULES.get(key, [])]:
            out["allOf"] = rules
        return out

    def value(self, element, elements):
        code = element["type"][0]["code"]
        binding = element.get("binding", {})
        if code in self.models:
            if binding.get("strength") == "extensible":
                return {"allOf": [self.reference(code), {"properties": {"code": self.place(binding["valueSet"].split("|")[0])}}]}
            return self.reference(code)
        if code in ("BackboneElement", "Element"):
            return self.object(element["path"], elements)
        if "fixedString" in element:
            return {"const": element["fixedString"]}
        if binding.get("strength") == "required":
            codes = self.codes(binding["valueSet"].split("|")[0])
            if codes:
                return {"enum": codes}
        return dict(PRIMITIVES.get(code, TEXT))

    def make(self):
        root = self.reference(BASE + "CaseRecord")
        if gone := set(RULES) - self.invariants:
            sys.exit(f"schema_rules.py has rules of invariants that the model does not have: {sorted(gone)}")
        return {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "$id": "https://paraneo.github.io/fhir/case-record.schema.json",
            "title": "Case record",
            **root,
            "definitions": self.definitions,
        }


def closed_lists(folder):
    """The lists of HL7 that the model binds as required and that are closed."""
    schema = Schema()
    wanted = {e["binding"]["valueSet"].split("|")[0] for model in schema.models.values() for e in model["snapshot"]["element"]
              if e.get("binding", {}).get("strength") == "required"} - set(schema.sets)
    files = [json.loads(p.read_text(encoding="utf-8")) for kind in ("ValueSet", "CodeSystem") for p in folder.glob(kind + "-*.json")]
    by_url = {(r["resourceType"], r["url"]): r for r in files}

    def concepts(items):
        return [c for item in items for c in [item["code"]] + concepts(item.get("concept", []))]

    out = {}
    for url in sorted(wanted):
        includes = by_url.get(("ValueSet", url), {}).get("compose", {}).get("include", [])
        systems = [by_url.get(("CodeSystem", i.get("system")), {}) for i in includes]
        if any("filter" in i for i in includes) or not all("concept" in i or "concept" in s for i, s in zip(includes, systems)):
            continue
        out[url] = [c for i, s in zip(includes, systems) for c in concepts(i.get("concept") or s["concept"])]
    return {url: codes for url, codes in out.items() if codes}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--lists"]:
        text = json.dumps(closed_lists(pathlib.Path(sys.argv[2])), indent=1) + "\n"
        (HERE / "closed-lists.json").write_text(text, encoding="utf-8")
        sys.exit(0)
    path = HERE / "case-record.schema.json"
    text = json.dumps(Schema().make(), indent=1, ensure_ascii=False) + "\n"
    if sys.argv[1:] == ["--check"]:
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            sys.exit(f"{path} is out of date: run profiles/schema.py")
        sys.exit(0)
    path.write_text(text, encoding="utf-8")

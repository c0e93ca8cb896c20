#!/usr/bin/env python3
"""Makes the JSON Schema of case records, for editors, from the logical model that SUSHI built.

    profiles/schema.py [--check]

Writes profiles/case-record.schema.json; --check only says whether it is up to date.
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
BASE = "https://paraneo.github.io/fhir/StructureDefinition/"
PRIMITIVES = {
    "boolean": {"type": "boolean"},
    "decimal": {"type": "number"},
    "integer": {"type": "integer"},
    "positiveInt": {"type": "integer", "minimum": 1},
    "id": {"type": "string", "pattern": "^[A-Za-z0-9.\\-]{1,64}$"},
    "date": {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"},
    "dateTime": {"type": "string",
                 "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?"
                            "(Z|[+-][0-9]{2}:[0-9]{2}))?)?)?$"},
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

    def codes(self, url):
        """The codes of our own value sets; None for others."""
        value_set = self.sets.get(url)
        if value_set is None:
            return None
        out = []
        for include in value_set["compose"]["include"]:
            concepts = include.get("concept") or self.systems[include["system"]]["concept"]
            out += [c["code"] for c in concepts]
        return out

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
            value = self.value(element, elements)
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
        return out

    def value(self, element, elements):
        code = element["type"][0]["code"]
        if code in self.models:
            return self.reference(code)
        if code in ("BackboneElement", "Element"):
            return self.object(element["path"], elements)
        if "fixedString" in element:
            return {"const": element["fixedString"]}
        binding = element.get("binding", {})
        if binding.get("strength") == "required":
            codes = self.codes(binding["valueSet"].split("|")[0])
            if codes:
                return {"enum": codes}
        return dict(PRIMITIVES.get(code, TEXT))

    def make(self):
        root = self.reference(BASE + "CaseRecord")
        return {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "$id": "https://paraneo.github.io/fhir/case-record.schema.json",
            "title": "Case record",
            **root,
            "definitions": self.definitions,
        }


if __name__ == "__main__":
    path = HERE / "case-record.schema.json"
    text = json.dumps(Schema().make(), indent=1, ensure_ascii=False) + "\n"
    if sys.argv[1:] == ["--check"]:
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            sys.exit(f"{path} is out of date: run profiles/schema.py")
        sys.exit(0)
    path.write_text(text, encoding="utf-8")

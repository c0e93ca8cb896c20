#!/usr/bin/env python3
"""Makes the local concepts, where each may stand, and the ConceptMaps from the tables beside this file.

    mappings/from-codes.py [--check]

codes.csv: a row for each code of a concept: what it means there (`equivalence`), in which field of a
record the concept may stand (`field`, several with a space), which property is measured (`property`)
and which concepts are one test (`base`). units.csv: spellings of units. A row translates when it is
equivalent; the others (wider, narrower, relatedto) are knowledge for people and never turn one code
into another. `status` and `note` say why.

Writes profiles/record/concepts.fsh, fields.fsh, docs/codes.md and mappings/ConceptMap-*.json; run
profiles/build afterwards. --check only says whether they are up to date.
"""
import csv
import json
import pathlib
import sys

from results import CATEGORIES, VITAL_SIGNS, Tests, kind_of_unit, unit_codes

BASE = "https://paraneo.github.io/fhir"
LOCAL = f"{BASE}/CodeSystem/concepts"
UCUM = "http://unitsofmeasure.org"
HERE = pathlib.Path(__file__).resolve().parent
RECORD = HERE.parent / "profiles/record"
NO_NAME = "display not found"

# Value sets of the model: which fields of codes.csv may stand there.
PLACES = {
    "Condition": ("Conditions", "Diseases, findings, neoplasms.", "condition"),
    "Observation": ("Observations", "Tests, and findings and acts of which a result is told.", "observation condition procedure"),
    "Medication": ("Medications", "Drugs and classes of drugs.", "medication"),
    "Procedure": ("Procedures", "Acts.", "procedure"),
    "BodySite": ("Body sites", "Places in the body.", "site"),
    "Histology": ("Histologies", "Morphologies of neoplasms.", "histology"),
    "ResultValue": ("Results", "What a coded result can be.",
                    "value condition histology interpretation site severity procedure medication"),
    "Interpretation": ("Interpretations", "High, normal, positive ...", "interpretation"),
    "Severity": ("Severities", "How severe; grades.", "severity value"),
    "StageValue": ("Stages", "Stages, and what kind of stage.", "value method"),
    "Outcome": ("Outcomes", "How something ended.", "value condition"),
    "CauseValue": ("Causes", "What something came of.", "condition medication procedure value"),
    "EvidenceValue": ("Manifestations", "What speaks for a condition.", "condition observation value"),
    "Reason": ("Reasons", "Why.", "reason condition procedure observation value"),
    "Route": ("Routes", "By which way a drug goes in.", "route"),
    "Method": ("Methods", "How something was done.", "method procedure"),
    "Intent": ("Intents", "What an act is for.", "intent"),
    "Relation": ("Relatives", "Who in the family.", "relation"),
    "Report": ("Reports", "What is reported or ordered.", "observation procedure"),
    "Conclusion": ("Conclusions", "What a report concludes.", "condition histology value observation severity"),
    "Admission": ("Admissions", "From where a patient came.", "admission"),
    "Discharge": ("Discharges", "To where a patient went, or how.", "discharge"),
    "AllergyCause": ("Causes of allergies", "What the patient does not bear.", "medication condition"),
}


def rows_of(name):
    with open(HERE / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def concept_map(name, title, groups):
    """groups: {(source, target): [(code, target code, display, equivalence)]}; no target code: there is none."""
    out = []
    for (source, target), entries in groups.items():
        elements = {}
        for code, answer, display, equivalence in entries:
            row = {"code": answer, "display": display, "equivalence": equivalence}
            # Looked for and not found: said, so that it is not reported again and again.
            if not answer:
                row = {"equivalence": "unmatched", "comment": "no verified code was found"}
            elements.setdefault(code, []).append({k: v for k, v in row.items() if v})
        out.append({"source": source, "target": target,
                    "element": [{"code": code, "target": targets} for code, targets in elements.items()]})
    return {"resourceType": "ConceptMap", "id": name, "url": f"{BASE}/ConceptMap/{name}", "version": "1.0.0",
            "name": "".join(word.capitalize() for word in name.split("-")), "title": title, "status": "active", "date": "2026-11-29", "group": out}


def text_of(resource):
    """JSON with a line for each code."""
    if not resource["group"]:
        return json.dumps({k: v for k, v in resource.items() if k != "group"}, indent=1) + "\n"
    lines = []
    for group in resource["group"]:
        rows = ",\n".join("   " + json.dumps(e, ensure_ascii=False, separators=(",", ":")) for e in group["element"])
        head = json.dumps({k: v for k, v in group.items() if k != "element"}, indent=1)[:-2]
        lines.append(head.replace("\n", "\n ") + ',\n  "element": [\n' + rows + "\n  ]\n }")
    head = json.dumps({k: v for k, v in resource.items() if k != "group"}, indent=1, ensure_ascii=False)[:-2]
    return head + ',\n "group": [\n ' + ",\n ".join(lines) + "\n ]\n}\n"


def display_of(row):
    return None if row["display"] == NO_NAME else row["display"]


def concepts_map(rows):
    groups, taken = {}, {}
    for row in rows:
        concept, system, code, equivalence = row["concept_id"], row["system_uri"], row["code"], row["equivalence"]
        if code and equivalence == "equivalent":
            clash = taken.setdefault((system, code), concept)
            one = taken.setdefault((concept, system), code)
            if clash != concept or one != code:
                sys.exit(f"{concept} {system} {code}: no one-to-one translation ({clash}, {one})")
        groups.setdefault((LOCAL, system), []).append((concept, code, display_of(row), equivalence))
    return concept_map("concepts", "Local concepts to standard codes", groups)


def units_map(units):
    entries = [(unit["printed"], unit["ucum"], None, "equivalent") for unit in units]
    made = concept_map("units", "Printed spellings of units to UCUM", {(f"{BASE}/CodeSystem/units", UCUM): entries})
    # What is UCUM as it is written needs no row.
    made["group"][0]["unmapped"] = {"mode": "provided"}
    return made


def results_map(tests):
    entries = [(f"{concept} {kind}", row["concept_id"], None, "equivalent") for concept, kind, row in tests.rows()]
    return concept_map("results", "Tests by the kind of their result to the variant that it is of",
                       {(f"{BASE}/CodeSystem/results", LOCAL): entries})


def kinds_map(rows, units, tests):
    """What tells the kind of a result: its unit, its code; and the tests whose code depends on it."""
    kinds = {}
    for unit in units:
        kinds[unit["printed"]] = kinds.setdefault(unit["ucum"], kind_of_unit(unit["ucum"]))
    for code in unit_codes():
        kinds.setdefault(code, kind_of_unit(code))
    values = {row["concept_id"]: row["property"] for row in rows if row["field"] == "value" and row["property"]}
    target = f"{BASE}/CodeSystem/result-kinds"
    return concept_map("result-kinds", "The kind of a result, by its unit or its code", {
        (UCUM, target): [(code, kind, None, "equivalent") for code, kind in kinds.items() if code and kind],
        (LOCAL, target): [(code, kind, None, "equivalent") for code, kind in values.items()]
        + [(concept, "test", None, "equivalent") for concept in tests.judged()],
    })


def variants_map(tests):
    """Concepts that are one test: what one of them translates to is no news beside another."""
    entries = [(concept, tests.tests[concept]["base"], None, "equivalent") for concept in tests.tests
               if len(tests.variants(concept)) > 1]
    return concept_map("tests", "Variants of a test to the test", {(LOCAL, LOCAL): entries})


def vital_signs_map(rows):
    """The concepts that are vital signs, and their units: "CONCEPT" and "CONCEPT UNIT" to the concept."""
    entries = []
    for row in rows:
        if row["system"] == "LOINC" and row["code"] in VITAL_SIGNS and row["equivalence"] == "equivalent":
            concept = row["concept_id"]
            keys = [concept] + [f"{concept} {unit}" for unit in VITAL_SIGNS[row["code"]]]
            entries += [(key, concept, None, "equivalent") for key in keys]
    return concept_map("vital-signs", "Vital signs and their units", {(f"{BASE}/CodeSystem/results", LOCAL): entries})


def categories_map(rows):
    implied = {row["concept_id"]: CATEGORIES[row["kind"]] for row in rows
               if row["kind"] in CATEGORIES and "observation" in row["field"].split()}
    return concept_map("categories", "Categories of observations that the code implies", {
        (LOCAL, "http://terminology.hl7.org/CodeSystem/observation-category"):
            [(concept, category, None, "equivalent") for concept, category in implied.items()]})


def concepts_fsh(rows):
    lines = [
        "// Made by mappings/from-codes.py. Do not edit.",
        "CodeSystem: LocalConcepts",
        "Id: concepts",
        'Title: "Local concepts"',
        'Description: "The meanings that a case record names; standard codes stand in ConceptMaps."',
        "* ^caseSensitive = true",
    ]
    concepts = {row["concept_id"]: row for row in rows}
    lines += [f'* #{concept} "{row["label"]}" "{row["definition"]}"' for concept, row in concepts.items()]
    return "\n".join(lines) + "\n"


def fields_fsh(rows):
    """One value set for each field, and one for each place of the model, made of these."""
    by_field = {}
    for row in rows:
        for field in row["field"].split():
            by_field.setdefault(field, {})[row["concept_id"]] = True
    lines = ["// Made by mappings/from-codes.py. Do not edit."]
    for field, concepts in by_field.items():
        lines += ["", f"ValueSet: Field_{field}", f"Id: field-{field}", f'Title: "Local codes: {field}"',
                  f'Description: "Local codes whose concepts may stand as {field}."']
        lines += [f"* $concepts#{concept}" for concept in concepts]
    for name, (title, description, fields) in PLACES.items():
        kebab = "".join("-" + c.lower() if c.isupper() else c for c in name).lstrip("-")
        lines += ["", f"ValueSet: {name}Codes", f"Id: {kebab}-codes", f'Title: "{title}"', f'Description: "{description}"']
        lines += [f"* include codes from valueset Field_{field}" for field in fields.split()]
    return "\n".join(lines) + "\n"


def codes_md(rows, units):
    """The page for people: where codes may stand, what they mean, and the units."""
    by_field, codes = {}, {}
    for row in rows:
        for field in row["field"].split():
            by_field.setdefault(field, {})[row["concept_id"]] = row
        if row["code"] and row["equivalence"] == "equivalent":
            codes.setdefault(row["concept_id"], []).append(f"{row['system']} {row['code']}")

    def cell(text):
        return text.replace("|", "\\|")

    lines = ["# Local codes and units", "", "Made by `mappings/from-codes.py`; [records.md](records.md) says how they are used.", "",
             "## Where they may stand", "", "| place | kinds of code |", "| --- | --- |"]
    lines += [f"| {title} ({description[0].lower() + description[1:-1]}) | {fields.replace(' ', ', ')} |"
              for title, description, fields in PLACES.values()]
    for field, concepts in sorted(by_field.items()):
        lines += ["", f"## {field}", "", "| code | meaning | standard codes |", "| --- | --- | --- |"]
        lines += [f"| {concept} | {cell(row['label'])}: {cell(row['definition'])} | {', '.join(codes.get(concept, ['none']))} |"
                  for concept, row in sorted(concepts.items())]
    lines += ["", "## Units", "", "What is UCUM as it is written needs no row.", "", "| printed | UCUM | |", "| --- | --- | --- |"]
    lines += [f"| {cell(unit['printed'])} | {cell(unit['ucum'] or 'none')} | {cell(unit['note'])} |" for unit in units
              if unit["printed"] != unit["ucum"]]
    return "\n".join(lines) + "\n"


def made():
    rows = [row for row in rows_of("codes.csv") if row["kind"] != "unit"]
    units = rows_of("units.csv")
    tests = Tests(rows)
    maps = [concepts_map(rows), units_map(units), results_map(tests), kinds_map(rows, units, tests), variants_map(tests),
            vital_signs_map(rows), categories_map(rows), concept_map("texts", "Words to codes, by the place where they stand", {})]
    files = {HERE / f"ConceptMap-{m['id']}.json": text_of(m) for m in maps}
    return {RECORD / "concepts.fsh": concepts_fsh(rows), RECORD / "fields.fsh": fields_fsh(rows),
            HERE.parent / "docs/codes.md": codes_md(rows, units), **files}


if __name__ == "__main__":
    for path, text in made().items():
        if sys.argv[1:] != ["--check"]:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            sys.exit(f"{path} is out of date: run mappings/from-codes.py")

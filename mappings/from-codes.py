#!/usr/bin/env python3
"""Makes the code system of local concepts and the ConceptMaps from the table of verified codes.

    mappings/from-codes.py codes.csv

Writes profiles/record/concepts.fsh, mappings/ConceptMap-concepts.json and ConceptMap-units.json.
A row translates (equivalent) when it means the concept itself; the others are knowledge for people
(wider, narrower, relatedto) and never turn one code into another.
"""
import csv
import json
import pathlib
import sys

from judgements import DISPLAYS, INEXACT, SPELLINGS

BASE = "https://paraneo.github.io/fhir"
SYSTEMS = {
    "LOINC": "http://loinc.org",
    "SNOMED": "http://snomed.info/sct",
    "ICD-10": "http://hl7.org/fhir/sid/icd-10",
    "ICD-10-CM": "http://hl7.org/fhir/sid/icd-10-cm",
    "ICD-O-3": "http://terminology.hl7.org/CodeSystem/icd-o-3",
    "RxNorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "ATC": "http://www.whocc.no/atc",
    "HPO": "http://human-phenotype-ontology.org",
    "NCIT": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
    "v3-ObservationInterpretation":
        "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
    "UCUM": "http://unitsofmeasure.org",
}
HERE = pathlib.Path(__file__).resolve().parent


def display_of(concept, kind):
    """A display of our own: the words of the id, as people write them."""
    if concept in DISPLAYS:
        return DISPLAYS[concept]
    words = concept.split("-")[1:]
    text = " ".join(words)
    text = text[0].upper() + text[1:]
    return {"antibody": text + " antibody", "ihc": text + " stain"}.get(kind, text)


def rows_of(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def concept_map(name, title, source, groups):
    return {
        "resourceType": "ConceptMap",
        "id": name,
        "url": f"{BASE}/ConceptMap/{name}",
        "version": "1.0.0",
        "name": name.capitalize(),
        "title": title,
        "status": "active",
        "date": "2026-11-21",
        "group": [
            {"source": source, "target": SYSTEMS[system], "element": elements}
            for system, elements in groups.items()
        ],
    }


def concepts_map(rows):
    groups, taken = {}, {}
    for row in rows:
        concept, system, code = row["concept_id"], row["system"], row["code"]
        if row["kind"] == "unit":
            continue
        if not code:
            # Looked for and not found: said, so that it is not reported again and again.
            unmatched = {"equivalence": "unmatched", "comment": "no verified code was found"}
            groups.setdefault(system, {}).setdefault(concept, []).append(unmatched)
            continue
        equivalence = INEXACT.get((concept, system, code), "equivalent")
        if equivalence is None:
            continue
        if equivalence == "equivalent":
            clash = taken.setdefault((system, code), concept)
            one = taken.setdefault((concept, system), code)
            if clash != concept or one != code:
                sys.exit(f"{concept} {system} {code}: no one-to-one translation ({clash}, {one})")
        target = {"code": code}
        if row["display"] != "display not found":
            target["display"] = row["display"]
        target["equivalence"] = equivalence
        elements = groups.setdefault(system, {})
        elements.setdefault(concept, []).append(target)
    return concept_map(
        "concepts", "Local concepts to standard codes", f"{BASE}/CodeSystem/concepts",
        {system: [{"code": code, "target": targets} for code, targets in elements.items()]
         for system, elements in groups.items()})


def units_map():
    elements = [{"code": spelling, "target": [{"code": code, "equivalence": "equivalent"}]}
                for code, spellings in SPELLINGS.items() for spelling in spellings]
    return concept_map("units", "Printed spellings of units to UCUM", f"{BASE}/CodeSystem/units",
                       {"UCUM": elements})


def write_concepts(rows):
    kinds = {row["concept_id"]: row["kind"] for row in rows if row["kind"] != "unit"}
    lines = [
        "// Made by mappings/from-codes.py. Do not edit.",
        "CodeSystem: LocalConcepts",
        "Id: concepts",
        'Title: "Local concepts"',
        'Description: "The meanings that a case record names; standard codes stand in ConceptMaps."',
        "* ^caseSensitive = true",
    ] + [f'* #{concept} "{display_of(concept, kind)}"' for concept, kind in kinds.items()]
    (HERE.parent / "profiles/record/concepts.fsh").write_text("\n".join(lines) + "\n")


def write_map(resource):
    path = HERE / f"ConceptMap-{resource['id']}.json"
    path.write_text(json.dumps(resource, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    table = rows_of(sys.argv[1])
    write_concepts(table)
    write_map(concepts_map(table))
    write_map(units_map())

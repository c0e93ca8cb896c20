#!/usr/bin/env python3
"""Makes the tables of the program that FHIR R4's definitions hold.

    profiles/r4_tables.py [--check] [FOLDER-OF-PACKAGES]

src/fetch/patient_compartment.def: the types of CompartmentDefinition/patient that can be searched by their patient.
src/sync/in_error.def: how a resource of a type says that it was entered in error: by a status whose required value
set has that code, or by an `active` of which the definition says that it ends its validity.
--check only says whether they are up to date; 77 when the package is not there.
"""
import json
import os
import pathlib
import re
import sys
import tarfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
CODE = "entered-in-error"
STATUSES = ("status", "verificationStatus", "lifecycleStatus")


def definitions(folder):
    path = folder / "hl7.fhir.r4.examples-4.0.1.tgz"
    if not path.exists():
        print(f"SKIPPED: {path} is not there; .ci/setup fetches it")
        sys.exit(77)
    kinds = {"CompartmentDefinition", "SearchParameter", "StructureDefinition", "ValueSet", "CodeSystem"}
    with tarfile.open(path) as archive:
        for member in archive:
            name = member.name.rpartition("/")[2]
            if name.endswith(".json") and name.partition("-")[0] in kinds:
                yield json.load(archive.extractfile(member))


class Release:
    def __init__(self, folder):
        self.by_url, self.parameters, self.types = {}, {}, []
        for resource in definitions(folder):
            if "url" in resource:
                self.by_url[resource["url"]] = resource
            if resource["resourceType"] == "SearchParameter":
                for base in resource.get("base", []):
                    self.parameters.setdefault(base, set()).add(resource.get("code"))
            if resource["resourceType"] == "StructureDefinition" and resource.get("derivation") == "specialization" \
                    and resource["kind"] == "resource":
                self.types.append(resource)
        self.types.sort(key=lambda each: each["type"])

    def compartment(self):
        patient = self.by_url["http://hl7.org/fhir/CompartmentDefinition/patient"]
        for each in patient["resource"]:
            known = self.parameters.get(each["code"], ())
            name = next((name for name in ("patient", "subject") if name in known), None)
            if each.get("param") and name:
                yield each["code"], name

    def systems_with_code(self, value_set):
        """The systems of a value set that have the code; a set is complete with its system."""
        resource = self.by_url.get(value_set.partition("|")[0], {})
        for part in resource.get("compose", {}).get("include", []):
            listed = [each["code"] for each in part.get("concept", [])]
            system = self.by_url.get(part.get("system"), {})
            if CODE in (listed or codes_of(system.get("concept", []))):
                yield part["system"]

    def in_error(self):
        for resource in self.types:
            name = resource["type"]
            elements = {each["path"]: each for each in resource["snapshot"]["element"]}
            row = next(filter(None, (self.by_status(name, elements, status) for status in STATUSES)), None)
            if row is None and "should not be treated as valid" in elements.get(f"{name}.active", {}).get("isModifierReason", ""):
                row = ("active", "", "")
            if row:
                yield (name, *row)

    def by_status(self, name, elements, status):
        element = elements.get(f"{name}.{status}", {})
        binding = element.get("binding", {})
        systems = list(self.systems_with_code(binding.get("valueSet", ""))) if binding.get("strength") == "required" else []
        if not systems:
            return None
        # What must not be there beside it (con-5, ait-2).
        rules = [rule["expression"] for rule in elements[name].get("constraint", []) if CODE in rule.get("expression", "")]
        dropped = [path.partition(".")[2] for path in elements
                   if path.count(".") == 1 and not path.endswith(f".{status}")
                   and any(re.search(rf"\b{path.partition('.')[2]}\.(empty|exists)\(\)", rule) for rule in rules)]
        is_concept = element["type"][0]["code"] == "CodeableConcept"
        return status, systems[0] if is_concept else "", " ".join(dropped)


def codes_of(concepts):
    return [code for each in concepts for code in (each["code"], *codes_of(each.get("concept", [])))]


def made(release):
    head = "// Made by profiles/r4_tables.py of FHIR R4's definitions. Do not edit.\n"
    compartment = "".join(f'X("{name}", "{parameter}")\n' for name, parameter in release.compartment())
    in_error = "".join("X(" + ", ".join(f'"{cell}"' for cell in row) + ")\n" for row in release.in_error())
    return {
        ROOT / "src/fetch/patient_compartment.def": head + "// Type, search parameter that finds a patient's.\n" + compartment,
        ROOT / "src/sync/in_error.def": head + "// Type, element, system where it is a CodeableConcept, what must not stand beside it.\n" + in_error,
    }


if __name__ == "__main__":
    arguments = [each for each in sys.argv[1:] if each != "--check"]
    default = os.environ.get("PARANEO_PACKAGES", pathlib.Path.home() / ".cache/paraneo")
    for path, text in made(Release(pathlib.Path(arguments[0] if arguments else default))).items():
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            sys.exit(f"{path} is out of date: run profiles/r4_tables.py")

#!/usr/bin/env python3
"""Counts the leaves of imported resources that are neither in a record nor in the report: there must be none.

    tests/accounting/count_leaves.py PARANEO INPUT...

An INPUT is JSON, NDJSON, or a FHIR NPM package: then its examples. One that is not there is skipped, loudly.

Shares no code with the importer: a leaf (path and value) of an input resource is accounted for when the report names its
path, when the record that the resource went into has its value, or when a table below says how the record says it.
"""
import collections
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile

# FHIR R4: the elements of which JSON writes the type into the name.
CHOICES = ("value", "effective", "onset", "abatement", "performed", "occurrence", "deceased", "medication", "multipleBirth", "rate", "dose",
           "asNeeded", "bounds", "born", "age", "reported", "statusReason", "allowed", "product", "time", "timing", "item", "serviced", "location",
           "defaultValue", "doseNumber", "seriesDoses", "quantity", "diagnosis", "procedure", "target", "content", "detail", "due", "entity",
           "collected", "fastingStatus", "minimumVolume", "additive", "event", "author", "subject", "cause", "indicator", "scheduled", "used")
# Said by silence in a record (profiles/record.md), or by the list that the fact stands in.
SILENT = {
    ("Observation", "status", "final"), ("Encounter", "status", "finished"), ("Procedure", "status", "completed"),
    ("MedicationStatement", "status", "unknown"), ("FamilyMemberHistory", "status", "partial"), ("DiagnosticReport", "status", "final"),
    ("Immunization", "status", "completed"), ("ServiceRequest", "status", "unknown"), ("ServiceRequest", "intent", "order"),
    ("MedicationRequest", "intent", "order"), ("MedicationRequest", "status", "unknown"), ("MedicationDispense", "status", "completed"),
    ("MedicationAdministration", "status", "unknown"), ("AdverseEvent", "actuality", "actual"),
}
# Said in other words: of what was ordered, dispensed and given (docs/import.md).
STATUS = {
    "MedicationRequest": {"draft": "intended", "active": ("active", "intended", "not-taken")},
    "MedicationDispense": {"preparation": "intended", "in-progress": "intended", "declined": "not-taken"},
    "MedicationAdministration": {"in-progress": "active", "not-done": "not-taken"},
}
WHOLE_NAMES = {"doseAndRate", "contentType", "usedCode", "usedReference", "locationQualifier", "eventHistory", "timeOfDay", "targetFormat", "doseQuantity", "locationCode", "locationReference"}


def base_name(key, kind=None):
    if key in WHOLE_NAMES - ({"doseQuantity"} if kind != "Immunization" else set()):
        return key
    for name in sorted(CHOICES, key=len, reverse=True):
        if key.startswith(name) and len(key) > len(name) and key[len(name)].isupper():
            return name
    return key


def leaves(value, path, keys=(), kind=None):
    """(path, keys, value) of every primitive; a sibling "_x" is at x."""
    if isinstance(value, dict):
        for key, child in value.items():
            plain = key[1:] if key.startswith("_") else key
            if key in ("resourceType", "fhir_comments"):
                continue
            if isinstance(child, list):
                for i, each in enumerate(child):
                    if each is not None:
                        yield from leaves(each, f"{path}.{base_name(plain, kind)}[{i}]", keys + (plain,), kind)
            else:
                yield from leaves(child, f"{path}.{base_name(plain, kind)}", keys + (plain,), kind)
    elif isinstance(value, list):
        for i, each in enumerate(value):
            yield from leaves(each, f"{path}[{i}]", keys, kind)
    else:
        yield path, keys, value


def plain(path):
    """The path without what JSON writes of types and siblings: an element that R4 does not have is named as it is written."""
    steps = []
    for step in path.split("."):
        name, bracket, place = step.partition("[")
        steps.append(base_name(name.removeprefix("_")) + bracket + place)
    return ".".join(steps)


def is_named(at, paths):
    return any(at == each or at.startswith(each + ".") or at.startswith(each + "[") or each.startswith(at + "[") for each in paths)


def texts(value, out):
    if isinstance(value, dict):
        for child in value.values():
            texts(child, out)
    elif isinstance(value, list):
        for child in value:
            texts(child, out)
    else:
        out.add(json.dumps(value))
    return out


def resources_of(document, path):
    if document.get("resourceType") == "Bundle":
        for i, entry in enumerate(document.get("entry", [])):
            if isinstance(entry, dict) and isinstance(entry.get("resource"), dict) and isinstance(entry["resource"].get("resourceType"), str):
                yield from resources_of(entry["resource"], f"{path}.entry[{i}].resource")
    else:
        yield path, document


def main():
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        there = [each for each in sys.argv[2:] if pathlib.Path(each).exists()]
        for each in sys.argv[2:]:
            if each not in there:
                print(f"SKIPPED: {each} is not here")
        sys.exit(max([0] + [count(sys.argv[1], examples_of(each, work) if each.endswith(".tgz") else each, work) for each in there]))


def count(paraneo, name, work):
    """0 when every leaf of the input is accounted for."""
    report, records = work / "report.ndjson", work / "records.ndjson"
    done = subprocess.run([paraneo, "import", "--no-progress", "--report", report, "-o", records, name], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    by_id = {}
    for line in records.read_text(encoding="utf-8").splitlines():
        record = json.loads(line, parse_float=lambda t: f"number {t}", parse_int=lambda t: f"number {t}")
        by_id[record["id"]] = texts(record, set())
    lines = collections.defaultdict(list)
    for line in report.read_text(encoding="utf-8").splitlines():
        each = json.loads(line)
        lines[(each["file"], each["line"], each["path"])].append(each)
    total, open_leaves, unnamed = 0, collections.Counter(), 0
    INDEX.clear()
    text = pathlib.Path(name).read_text(encoding="utf-8")
    documents = enumerate(text.splitlines(), 1) if name.endswith(".ndjson") else [(None, text)]
    for number, source in documents:
        if not source.strip():
            continue
        document = json.loads(source, parse_float=lambda t: f"number {t}", parse_int=lambda t: f"number {t}")
        if document.get("resourceType") is None:
            continue
        for path, resource in resources_of(document, document["resourceType"]):
            kind = resource.get("resourceType")
            key = [k for k in index_of(lines, name, path) if number is None or k[1] == number]
            told = [each for k in key for each in lines[k]]
            if not told:
                unnamed += 1
                print(f"{name}: {path}: no line in the report")
                continue
            line = told[0]
            if line["outcome"] not in ("fact", "merged", "context"):
                continue
            inner = [each for k in key_prefix(lines, name, path + ".contained", number) for each in lines[k]]
            lost = [each["path"] for every in told + inner for each in every.get("lost", []) if each["path"] != path]
            gone = [each["path"] for each in inner if each["outcome"] not in ("fact", "merged")]
            have = by_id.get(line.get("record"), set())
            for at, keys, value in leaves(resource, path, kind=kind):
                total += 1
                if is_named(plain(at), [plain(each) for each in lost + gone]):
                    continue
                if is_kept(kind, keys, value, have, line, resource):
                    continue
                open_leaves[(kind, ".".join(keys), "")] += 1
                if open_leaves[(kind, ".".join(keys), "")] == 1:
                    print(f"{name}: {at} = {value!r}")
    print(f"{total} leaves, {sum(open_leaves.values())} not accounted for, {unnamed} resources not named")
    for (kind, keys, _), count in open_leaves.most_common(60):
        print(f"  {count:6} {kind}.{keys}")
    return 1 if open_leaves or unnamed else 0


INDEX = {}


def index_of(lines, name, path):
    if not INDEX:
        for key in lines:
            INDEX.setdefault((key[0], key[2]), []).append(key)
    return INDEX.get((name, path), [])


def key_prefix(lines, name, prefix, number):
    index_of(lines, name, prefix)
    return [k for (file, at), keys in INDEX.items() if file == name and at.startswith(prefix) for k in keys if number is None or k[1] == number] \
        if prefix.endswith("contained") else []


# What describes FHIR, and is about no patient.
DEFINITIONS = {"StructureDefinition", "ValueSet", "CodeSystem", "ConceptMap", "SearchParameter", "OperationDefinition", "ImplementationGuide",
               "CapabilityStatement", "NamingSystem", "StructureMap", "CompartmentDefinition", "GraphDefinition", "MessageDefinition",
               "TerminologyCapabilities", "Library", "Questionnaire", "Measure", "PlanDefinition", "ActivityDefinition", "EventDefinition",
               "TestScript", "ExampleScenario"}


def examples_of(package, folder):
    """The package's examples as NDJSON."""
    out = []
    with tarfile.open(package) as archive:
        for member in sorted(archive.getmembers(), key=lambda m: m.name):
            if not member.name.endswith(".json"):
                continue
            text = archive.extractfile(member).read().decode("utf-8", "replace")
            try:
                kind = json.loads(text).get("resourceType")
            except (ValueError, AttributeError):
                continue
            if kind is not None and kind not in DEFINITIONS:
                out.append(" ".join(text.split("\n")).replace("\r", " "))
    file = folder / (pathlib.Path(package).name + ".ndjson")
    file.write_text("\n".join(out) + "\n", encoding="utf-8")
    return str(file)


def is_kept(kind, keys, value, have, line, resource):
    word = json.dumps(value)
    if word in have:
        return True
    if len(keys) == 1 and keys[0] == "id" or keys[-1] == "id" and "contained" in keys:
        return True  # in the key and the origin
    if keys[-1] in ("reference", "url") or keys[-1] == "type" and len(keys) > 1:
        return True  # a key of the record; which extension it is
    if len(keys) == 1 and (kind, keys[0], value) in SILENT:
        return True
    if keys[0] == "contained" and len(keys) == 2 and any(keys[1:] + (value,) == each[1:] for each in SILENT):
        return True  # a fact of its own
    if keys == ("status",) and value in STATUS.get(kind, {}):
        said = STATUS[kind][value]
        return any(json.dumps(each) in have for each in ([said] if isinstance(said, str) else said))
    if keys[:1] == ("meta",) and keys[1:] in (("versionId",), ("lastUpdated",)):
        return True
    if len(keys) >= 2 and keys[-2] in ("coding", "class"):
        return True  # a local code stands for the coding: tests/record asks which
    if keys[-1] == "system" and keys[-2:-1] and keys[-2] not in ("identifier", "coding", "tag", "security"):
        return True  # of the unit's code beside it
    if keys[-1] == "code" and len(keys) > 1 and keys[-2] not in ("identifier", "tag"):
        return True  # the unit as printed says it, or the record has it as unitCode
    return False


main()

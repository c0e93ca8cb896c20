#!/usr/bin/env python3
"""FHIR as a hospital's server gives it in bulk: one resource or Bundle a line, in any order.

    tests/bench/hospital.py PATIENTS RESOURCES_EACH [SEED] > out.ndjson

Every kind of link between resources is there: subjects by reference, by identifier and contained; members without a subject;
drugs, specimens and persons that many refer to; older versions; patients who replace each other; Bundles with placeholders.
What is asked for as a delta (`delta`) has changed, new, withdrawn and deleted resources of the same patients.
"""
import json
import random
import sys

CK = {"coding": [{"system": "http://loinc.org", "code": "2157-6"}], "text": "CK"}


def observation(id_, subject, rng, **more):
    return {"resourceType": "Observation", "id": id_, "status": "final", "code": CK, **({"subject": subject} if subject else {}),
            "effectiveDateTime": f"2021-0{rng.randrange(1, 10)}-1{rng.randrange(10)}",
            "valueQuantity": {"value": rng.randrange(20, 9000), "unit": "U/L", "system": "http://unitsofmeasure.org", "code": "U/L"}, **more}


def bundle(number, patient, rng):
    """A transaction of somebody else's patient, with the placeholders that every such Bundle has."""
    urn = "urn:uuid:patient-1"
    return {"resourceType": "Bundle", "type": "transaction", "entry": [
        {"fullUrl": urn, "resource": {"resourceType": "Patient", "identifier": [{"system": "urn:mrn", "value": f"b{patient}"}], "gender": "female"}},
        {"fullUrl": "urn:uuid:c-1", "resource": {"resourceType": "Condition", "code": {"text": f"of bundle {number}"}, "subject": {"reference": urn}}},
        {"resource": {**observation("", {"reference": urn}, rng, focus=[{"reference": "urn:uuid:c-1"}]), "id": f"b-{number}"}}]}


def nobodys(patients):
    for i in range(max(1, patients // 20)):
        yield {"resourceType": "Practitioner", "id": f"dr{i}", "name": [{"family": f"F{i}"}]}
        yield {"resourceType": "PractitionerRole", "id": f"role{i}", "practitioner": {"reference": f"Practitioner/dr{i}"}, "organization": {"reference": "Organization/org0"}}
    for i in range(max(1, patients // 50)):
        yield {"resourceType": "Medication", "id": f"med{i}", "meta": {"lastUpdated": "2020-01-01T00:00:00Z"}, "code": {"text": f"an older name of drug {i}"}}
        yield {"resourceType": "Medication", "id": f"med{i}", "meta": {"lastUpdated": "2021-01-01T00:00:00Z"}, "code": {"text": f"drug {i}"},
               "ingredient": [{"itemReference": {"reference": f"Substance/s{i}"}}]}
        yield {"resourceType": "Substance", "id": f"s{i}", "code": {"text": f"substance {i}"}}
    for i in range(3):
        yield {"resourceType": "Organization", "id": f"org{i}", "name": "Hospital", **({"partOf": {"reference": "Organization/org0"}} if i else {})}


def of_patient(p, patients, each, rng):
    ref = {"reference": f"Patient/p{p}"}
    doctor = {"reference": f"PractitionerRole/role{rng.randrange(max(1, patients // 20))}"}
    drug = {"reference": f"Medication/med{rng.randrange(max(1, patients // 50))}"}
    link = [{"other": {"reference": f"Patient/p{p - 1}"}, "type": "replaces"}] if p % 11 == 10 else None
    yield {"resourceType": "Patient", "id": f"p{p}", "gender": rng.choice(["male", "female"]), "birthDate": f"19{rng.randrange(10, 99)}-0{rng.randrange(1, 9)}-15",
           "identifier": [{"system": "urn:mrn", "value": str(p)}], "managingOrganization": {"reference": "Organization/org1"}, **({"link": link} if link else {})}
    yield {"resourceType": "Encounter", "id": f"e{p}", "status": "finished", "class": {"code": "AMB"}, "subject": ref, "period": {"start": "2020-01-02"}}
    if p % 7 == 3:
        yield {"resourceType": "DiagnosticReport", "id": f"r{p}", "status": "final", "code": {"text": "panel"}, "subject": ref, "result": [{"reference": f"Observation/m{p}"}]}
        yield observation(f"m{p}", None, rng, hasMember=[{"reference": f"Observation/mm{p}"}])
        yield observation(f"mm{p}", None, rng)
    if p % 13 == 5:
        yield {"resourceType": "Condition", "id": f"in{p}", "contained": [{"resourceType": "Patient", "id": "in"}], "code": {"text": "of a contained patient"}, "subject": {"reference": "#in"}}
        yield {"resourceType": "Specimen", "id": f"sp{p}", "type": {"text": "skin"}}
        yield observation(f"sp-o{p}", ref, rng, specimen={"reference": f"Specimen/sp{p}"})
        yield observation(f"w{p}", {"reference": f"Patient/p{(p + 1) % patients}"}, rng, meta={"lastUpdated": "2020-01-01T00:00:00Z"})
        yield observation(f"w{p}", ref, rng, meta={"lastUpdated": "2021-01-01T00:00:00Z"})
        yield bundle(2 * p, p, rng)
        yield bundle(2 * p + 1, p + p % 2, rng)
    for k in range(each):
        n = f"{p}-{k}"
        if k % 10 == 0:
            yield {"resourceType": "Condition", "id": "c" + n, "code": {"text": f"condition {k}"}, "subject": ref, "onsetDateTime": f"2019-0{k % 9 + 1}-11",
                   "encounter": {"reference": f"Encounter/e{p}"}, "asserter": doctor}
        elif k % 10 == 1:
            yield {"resourceType": "MedicationStatement", "id": "s" + n, "status": "active", "medicationReference": drug, "subject": ref}
        else:
            by_identifier = {"identifier": {"system": "urn:mrn", "value": str(p)}}
            yield observation("o" + n, by_identifier if k % 10 == 2 else {"reference": f"Patient?identifier=urn:mrn|{p}"} if k % 10 == 3 else ref, rng,
                              encounter={"reference": f"Encounter/e{p}"}, performer=[doctor], meta={"lastUpdated": "2021-03-04T05:06:07Z"})


def hospital(patients, each, seed=1):
    rng = random.Random(seed)
    lines = list(nobodys(patients))
    for p in range(patients):
        lines.extend(of_patient(p, patients, each, rng))
    rng.shuffle(lines)
    return lines


def delta(patients, each, seed=2):
    """What came since, and what was deleted."""
    rng = random.Random(seed)
    lines, deleted = [], []
    for p in range(0, patients, 3):
        lines.append(observation(f"new{p}", {"reference": f"Patient/p{p}"}, rng))
        if each > 4:
            lines.append(observation(f"o{p}-4", {"reference": f"Patient/p{p}"}, rng, meta={"lastUpdated": "2022-01-01T00:00:00Z"}))
            lines.append(observation(f"o{p + 1}-4", {"reference": f"Patient/p{p + 1}"}, rng, status="entered-in-error", meta={"lastUpdated": "2022-01-01T00:00:00Z"}))
            deleted.append(f"Condition/c{p + 2}-0")
        # Of a patient who was replaced in a former delta.
        if p % 11 == 9:
            lines.append(observation(f"late{p}", {"reference": f"Patient/p{p}"}, rng))
    rng.shuffle(lines)
    return lines, [{"resourceType": "Bundle", "type": "transaction", "entry": [{"request": {"method": "DELETE", "url": each}} for each in deleted]}]


def text_of(lines):
    return "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)


def main():
    """Patient by patient, so that it takes no memory; whoever wants another order shuffles the lines."""
    patients, each, seed = int(sys.argv[1]), int(sys.argv[2]), int((sys.argv[3:] + ["1"])[0])
    rng = random.Random(seed)
    sys.stdout.write(text_of(nobodys(patients)))
    for p in range(patients):
        sys.stdout.write(text_of(of_patient(p, patients, each, rng)))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""One odd thing costs that thing: puts something odd into one resource of a chart, thousands of times, and compares the
facts of all others, and of what stands beside it in the same resource, with those of the chart without it.

    tests/accounting/isolation.py PARANEO [COUNT] [SEED]

Shares no code with the importer. Two laws of the import:
  1. whatever is odd in one resource, the facts of all other resources of the patient are the same, and there is a record;
  2. where an element that the resource could do without is odd, all that the fact says without that element stays.
"""
import collections
import copy
import json
import pathlib
import random
import subprocess
import sys
import tempfile

LOINC, SCT, UCUM = "http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


def coded(system, code, display):
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


def chart(patient):
    """A patient with one or two resources of each type that a record has a place for."""
    subject, encounter = {"reference": f"Patient/{patient}"}, {"reference": f"Encounter/{patient}-enc"}
    quantity = {"value": 26.5, "unit": "U/L", "system": UCUM, "code": "U/L"}
    return [
        {"resourceType": "Patient", "id": patient, "gender": "female", "birthDate": "1957-03-02", "maritalStatus": {"text": "married"},
         "identifier": [{"system": "http://hospital.example/mrn", "value": f"MRN {patient}"}], "deceasedDateTime": "2022-05-04"},
        {"resourceType": "Encounter", "id": f"{patient}-enc", "status": "finished", "subject": subject,
         "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP", "display": "inpatient encounter"},
         "period": {"start": "2020-01-02", "end": "2020-01-09"}, "reasonCode": [{"text": "weakness"}]},
        {"resourceType": "Condition", "id": f"{patient}-con", "subject": subject, "code": coded(SCT, "396230008", "Dermatomyositis"),
         "clinicalStatus": coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "active", "Active"),
         "verificationStatus": coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed", "Confirmed"),
         "severity": coded(SCT, "24484000", "Severe"), "onsetDateTime": "2019-11", "recordedDate": "2020-01-03", "encounter": encounter,
         "bodySite": [{"text": "skin of the hands"}], "note": [{"text": "seen by a dermatologist"}]},
        {"resourceType": "Condition", "id": f"{patient}-can", "subject": subject, "code": coded(SCT, "254837009", "Malignant neoplasm of breast"),
         "clinicalStatus": coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "active", "Active"),
         "onsetAge": {"value": 62, "unit": "years", "system": UCUM, "code": "a"}, "abatementString": "after surgery"},
        {"resourceType": "Observation", "id": f"{patient}-lab", "status": "final", "subject": subject, "code": coded(LOINC, "2157-6", "Creatine kinase"),
         "category": [coded(CATEGORY, "laboratory", "Laboratory")], "effectiveDateTime": "2020-01-02T08:15:00+01:00", "valueQuantity": quantity,
         "referenceRange": [{"low": {"value": 10, "unit": "U/L", "system": UCUM, "code": "U/L"}, "high": {"value": 200, "unit": "U/L"}, "text": "adults"}],
         "interpretation": [{"text": "normal"}], "note": [{"text": "haemolysed"}], "encounter": encounter, "method": {"text": "kinetic"}},
        {"resourceType": "Observation", "id": f"{patient}-par", "status": "final", "subject": subject, "code": {"text": "muscle strength"},
         "category": [coded(CATEGORY, "exam", "Exam")], "effectivePeriod": {"start": "2020-01-02", "end": "2020-01-03"},
         "component": [{"code": {"text": "deltoid"}, "valueString": "4/5"}, {"code": {"text": "iliopsoas"}, "valueQuantity": {"value": 3, "unit": "of 5"}}]},
        {"resourceType": "MedicationStatement", "id": f"{patient}-med", "status": "active", "subject": subject, "medicationCodeableConcept": {"text": "prednisolone"},
         "effectivePeriod": {"start": "2020-01-04"}, "dosage": [{"text": "60 mg daily", "doseAndRate": [{"doseQuantity": {"value": 60, "unit": "mg", "system": UCUM, "code": "mg"}}],
         "route": {"text": "by mouth"}, "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}], "note": [{"text": "tapered"}],
         "reasonReference": [{"reference": f"Condition/{patient}-con"}]},
        {"resourceType": "MedicationRequest", "id": f"{patient}-ord", "status": "active", "intent": "order", "subject": subject,
         "medicationCodeableConcept": {"text": "azathioprine"}, "authoredOn": "2020-02-01", "dosageInstruction": [{"text": "50 mg twice a day"}]},
        {"resourceType": "Procedure", "id": f"{patient}-pro", "status": "completed", "subject": subject, "code": {"text": "muscle biopsy"},
         "performedDateTime": "2020-01-05", "bodySite": [{"text": "deltoid"}], "outcome": {"text": "inflammation"}, "encounter": encounter,
         "note": [{"text": "left side"}]},
        {"resourceType": "AllergyIntolerance", "id": f"{patient}-all", "patient": subject, "code": {"text": "penicillin"},
         "clinicalStatus": coded("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active", "Active"),
         "criticality": "high", "onsetDateTime": "1990", "reaction": [{"manifestation": [{"text": "rash"}], "severity": "mild"}]},
        {"resourceType": "AdverseEvent", "id": f"{patient}-adv", "actuality": "actual", "subject": subject, "event": {"text": "neutropenia"}, "date": "2020-03-01",
         "seriousness": {"text": "serious"}},
        {"resourceType": "FamilyMemberHistory", "id": f"{patient}-fam", "status": "completed", "patient": subject, "relationship": {"text": "mother"},
         "condition": [{"code": {"text": "breast cancer"}, "onsetAge": {"value": 50, "unit": "years", "system": UCUM, "code": "a"}}], "deceasedBoolean": True},
        {"resourceType": "Immunization", "id": f"{patient}-imm", "status": "completed", "patient": subject, "vaccineCode": {"text": "influenza"},
         "occurrenceDateTime": "2019-10", "lotNumber": "A1", "site": {"text": "left arm"}},
        {"resourceType": "DiagnosticReport", "id": f"{patient}-rep", "status": "final", "subject": subject, "code": {"text": "CT of the chest"},
         "effectiveDateTime": "2020-01-06", "conclusion": "no mass", "category": [{"text": "imaging"}]},
        {"resourceType": "ServiceRequest", "id": f"{patient}-srv", "status": "active", "intent": "order", "subject": subject, "code": {"text": "mammography"},
         "authoredOn": "2020-01-07", "note": [{"text": "urgent"}]},
    ]


# What a resource cannot do without, or what decides whether it may be believed: law 1 alone holds there.
DECIDES = {"resourceType", "id", "status", "subject", "patient", "code", "vaccineCode", "medicationCodeableConcept", "event", "relationship", "intent", "class",
           "verificationStatus", "clinicalStatus", "actuality", "manifestation", "category"}


def places(value, path=()):
    """Every (path, value) below a resource; a path is a tuple of names and positions."""
    if isinstance(value, dict):
        for name, child in value.items():
            yield path + (name,), child
            yield from places(child, path + (name,))
    elif isinstance(value, list):
        for i, child in enumerate(value):
            yield path + (i,), child
            yield from places(child, path + (i,))


def at(value, path):
    for step in path:
        value = value[step]
    return value


def put(resource, path, value):
    at(resource, path[:-1])[path[-1]] = value


def take(resource, path):
    """Takes the element away, and what is empty without it."""
    del at(resource, path[:-1])[path[-1]]
    if len(path) > 1 and not at(resource, path[:-1]):
        take(resource, path[:-1])


# Values that stand where others are expected.
ODD_VALUES = {
    "empty string": "", "blank string": "   ", "empty object": {}, "empty list": [], "null": None, "true": True, "number": 7, "large number": "NUMBER1E400",
    "long digits": "NUMBER0." + "3" * 60, "too many digits": "NUMBER1." + "0" * 400, "text": "some words", "long text": "x" * 20000, "emoji": "\U0001f9ec \u202eabc", "tab": "a\tb", "control character": "a\u0001b",
    "object": {"some": {"deep": ["thing"]}}, "list of strings": ["a", "b"], "list of lists": [[1]], "list with null": [None, None], "half a surrogate": "SURROGATE",
    "month 13": "2020-13-01", "day 31 of April": "2020-04-31", "German date": "01.02.2020", "American date": "02/01/2020", "date with blank": "2020-01-01 10:00",
    "time without zone": "2020-01-01T10:00:00", "24 o'clock": "2020-01-01T24:00:00Z", "year 0": "0000", "year 99999": "99999", "wide zone": "2020-01-01T10:00:00+25:00",
    "two dates": "2020-01-01/2020-02-01", "compact date": "20200101", "unknown code": "no-such-code", "upper case": "ACTIVE", "HTML": "<b>bold</b><script>x</script>",
    "another type's reference": {"reference": "Organization/none"}, "fragment of nothing": {"reference": "#none"}, "reference that is none": {"reference": "not a reference"},
    "reference list": [{"reference": "Practitioner/p"}], "reversed period": {"start": "2020-05-01", "end": "2020-01-01"}, "quantity without value": {"unit": "mg"},
    "quantity with text": {"value": "12", "unit": "mg"}, "unknown unit code": {"value": 1, "unit": "foo", "system": UCUM, "code": "foo bar"},
    "unit against its code": {"value": 5, "unit": "g", "system": UCUM, "code": "kg"}, "unknown comparator": {"value": 5, "comparator": "~", "unit": "g"}, "quantity without unit": {"value": 5}, "period without ends": {"id": "p"},
    "reversed range": {"low": {"value": 9, "unit": "mg"}, "high": {"value": 1, "unit": "mg"}}, "range of two units": {"low": {"value": 1, "unit": "mg"}, "high": {"value": 2, "unit": "g"}},
    "coding without code": {"coding": [{"system": SCT, "display": "words"}]}, "coding without system": {"coding": [{"code": "1"}]}, "code with blanks": {"coding": [{"system": SCT, "code": " 1 2 "}]},
    "system without scheme": {"coding": [{"system": "snomed", "code": "1"}]}, "two codings that differ": {"coding": [{"system": LOINC, "code": "2157-6"}, {"system": SCT, "code": "396230008"}]},
    "empty coding": {"coding": [{}]}, "coding as object": {"coding": {"code": "x"}}, "text as number": {"text": 5}, "concept as list": [{"text": "one"}, {"text": "two"}],
    "ratio": {"numerator": {"value": 1}, "denominator": {"value": 40}}, "only an extension": {"extension": [{"url": "http://x.example/e", "valueString": "y"}]},
    "extension without url": {"extension": [{"valueString": "y"}]}, "extension with two values": {"extension": [{"url": "http://x.example/e", "valueString": "y", "valueCode": "z"}]},
    "absent": {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]},
    "no-break spaces": "\u00a0\u00a0", "byte order mark": "\ufeffx", "zero": "a\u0000b", "no character": "a\uffff", "tiny number": "NUMBER1E-400", "minus zero": "NUMBER-0", "exponent": "NUMBER1e30",
    "week date": "2020-W01-1", "year before": "-2020", "leap day that is none": "2019-02-29", "end of days": "9999-12-31", "colonless zone": "2020-01-01T10:00:00+0100",
    "reference with user": {"reference": "https://u:p@h.example:443/fhir/Encounter/1"}, "reference upwards": {"reference": "../Encounter/1"}, "reference to root": {"reference": "/Encounter/1"},
    "reference to oid": {"reference": "urn:oid:1.2.3"}, "reference with version": {"reference": "Encounter/1/_history/1#x"}, "long reference": {"reference": "Encounter/" + "x" * 5000},
    "reference of identifier": {"identifier": {"value": "1"}, "type": "Encounter"}, "reference to itself": {"reference": "#"}, "condition": {"reference": "Encounter?identifier=a|b"},
    "deep extensions": {"extension": [{"url": "http://x.example/1", "extension": [{"url": "2", "extension": [{"url": "3", "extension": [{"url": "4", "valueBoolean": True}]}]}]}]},
    "extension with contained": {"extension": [{"url": "http://x.example/e", "valueReference": {"reference": "#gone"}}]}, "extension with everything": {"extension": [{"url": "http://x.example/e", "valueQuantity": {"value": 1}, "id": "e", "extension": []}]},
    "concept of null": {"coding": [None], "text": None}, "concept of strings": {"coding": ["396230008"], "text": ["x"]}, "coding list in list": {"coding": [[{"system": SCT, "code": "1"}]]},
    "ends of two kinds": {"start": "2020", "end": "words"}, "quantity of a list": {"value": [5], "unit": ["mg"]}, "value of an object": {"value": {"value": 5}}, "unit of a number": {"value": 5, "unit": 7},
    "ratio over zero": {"numerator": {"value": 1}, "denominator": {"value": 0}}, "attachment": {"contentType": "text/plain", "data": "not base64!"}, "annotation without text": {"time": "2020", "authorString": "x"},
    "code as object": {"value": "active"}, "money": {"value": 5, "currency": "EUR"}, "date of an object": {"value": "2020-01-01"},
}


def odd_value(name):
    def mutate(resource, rng):
        path, _ = rng.choice([each for each in places(resource) if each[0][-1] != "resourceType"])
        put(resource, path, copy.deepcopy(ODD_VALUES[name]))
        return path
    return mutate


def beside(name, value):
    """An element that no definition has, in some object."""
    def mutate(resource, rng):
        holders = [()] + [path for path, child in places(resource) if isinstance(child, dict)]
        path = rng.choice(holders) + (name,)
        put(resource, path, copy.deepcopy(value))
        return path
    return mutate


def primitive_sibling(value):
    """The sibling of a primitive that holds its id and extensions."""
    def mutate(resource, rng):
        path, _ = rng.choice([each for each in places(resource) if isinstance(each[0][-1], str) and each[0][-1] != "resourceType" and not isinstance(each[1], (dict, list))])
        path = path[:-1] + ("_" + path[-1],)
        put(resource, path, copy.deepcopy(value))
        return path
    return mutate


def only_extension(resource, rng):
    path, _ = rng.choice([each for each in places(resource) if isinstance(each[0][-1], str) and each[0][-1] not in ("resourceType", "id") and not isinstance(each[1], (dict, list))])
    put(resource, path[:-1] + ("_" + path[-1],), {"extension": [{"url": "http://x.example/e", "valueString": "y"}]})
    del at(resource, path[:-1])[path[-1]]
    return path


def second_choice(resource, rng):
    for name in ("value", "effective", "onset", "performed", "occurrence", "deceased", "abatement"):
        for there in [each for each in resource if each.startswith(name)]:
            resource[name + rng.choice(["String", "DateTime", "Boolean", "Nonsense", "Attachment"])] = "2020"
            return (there,)  # nobody knows which of the two is meant
    resource["valueNonsense"] = 1
    return ("valueNonsense",)


def more_in_list(value):
    """Something more in a list, behind what is there."""
    def mutate(resource, rng):
        lists = [path for path, child in places(resource) if isinstance(child, list) and path[0] not in ("contained",)]
        if not lists:
            resource["note"] = [copy.deepcopy(value)]
            return ("note",)
        path = rng.choice(lists)
        at(resource, path).append(copy.deepcopy(value))
        return path + (len(at(resource, path)) - 1,)
    return mutate


def whole(change):
    """Something about the resource itself: law 1 alone."""
    def mutate(resource, rng):
        change(resource, rng)
        return None
    return mutate


def set_top(**values):
    return whole(lambda resource, rng: resource.update(copy.deepcopy(values)))


def drop_top(resource, rng):
    del resource[rng.choice([each for each in resource if each not in ("resourceType", "id")])]


def set_id(make):
    return whole(lambda resource, rng: resource.update(id=make(resource["id"])))


MODIFIER = {"url": "http://x.example/modifier", "valueBoolean": True}
KINDS = {f"value: {each}": odd_value(each) for each in ODD_VALUES}
KINDS.update({f"element: {name} {type(value).__name__}": beside(name, value) for name, value in [
    ("foo", "bar"), ("foo", {"bar": [1]}), ("foo", []), ("foo", None), ("Code", {"text": "x"}), ("code ", "x"), ("", "x"), ("status ", "final"), ("fhir_comments", ["why"]),
    ("extension", [{"url": "http://x.example/e", "valueString": "y"}]), ("extension", {"url": "u"}), ("extension", [{"url": "http://x.example/e"}]), ("extension", ["x"]),
    ("extension", [{"url": "http://x.example/e", "extension": [{"url": "a", "valueCode": "c"}]}]), ("_foo", {"id": "x"}), ("id", "some id"), ("id", 5), ("userSelected", "yes"), ("version", 3), ("rank", "first"), ("assigner", {"display": "x"}),
    ("a" * 3000, 1), ("\u00fcml\u00e4ut", "x"), ("toString", 1), ("__proto__", {"x": 1}), ("resourceType", "Patient")]})
KINDS.update({
    "sibling: extension": primitive_sibling({"extension": [{"url": "http://x.example/e", "valueString": "y"}]}), "sibling: list": primitive_sibling([None]),
    "sibling: string": primitive_sibling("x"), "sibling: unknown": primitive_sibling({"foo": 1}), "sibling: empty": primitive_sibling({}), "only an extension": only_extension,
    "choice: two": second_choice, "left out": whole(drop_top),
    "id: long": set_id(lambda i: i + "x" * 100), "id: underscore": set_id(lambda i: i + "_1"), "id: umlaut": set_id(lambda i: i + "\u00e4"), "id: blank": set_id(lambda i: i + " 1"),
    "id: number": set_id(lambda i: 5), "id: empty": set_id(lambda i: ""), "id: none": whole(lambda r, _: r.pop("id")),
    "meta: odd": set_top(meta="x"), "meta: profile": set_top(meta={"profile": ["no url", 5]}), "meta: version": set_top(meta={"versionId": " ", "lastUpdated": "yesterday"}),
    "meta: security": set_top(meta={"security": [{"code": "R"}]}), "meta: test data": set_top(meta={"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}]}),
    "meta: subsetted": set_top(meta={"tag": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}]}),
    "modifierExtension": set_top(modifierExtension=[MODIFIER]), "modifierExtension: odd": set_top(modifierExtension="x"), "implicitRules": set_top(implicitRules="http://x.example/rules"),
    "language": set_top(language="klingon!"), "text: script": set_top(text={"status": "generated", "div": "<script>alert(1)</script>"}), "text: none": set_top(text={}),
    "text: broken": set_top(text={"status": "additional", "div": "<div><b></div>"}), "contained: string": set_top(contained=["x"]), "contained: nothing": set_top(contained=[{}]),
    "contained: unknown": set_top(contained=[{"resourceType": "Nonsense", "id": "n"}]), "contained: contained": set_top(contained=[{"resourceType": "Medication", "id": "m", "contained": [{"resourceType": "Substance", "id": "s"}]}]),
    "contained: Patient": set_top(contained=[{"resourceType": "Patient", "id": "p", "gender": "male"}]), "status: not done": set_top(status="not-done "), "status: unknown": set_top(status="nonsense"),
    "status: withdrawn": set_top(status="entered-in-error"), "status: number": set_top(status=5), "status: list": set_top(status=["final"]),
    "type: unknown": set_top(resourceType="Nonsense"), "type: number": set_top(resourceType=5), "type: lower case": whole(lambda r, _: r.update(resourceType=r["resourceType"].lower())),
    "type: none": whole(lambda r, _: r.pop("resourceType")), "subject: Group": set_top(subject={"reference": "Group/g"}), "subject: Device": set_top(subject={"reference": "Device/d"}),
    "subject: none": whole(lambda r, _: (r.pop("subject", 0), r.pop("patient", 0))), "subject: text": set_top(subject="Patient/x"), "subject: two": set_top(subject=[{"reference": "Patient/a"}, {"reference": "Patient/b"}]),
    "subject: display": set_top(subject={"display": "somebody"}), "focus: another": set_top(focus=[{"reference": "Patient/other"}]), "R5: shape": set_top(medication={"concept": {"text": "x"}}, occurrencePeriod={"start": "2020"}),
    "text: code": set_top(code="text"), "code: empty": set_top(code={}), "code: list": set_top(code=[{"text": "x"}]),
    "loop": whole(lambda r, _: r.update(partOf=[{"reference": f"{r['resourceType']}/{r['id']}"}], hasMember=[{"reference": f"{r['resourceType']}/{r['id']}"}])),
})
OTHER = {"resourceType": "Observation", "id": "x", "status": "final", "code": {"text": "inner"}}
KINDS.update({f"list: {json.dumps(value)}": more_in_list(value) for value in ("words", 5, None, True, [], {}, [{"text": "x"}], {"text": ""}, {"foo": 1}, {"id": "same"})})
KINDS.update({
    "contained: id twice": set_top(contained=[OTHER, {**OTHER, "code": {"text": "other"}}]), "contained: its own id": whole(lambda r, _: r.update(contained=[{**OTHER, "id": r["id"]}])),
    "contained: without id": set_top(contained=[{**OTHER, "id": None}]), "contained: itself": whole(lambda r, _: r.update(contained=[copy.deepcopy(r)])), "contained: as object": set_top(contained=OTHER),
    "contained: Bundle": set_top(contained=[{"resourceType": "Bundle", "id": "b", "type": "collection", "entry": [{"resource": OTHER}]}]), "contained: thousand": set_top(contained=[{"resourceType": "Organization", "id": f"o{i}"} for i in range(1000)]),
    "contained: somebody": set_top(contained=[{**OTHER, "subject": {"reference": "Patient/somebody-else"}}]), "sibling: too long": set_top(meta={"profile": ["http://x.example/p"], "_profile": [None, None, {"id": "x"}]}),
    "sibling: too short": set_top(meta={"profile": ["http://x.example/p", None], "_profile": [None]}), "sibling: object for list": set_top(meta={"profile": ["http://x.example/p"], "_profile": {"id": "x"}}),
    "sibling: of the status": set_top(_status={"extension": [{"url": "http://x.example/e", "valueString": "y"}]}), "status: null": set_top(status=None), "meta: list": set_top(meta=[{"versionId": "1"}]), "meta: future": set_top(meta={"versionId": "1", "lastUpdated": "9999-01-01T00:00:00Z"}),
    "meta: source": set_top(meta={"source": "not a uri \u00e4"}), "meta: tags": set_top(meta={"tag": ["x", {"code": "SUBSETTED"}, None]}), "text: object": set_top(text={"status": "generated", "div": {"p": "x"}}), "text: list": set_top(text=["x"]),
    "resource: twice": whole(lambda r, _: r.update(Observation=copy.deepcopy(r))), "resource: wrapped": whole(lambda r, _: r.update(resource=OTHER)), "subject: of itself": whole(lambda r, _: r.update(subject={"reference": f"{r['resourceType']}/{r['id']}"})),
    "subject: two names": set_top(subject={"reference": "Patient/a", "identifier": {"system": "urn:x", "value": "b"}}), "type: Parameters": whole(lambda r, _: (r.clear(), r.update(resourceType="Parameters", parameter=[{"name": "x", "resource": OTHER}]))),
    "type: OperationOutcome": whole(lambda r, _: (r.clear(), r.update(resourceType="OperationOutcome", issue=[{"severity": "error", "code": "x"}]))), "type: Binary": whole(lambda r, _: (r.clear(), r.update(resourceType="Binary", contentType="x", data="eA" * 50000))),
    "type: Bundle": whole(lambda r, _: (r.clear(), r.update(resourceType="Bundle", type="searchset", entry=[{"resource": {"resourceType": "Bundle", "entry": [None, "x", {}, {"resource": 5}]}}]))), "type: list": set_top(resourceType=["Observation"]),
    "type: List": whole(lambda r, _: (r.clear(), r.update(resourceType="List", status="current", mode="working", entry=[{"item": {"reference": "Observation/1"}, "deleted": True}]))), "type: R5's": set_top(resourceType="NutritionIntake"),
})
# What is odd about a Bundle around the resources, given their texts.
BUNDLES = {
    "bundle: null entry": lambda ts: ",".join(["null"] + ['{"resource":' + t + "}" for t in ts]), "bundle: string entry": lambda ts: ",".join(['"x"'] + ['{"resource":' + t + "}" for t in ts]),
    "bundle: empty entries": lambda ts: ",".join(["{}", '{"resource":{}}', '{"resource":null}', '{"fullUrl":5}'] + ['{"resource":' + t + "}" for t in ts]), "bundle: outcome": lambda ts: ",".join(['{"search":{"mode":"outcome"},"resource":{"resourceType":"OperationOutcome"}}'] + ['{"resource":' + t + "}" for t in ts]),
    "bundle: in bundle": lambda ts: ",".join('{"resource":{"resourceType":"Bundle","type":"collection","entry":[{"resource":' + t + "}]}}" for t in ts), "bundle: same fullUrl": lambda ts: ",".join('{"fullUrl":"urn:uuid:1","resource":' + t + "}" for t in ts),
    "bundle: odd request": lambda ts: ",".join('{"request":{"method":"FETCH","url":7},"resource":' + t + "}" for t in ts), "bundle: odd response": lambda ts: ",".join('{"response":{"status":200,"etag":{}},"resource":' + t + "}" for t in ts),
    "bundle: deletion of nothing": lambda ts: ",".join(['{"request":{"method":"DELETE"}}', '{"request":{"method":"DELETE","url":"x"}}'] + ['{"resource":' + t + "}" for t in ts]), "bundle: links": lambda ts: ",".join('{"link":"x","search":[],"resource":' + t + "}" for t in ts),
}
# What is odd about the line, given its text.
LINES = {
    "line: cut": lambda t: t[:-1], "line: garbage": lambda t: "garbage", "line: twice": lambda t: t + "\n" + t, "line: number": lambda t: "5", "line: list": lambda t: "[" + t + "]", "line: blank before": lambda t: "\n  \n" + t,
    "line: closing twice": lambda t: t + "}", "line: comma": lambda t: t[:-1] + ",}", "line: key twice": lambda t: '{"id":"other",' + t[1:], "line: two in one": lambda t: t + t, "line: comment": lambda t: t + " // why",
    "line: not a number": lambda t: t[:-1] + ',"x":NaN}', "line: half": lambda t: t[:len(t) // 2], "line: single quotes": lambda t: t.replace('"', "'"), "line: bad UTF-8": lambda t: t[:-1] + ',"x":"BADBYTES"}',
    "line: byte order mark": lambda t: "\ufeff" + t, "line: separator": lambda t: t[:-1] + ',"x":"\u2028"}', "line: form feed": lambda t: "\f" + t, "line: tabs": lambda t: "\t\t" + t + "\t", "line: number as text": lambda t: t[:-1] + ',"x":1.}', "line: hexadecimal": lambda t: t[:-1] + ',"x":0x1F}',
    "line: plus": lambda t: t[:-1] + ',"x":+1}', "line: true": lambda t: "true", "line: XML": lambda t: '<Patient xmlns="http://hl7.org/fhir"/>', "line: CSV": lambda t: "id;name;value", "line: quotes open": lambda t: t[:-2], "line: null before": lambda t: "null" + t,
    "line: carriage return": lambda t: t + "\r", "line: deep": lambda t: t[:-1] + ',"x":' + "[" * 300 + "]" * 300 + "}", "line: null": lambda t: "null", "line: empty": lambda t: "{}", "line: string": lambda t: '"x"',
}


# Those after which the text is JSON still, by its grammar.
VALUES = {"line: deep", "line: key twice"}


def text_of(resource):
    text = json.dumps(resource, ensure_ascii=False)
    for word, number in (("1E400", "1E400"), ("1E-400", "1E-400"), ("-0", "-0"), ("1e30", "1e30"), ("0." + "3" * 60,) * 2, ("1." + "0" * 400,) * 2):
        text = text.replace(f'"NUMBER{word}"', number)
    return text.replace('"SURROGATE"', '"a\\ud800b"')


def facts_of(paraneo, name, lines, work):
    """By record id: the facts by what they came from, without the origin; the subject under the Patient."""
    source, records = work / f"{name}.ndjson", work / f"{name}-records.ndjson"
    source.write_bytes(("\n".join(lines) + "\n").encode("utf-8", "surrogatepass").replace(b"BADBYTES", b"\xff\xfe"))
    done = subprocess.run([paraneo, "import", "--no-progress", "-o", records, source], capture_output=True, text=True, errors="replace")
    if done.returncode not in (0, 1):
        sys.exit(f"import ended with {done.returncode}: {done.stderr[-2000:]}")
    return facts_in(records)


def facts_in(records):
    out = {}
    for line in records.read_text(encoding="utf-8").splitlines():
        record = json.loads(line, parse_float=lambda t: f"number {t}", parse_int=lambda t: f"number {t}")
        facts = out[record["id"]] = collections.defaultdict(list)
        for group, value in record.items():
            for fact in (value if isinstance(value, list) else [value]):
                if isinstance(fact, dict):
                    fact = dict(fact)
                    facts[fact.pop("origin", {}).get("reference")].append((group, fact))
    return out


def without_links(value, gone):
    """Without what names a fact that is gone: a link is of both."""
    if isinstance(value, dict):
        kept = {name: without_links(child, gone) for name, child in value.items() if not (isinstance(child, str) and child in gone)} if gone else value
        return {name: child for name, child in kept.items() if child != []}
    if isinstance(value, (list, tuple)):
        return [without_links(child, gone) for child in value if not (isinstance(child, str) and child in gone)]
    return value


def leaves_of(value, path=""):
    if isinstance(value, dict):
        for name, child in value.items():
            yield from leaves_of(child, f"{path}.{name}")
    elif isinstance(value, list):
        for child in value:
            yield from leaves_of(child, path + "[]")
    else:
        yield path, value


def main():
    paraneo, count, seed = sys.argv[1], int((sys.argv[2:] + ["3000"])[0]), int((sys.argv[3:] + ["1"])[0])
    names = list(KINDS) + list(LINES) + list(BUNDLES)
    odd, without, tried = [], [], []
    for i in range(count):
        rng = random.Random(f"{seed}/{i}")
        patient, kind = f"q{i}", names[i % len(names)]
        resources = json.loads(json.dumps(chart(patient)))
        which = rng.randrange(len(resources))
        mutated = copy.deepcopy(resources[which])
        if kind in BUNDLES:
            path, text = None, text_of(mutated)
        elif kind in LINES:
            path, text = None, LINES[kind](text_of(mutated))
        else:
            path = KINDS[kind](mutated, rng)
            text = text_of(mutated)
        decides = path is None or any(step in DECIDES for step in path)
        plain = copy.deepcopy(resources)
        if not decides:
            for i, step in enumerate(path):
                if step in ("low", "high", "value", "valueQuantity", "doseQuantity"):
                    path = path[:i + (step in ("valueQuantity", "doseQuantity"))]  # the two ends of a range are one statement, and so are value, unit and code
                    break
            try:
                take(plain[which], path)
            except (KeyError, IndexError):
                pass  # it is an element more
        lines = [text if j == which else text_of(each) for j, each in enumerate(resources)]
        if kind in BUNDLES:
            lines = ['{"resourceType":"Bundle","type":"collection","entry":[' + BUNDLES[kind](lines) + "]}"]
        elif i // len(names) % 2 and (kind not in LINES or kind in VALUES):
            lines = ['{"resourceType":"Bundle","type":"collection","entry":[' + ",".join('{"resource":' + each + "}" for each in lines) + "]}"]
        odd += lines
        without += [text_of(each) for each in plain]
        tried.append((patient, kind, resources[which], path, decides, text))
    with tempfile.TemporaryDirectory() as folder:
        got = facts_of(paraneo, "odd", odd, pathlib.Path(folder))
        want = facts_of(paraneo, "without", without, pathlib.Path(folder))
    faults, shown = collections.Counter(), collections.defaultdict(list)
    for patient, kind, resource, path, decides, text in tried:
        mine = f"{resource['resourceType']}/{resource['id']}"
        where = f"{resource['resourceType']}{'' if path is None else '.' + '.'.join(map(str, path))}"
        def fault(what):
            faults[(what, kind)] += 1
            shown[(what, kind)].append(f"{where}: {text[:300] if len(text) < 3000 else text[:100]}")
        record = got.get(patient)
        if record is None:
            # A Patient that cannot be read at all, has another name or is no Patient takes the record's name with it.
            if resource["resourceType"] != "Patient" or not (decides and (path is None or path[0] == "id")):
                fault("the record is gone")
            continue
        gone = {fact["key"] for _, fact in want[patient].get(mine, []) if "key" in fact} if mine not in record else set()
        for reference, facts in want[patient].items():
            if reference != mine and without_links(record.get(reference), gone) != without_links(facts, gone):
                fault("another fact changed")
                shown[("another fact changed", kind)][-1] = f"{where}: {facts} became {record.get(reference)}"
                break
        if decides or mine not in want[patient]:
            continue
        have = collections.Counter(map(repr, leaves_of([fact for _, fact in record.get(mine, [])])))
        lost = collections.Counter(map(repr, leaves_of([fact for _, fact in want[patient][mine]]))) - have
        if "valueQuantity" in path:
            lost = [each for each in lost if ".code.code" not in each]  # the value decides which code a test has
        if lost:
            fault("the fact is gone" if mine not in record else "what stands beside it is gone")
            shown[("the fact is gone" if mine not in record else "what stands beside it is gone", kind)][-1] += f"\n      lost {list(lost)[:3]}"
    print(f"{count} charts, {len(names)} kinds of oddness: {sum(faults.values())} faults")
    for (what, kind), number in sorted(faults.items(), key=lambda each: -each[1]):
        print(f"  {number:5} {what}: {kind}")
        for each in shown[(what, kind)][:3]:
            print(f"    {each[:1500]}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

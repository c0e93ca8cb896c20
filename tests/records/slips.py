#!/usr/bin/env python3
"""What a clerk gets wrong: the JSON Schema marks in an editor what the program refuses, as far as a schema can.

    tests/records/slips.py PARANEO

Without Python's jsonschema it says that it is skipped. Also: every committed record is right by the schema.
"""
import copy
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BASE = {
    "resourceType":"CaseRecord","version":"1","id":"s1","source":{"title":"A report","identifier":{"system":"https://doi.org","value":"10.1/x"}},
"subject":{"sex":"female","age":{"number":49,"unit":"a"}},
"encounters":[{"key":"adm","class":"IMP","start":{"date":"2019-03-01"}}],
"conditions":[{"key":"dm","kind":"diagnosis","code":{"code":"dx-dermatomyositis"},"verificationStatus":"confirmed","onset":{"date":"2018-10"}},
 {"key":"ca","kind":"primary-neoplasm","behavior":"malignant","code":{"code":"dx-lung-nec"},"site":[{"code":"site-lung","laterality":"laterality-right"}]}],
"observations":[{"key":"ck","code":{"code":"lab-creatine-kinase"},"value":{"number":900,"unit":"U/L"},"at":{"date":"2019-03-02"}}],
"medications":[{"key":"psl","status":"active","code":{"code":"med-prednisolone"},"dosage":[{"rate":{"numerator":60,"unit":"mg","denominator":1,"perUnit":"day"}}]}],
"procedures":[{"key":"op","code":{"text":"lobectomy"},"category":{"code":"proc-surgery"},"at":{"date":"2019-04-01"},"reasonFact":["ca"]}]}


def D(*path, v):
    """Puts the value there."""
    def change(record):
        at = record
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = v
    return change


SLIPS = {
"id with underscore":D("id",v="case_1"),"no id":lambda r:r.pop("id"),"version number":D("version",v=1),"version 2":D("version",v="2"),"misspelt field":lambda r:r.update(observation=r.pop("observations")),
"list as object":lambda r:r.update(observations=r["observations"][0]),"key with blank":D("conditions",0,"key",v="d m"),"key twice":D("conditions",1,"key",v="dm"),"no key":lambda r:r["conditions"][0].pop("key"),"key reserved":D("conditions",0,"key",v="subject"),
"sex F":D("subject","sex",v="F"),"age unit years":D("subject","age","unit",v="years"),"age as number":D("subject","age",v=49),"age negative":D("subject","age","number",v=-1),"date German":D("observations",0,"at","date",v="02.03.2019"),
"date US":D("observations",0,"at","date",v="3/2/2019"),"month 13":D("observations",0,"at","date",v="2019-13"),"day 31 April":D("observations",0,"at","date",v="2019-04-31"),"at as string":D("observations",0,"at",v="2019-03-02"),"number as text":D("observations",0,"value","number",v="900"),"decimal comma":D("observations",0,"value","number",v="9,5"),
"two value forms":D("observations",0,"value",v={"number":1,"text":"high"}),"comparator unknown":D("observations",0,"value","comparator",v="=>"),"unit unknown":D("observations",0,"value","unit",v="foos"),"unitCode no UCUM":D("observations",0,"value",v={"number":1,"unit":"x","unitCode":"foo bar"}),"unit dimension":D("observations",0,"value",v={"number":1,"unit":"kg","unitCode":"g"}),
"code unknown":D("conditions",0,"code","code",v="dx-dermatomyositiss"),"drug as site":D("conditions",1,"site",v=[{"code":"med-prednisolone"}]),"site not a list":D("conditions",1,"site",v={"code":"site-lung"}),"code as string":D("conditions",0,"code",v="dermatomyositis"),"laterality right":D("conditions",1,"site",0,"laterality",v="right"),"kind unknown":D("conditions",1,"kind",v="cancer"),"behavior on DM":D("conditions",0,"behavior",v="malignant"),
"status typo":D("medications",0,"status",v="stoped"),"reason of nobody":D("procedures",0,"reasonFact",v=["cancer"]),"reason is a drug":D("procedures",0,"reasonFact",v=["psl"]),"anchor of nobody":D("observations",0,"at",v={"relation":"after-start","anchor":"nope","offset":2,"unit":"d"}),"anchor without relation":D("observations",0,"at",v={"anchor":"psl"}),"offset negative":D("observations",0,"at",v={"relation":"after-start","anchor":"psl","offset":-2,"unit":"d"}),"offset without unit":D("observations",0,"at",v={"relation":"after-start","anchor":"psl","offset":2}),
"relation unknown":D("observations",0,"at",v={"relation":"after","anchor":"psl"}),"at and start":lambda r:r["procedures"][0].update(start={"date":"2019"}),"abatement while active":lambda r:r["conditions"][0].update(clinicalStatus="active",abatement={"date":"2019"}),"range reversed":D("observations",0,"value",v={"low":9,"high":1,"unit":"U/L"}),"member of itself":D("observations",0,"member",v=["ck"]),"empty string":D("conditions",0,"code",v={"text":""}),"empty code":D("conditions",0,"code",v={}),"empty list":D("observations",v=[]),"null":D("subject","sex",v=None),"dose with comparator":D("medications",0,"dosage",0,v={"dose":{"number":5,"unit":"mg","comparator":"<"}}),"period without unit":D("medications",0,"dosage",0,v={"frequency":1,"period":1}),"LOINC as code":D("observations",0,"code",v={"code":"2157-6"}),"coding without code":D("observations",0,"code",v={"coding":[{"system":"http://loinc.org"}]}),"system without scheme":D("observations",0,"code",v={"coding":[{"system":"loinc","code":"2157-6"}]}),"race without text":D("subject","race",v={"category":["2106-3"]}),"radiation without dose":D("procedures",0,"radiation",v=[{"volume":"chest"}]),"dose range of radiation":D("procedures",0,"radiation",v=[{"dose":{"low":50,"high":60,"unit":"Gy"}}]),"same as itself":D("subject","sameAs",v=[{"record":"s1"}]),"died and deceased":lambda r:r["subject"].update(died={"date":"2020"},deceased=True),
}
# What compares facts or values with each other, or knows all of UCUM: no schema can.
BEYOND_A_SCHEMA = {"key twice", "unitCode no UCUM", "unit dimension", "reason of nobody", "reason is a drug", "anchor of nobody", "range reversed", "member of itself", "same as itself"}
# Odd, and accepted with a word or without.
ACCEPTED = {"unit unknown", "code unknown", "relation unknown", "LOINC as code", "system without scheme"}


def main():
    try:
        import jsonschema
    except ImportError:
        print("SKIPPED: Python's jsonschema is not here")
        return 0
    schema = json.loads((ROOT / "profiles/case-record.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft7Validator(schema)
    wrong = []
    for path in sorted((ROOT / "tests/records").rglob("*.json")):
        wrong += [f"{path}: {each.message[:200]}" for each in validator.iter_errors(json.loads(path.read_text(encoding="utf-8")))]
    wrong += [f"the record without slips: {each.message[:200]}" for each in validator.iter_errors(BASE)]
    for name, change in SLIPS.items():
        record = copy.deepcopy(BASE)
        change(record)
        done = subprocess.run([sys.argv[1], "export", "-", "-o", "/dev/null"], input=json.dumps(record), capture_output=True, text=True)
        is_refused, is_marked = "gave nothing" in done.stderr, not validator.is_valid(record)
        if is_refused == (name in ACCEPTED):
            wrong.append(f"{name}: the program {'refuses' if is_refused else 'accepts'} it")
        if is_marked != (is_refused and name not in BEYOND_A_SCHEMA):
            wrong.append(f"{name}: the schema {'refuses' if is_marked else 'passes'} it")
        if is_refused and "(at /" not in done.stderr:
            wrong.append(f"{name}: the message does not say where: {done.stderr}")
    print("\n".join([f"{len(SLIPS)} slips: {len(wrong)} faults"] + wrong))
    return 1 if wrong else 0


sys.exit(main())

#!/usr/bin/env python3
"""The law of isolation.py for FHIR XML: whatever is odd in one resource, the facts of all others are the same.

    tests/accounting/xml_twins.py PARANEO [COUNT] [SEED]

Writes the charts of isolation.py as XML, each with something odd in one resource, where XML can say it; shares no code with
the importer.
"""
import collections
import copy
import json
import pathlib
import random
import subprocess
import sys
import tempfile
from xml.sax.saxutils import quoteattr

import isolation


class Unsayable(Exception):
    """XML has no place for it."""


def text_of(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return json.dumps(value)
    if value.startswith("NUMBER") or value == "SURROGATE" or any((ord(c) < 32 and c not in "\t\n\r") or 0xD800 <= ord(c) <= 0xDFFF or ord(c) >= 0xFFFE for c in value):
        raise Unsayable
    return value


def name_of(name):
    if not (name and (name[0].isalpha() or name[0] == "_") and all(c.isalnum() or c in "_-." for c in name)):
        raise Unsayable
    return name


def element(name, value, sibling, out):
    if name == "div" or isinstance(value, list) or (value is None and sibling is None) or not isinstance(sibling, (dict, type(None))):
        raise Unsayable
    if isinstance(value, dict) and name in ("resource", "contained") and isinstance(value.get("resourceType"), str):
        out.append(f"<{name}>")
        resource(value, out)
        out.append(f"</{name}>")
        return
    attributes, inner = "", []
    as_attributes = ("id", "url") if name in ("extension", "modifierExtension") else ("id",)
    for holder in (value, sibling):
        if isinstance(holder, dict):
            for each in as_attributes:
                if each in holder:
                    if not isinstance(holder[each], (str, int)):
                        raise Unsayable
                    attributes += f" {each}={quoteattr(text_of(holder[each]))}"
            body(holder, inner, as_attributes)
        elif holder is not None:
            attributes += f" value={quoteattr(text_of(holder))}"
    out.append(f"<{name_of(name)}{attributes}>" + "".join(inner) + f"</{name}>")


def body(holder, out, passed_over):
    for name, value in holder.items():
        if name in passed_over or name == "resourceType" or (name.startswith("_") and name[1:] in holder):
            continue
        if name.startswith("_"):
            element(name[1:], None, value, out)
            continue
        sibling = holder.get("_" + name)
        if isinstance(value, list) and (sibling is not None or not value):
            raise Unsayable
        for each in value if isinstance(value, list) else [value]:
            element(name, each, sibling, out)


def resource(value, out):
    kind = value.get("resourceType")
    if not isinstance(kind, str) or not isinstance(value.get("id", ""), (str, int)):
        raise Unsayable
    out.append(f'<{name_of(kind)} xmlns="http://hl7.org/fhir">')
    if "id" in value:
        out.append(f"<id value={quoteattr(text_of(value['id']))}/>")
    body(value, out, ("id",))
    out.append(f"</{kind}>")


def bundle_of(resources):
    out = ['<Bundle xmlns="http://hl7.org/fhir"><type value="collection"/>']
    for each in resources:
        out.append("<entry><resource>")
        resource(each, out)
        out.append("</resource></entry>")
    return "".join(out) + "</Bundle>"


def facts_of(paraneo, folder):
    records = folder.with_suffix(".ndjson")
    done = subprocess.run([paraneo, "import", "--no-progress", "-o", records, folder], capture_output=True, text=True, errors="replace")
    if done.returncode not in (0, 1):
        sys.exit(f"import ended with {done.returncode}: {done.stderr[-2000:]}")
    return isolation.facts_in(records)


def main():
    paraneo, count, seed = sys.argv[1], int((sys.argv[2:] + ["1000"])[0]), int((sys.argv[3:] + ["1"])[0])
    names, tried, faults = list(isolation.KINDS), [], collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as work:
        odd, plain = pathlib.Path(work, "odd"), pathlib.Path(work, "plain")
        for folder in (odd, plain):
            folder.mkdir()
        for i in range(count):
            rng = random.Random(f"{seed}/xml/{i}")
            patient, kind = f"q{i}", names[i % len(names)]
            resources = json.loads(json.dumps(isolation.chart(patient)))
            which = rng.randrange(len(resources))
            mutated = copy.deepcopy(resources)
            isolation.KINDS[kind](mutated[which], rng)
            try:
                text = bundle_of(mutated)
            except Unsayable:
                continue
            (odd / f"{patient}.xml").write_text(text, encoding="utf-8")
            (plain / f"{patient}.xml").write_text(bundle_of(resources), encoding="utf-8")
            tried.append((patient, kind, resources[which], json.dumps(mutated[which])[:300]))
        got, want = facts_of(paraneo, odd), facts_of(paraneo, plain)
    for patient, kind, resource_, text in tried:
        mine = f"{resource_['resourceType']}/{resource_['id']}"
        record = got.get(patient)
        if record is None:
            # A Patient that cannot be read, or has another name, takes the record's name with it.
            if resource_["resourceType"] != "Patient":
                faults[("the record is gone", kind)].append(text)
            continue
        gone = {fact["key"] for _, fact in want[patient].get(mine, []) if "key" in fact} if mine not in record else set()
        for reference, facts in want[patient].items():
            if reference != mine and isolation.without_links(record.get(reference), gone) != isolation.without_links(facts, gone):
                faults[("another fact changed", kind)].append(f"{text}\n      {facts} became {record.get(reference)}")
                break
    print(f"{len(tried)} charts as XML: {sum(map(len, faults.values()))} faults")
    for (what, kind), each in faults.items():
        print(f"  {len(each):5} {what}: {kind}\n    {each[0][:1500]}")
    return 1 if faults or not tried else 0


if __name__ == "__main__":
    sys.exit(main())

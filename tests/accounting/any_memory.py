#!/usr/bin/env python3
"""What an import makes of a hospital's data is the same in any memory, and when it ran out of room it has made nothing.

    tests/accounting/any_memory.py PARANEO [PACKAGE.tgz...]

Compares records and report of an import that holds all in memory with one that may hold almost nothing, and so works through
temporary files in many shards: of generated data with every kind of link, of a delta to a folder, and of the examples of FHIR
NPM packages. A package that is not there is skipped, loudly.
"""
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "bench"))
import hospital  # noqa: E402

PATIENTS, EACH = 240, 12
LITTLE, MUCH = "1M", "4G"


def run(paraneo, *arguments, **environment):
    ended = subprocess.run([paraneo, "import", "--no-progress", *map(str, arguments)], capture_output=True, text=True, env={**os.environ, **environment})
    if ended.returncode < 0:
        sys.exit(f"killed by signal {-ended.returncode}: {' '.join(map(str, arguments))}")
    return ended


def lines_of(path):
    return sorted(path.read_text().splitlines())


def folder_of(path):
    return {each.name: each.read_text() for each in path.glob("*.json")}


def differences(what, little, much):
    if little == much:
        print(f"{what}: the same, {len(much)}")
        return len(much) == 0
    both = set(little) ^ set(much)
    print(f"{what}: {len(little)} and {len(much)}, {len(both)} differ; the first: {sorted(both)[0][:400] if both else 'in their contents'}")
    return True


def compare(paraneo, what, work, inputs, *arguments):
    wrong = False
    for memory in (LITTLE, MUCH):
        run(paraneo, *inputs, "--memory", memory, "-o", work / f"{memory}.ndjson", "--report", work / f"{memory}.report.ndjson", *arguments)
    for name, suffix in (("records", ".ndjson"), ("report", ".report.ndjson")):
        wrong |= differences(f"{what}, {name}", lines_of(work / (LITTLE + suffix)), lines_of(work / (MUCH + suffix)))
    return wrong


def compare_deltas(paraneo, work, inputs):
    wrong = False
    more, deleted = hospital.delta(PATIENTS, EACH)
    (work / "more.ndjson").write_text(hospital.text_of(more))
    (work / "deleted.ndjson").write_text(hospital.text_of(deleted))
    # Some more of the same patients, so that a delta is more than a shard.
    rest = [line for line in hospital.hospital(PATIENTS, EACH, 3) if line["resourceType"] != "Bundle"]
    (work / "rest.ndjson").write_text(hospital.text_of(rest))
    for memory in (LITTLE, MUCH):
        folder = work / f"records-{memory}"
        for step in (inputs, [work / "more.ndjson", "--deletions", work / "deleted.ndjson", work / "rest.ndjson"]):
            run(paraneo, *step, "--source", "mary", "--memory", memory, "--into", folder)
    little, much = (folder_of(work / f"records-{memory}") for memory in (LITTLE, MUCH))
    wrong |= differences("delta, records", sorted(little), sorted(much))
    wrong |= differences("delta, their contents", sorted(little.values()), sorted(much.values()))
    if any("Condition-c2-0" in text for text in much.values()):
        print("delta: what was deleted is still there")
        wrong = True
    return wrong


def compare_what_the_folder_knows(paraneo, work):
    """What only the records tell: whose a deleted resource is, who replaced whom in a former delta; and a specimen of somebody else."""
    count = 300
    result = lambda name, patient, **more: {"resourceType": "Observation", "id": name, "status": "final", "code": {"text": "CK"},
                                            "subject": {"reference": f"Patient/{patient}"}, "valueString": name, **more}
    full, more, deleted = [], [], []
    for p in range(count):
        # Those who are replaced stand far from who replaces them.
        link = {"link": [{"other": {"reference": f"Patient/a{p + 1:03}"}, "type": "replaces"}]} if p % 10 == 0 else {}
        full.append({"resourceType": "Patient", "id": f"z{p:03}", "gender": "male", **link})
        if p % 10 == 1:
            full += [{"resourceType": "Patient", "id": f"a{p:03}", "gender": "male"}, result(f"of-a{p}", f"a{p:03}")]
            more.append(result(f"late{p}", f"a{p:03}"))
        full += [result(f"o{p}-{k}", f"z{p:03}") for k in range(3)]
        more.append(result(f"new{p}", f"z{p:03}"))
        if p % 50 == 3:
            more += [{"resourceType": "Specimen", "id": f"s{p}", "subject": {"reference": f"Patient/z{(p + 150) % count:03}"}},
                     result(f"wrong{p}", f"z{p:03}", specimen={"reference": f"Specimen/s{p}"})]
        if p % 4 == 0:
            deleted.append({"request": {"method": "DELETE", "url": f"Observation/o{p}-1"}})
    (work / "known.ndjson").write_text(hospital.text_of(full))
    (work / "known-more.ndjson").write_text(hospital.text_of(reversed(more)))
    (work / "known-deleted.ndjson").write_text(hospital.text_of([{"resourceType": "Bundle", "type": "transaction", "entry": deleted}]))
    for memory in (LITTLE, MUCH):
        for step in ([work / "known.ndjson"], [work / "known-more.ndjson", "--deletions", work / "known-deleted.ndjson"]):
            run(paraneo, *step, "--source", "mary", "--memory", memory, "--into", work / f"known-{memory}")
    little, much = (folder_of(work / f"known-{memory}") for memory in (LITTLE, MUCH))
    if any("wrong3" in text or '"Observation-o0-1"' in text for text in much.values()):
        print("what the folder knows: a fact of somebody else's specimen, or a deleted one")
        return True
    return differences("what the folder knows", sorted(little.values()), sorted(much.values()))


def xml_bundle(patients):
    """What messages and the report say of places is about the XML."""
    out = ['<Bundle xmlns="http://hl7.org/fhir">\n <type value="collection"/>']
    for p in range(patients):
        out.append(f' <entry><resource><Patient><id value="x{p}"/><active value="true"/></Patient></resource></entry>')
        out.extend(f' <entry><resource><Observation><id value="x{p}-{k}"/>\n  <status value="final"/><code><text value="CK"/></code>'
                   f'<subject><reference value="Patient/x{p}"/></subject><issued value="2020-01-01T00:00:00Z"/>\n  <valueInteger value="{k}"/></Observation></resource></entry>'
                   for k in range(5))
    return "\n".join(out) + "\n</Bundle>\n"


def without_room(paraneo, work, inputs):
    wrong = False
    nowhere = str(work / "nowhere")
    for memory, code in ((LITTLE, 2), (MUCH, 1)):
        outputs = [work / f"room-{memory}.{name}" for name in ("ndjson", "report.ndjson", "csv")]
        ended = run(paraneo, *inputs, "--memory", memory, "-o", outputs[0], "--report", outputs[1], "--unmapped", outputs[2], TMPDIR=nowhere)
        if ended.returncode != code or [each.exists() for each in outputs] != [memory == MUCH] * 3 or (memory == LITTLE) != ("TMPDIR" in ended.stderr):
            print(f"without room for temporary files, --memory {memory}: exit {ended.returncode}, {ended.stderr[:400]}")
            wrong = True
    return wrong


def main():
    paraneo, packages = os.path.abspath(sys.argv[1]), sys.argv[2:]
    wrong = False
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        (work / "in.ndjson").write_text(hospital.text_of(hospital.hospital(PATIENTS, EACH)))
        inputs = [work / "in.ndjson"]
        wrong |= without_room(paraneo, work, inputs)
        wrong |= compare(paraneo, "a hospital", work, inputs)
        (work / "persons.csv").write_text("person,source,id\n" + "".join(f"person-{i},mary,p{j}\n" for i in range(0, PATIENTS, 20) for j in (i, (i * 7 + 3) % PATIENTS) if j % 20 in (0, 3)))
        wrong |= compare(paraneo, "a hospital and a crosswalk", work, inputs, "--source", "mary", "--crosswalk", work / "persons.csv")
        for i in range(2):
            (work / f"{i}.xml").write_text(xml_bundle(40).replace('"x', f'"x{i}').replace("/x", f"/x{i}"))
        wrong |= compare(paraneo, "XML", work, [work / "0.xml", work / "1.xml"])
        wrong |= compare_what_the_folder_knows(paraneo, work)
        wrong |= compare_deltas(paraneo, work, inputs)
        for package in packages:
            if not os.path.exists(package):
                print(f"SKIPPED: {package} is not there")
                continue
            examples = work / pathlib.Path(package).stem
            with tarfile.open(package) as archive:
                archive.extractall(examples, filter="data") if hasattr(tarfile, "data_filter") else archive.extractall(examples)
            folder = examples / "package" / "example"
            wrong |= compare(paraneo, pathlib.Path(package).stem, work, [folder if folder.exists() else examples / "package"])
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Asks a FHIR server's $validate about every resource of an NDJSON file; exits 1 on any error.

    validate.py URL CA_FILE RESOURCES.ndjson PACKAGE.tgz|FOLDER...

The definitions of the packages and folders are put on the server first, so that claimed profiles are
checked.
"""
import collections
import concurrent.futures
import json
import pathlib
import ssl
import sys
import tarfile
import urllib.error
import urllib.request

url, authority, path = sys.argv[1:4]
packages = sys.argv[4:]
context = ssl.create_default_context(cafile=authority)


def send(method, where, body):
    request = urllib.request.Request(f"{url}/{where}", data=body, method=method,
                                     headers={"Content-Type": "application/fhir+json"})
    with urllib.request.urlopen(request, context=context, timeout=300) as answer:
        return json.load(answer)


KINDS = ("StructureDefinition", "ValueSet", "CodeSystem")


def definitions(package):
    """Names and contents of a package's or a folder's definitions."""
    if pathlib.Path(package).is_dir():
        for file in sorted(pathlib.Path(package).glob("*.json")):
            yield file.name, json.loads(file.read_text(encoding="utf-8"))
        return
    with tarfile.open(package) as archive:
        for member in archive.getmembers():
            name = member.name.rpartition("/")[2]
            if member.name.count("/") == 1 and name.startswith(tuple(k + "-" for k in KINDS)):
                yield name, json.load(archive.extractfile(member))


def load(package):
    for name, resource in definitions(package):
        if resource.get("resourceType") not in KINDS:
            continue
        resource.pop("text", None)
        try:
            send("PUT", f"{resource['resourceType']}/{resource['id']}", json.dumps(resource).encode())
        except urllib.error.HTTPError as error:
            print(f"not loaded: {name}: {error.code}")


def issues(line):
    kind = json.loads(line)["resourceType"]
    try:
        outcome = send("POST", f"{kind}/$validate", line.encode())
    except urllib.error.HTTPError as error:
        outcome = json.load(error)
    return [(kind, i["severity"], i.get("diagnostics", "")) for i in outcome.get("issue", [])]


def main():
    for package in packages:
        load(package)
    with open(path, encoding="utf-8") as file:
        lines = [line for line in file if line.strip()]
    found = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for result in pool.map(issues, lines):
            found.update(i for i in result if i[1] in ("error", "fatal"))
    for (kind, severity, text), count in found.most_common(20):
        print(f"{count} x {kind}: {severity}: {text}")
    print(f"{'FAILED' if found else 'ok'}: $validate of {len(lines)} resources, {sum(found.values())} errors")
    sys.exit(1 if found or not lines else 0)


main()

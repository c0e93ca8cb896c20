#!/usr/bin/env python3
"""Writes an SPDX 2.3 document of what a program is made of: the shared libraries that it names, the libraries that are
compiled in from headers, and HL7's packages.

Reads the program itself (objdump) and Debian's records (dpkg-query), so that it names what is linked and nothing else.
The same input gives the same bytes: the time is SOURCE_DATE_EPOCH, or the changelog's.
"""
import argparse
import datetime
import hashlib
import json
import os
import pathlib
import subprocess
import sys


def lines_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}).stdout.splitlines()


def libraries_of(program):
    """Path of each library that the program itself names."""
    needed = [line.split()[1] for line in lines_of("objdump", "-p", program) if line.split()[:1] == ["NEEDED"]]
    where = {}
    for line in lines_of("ldd", program):
        parts = line.split()
        if len(parts) > 2 and parts[1] == "=>":
            where[parts[0]] = parts[2]
    return {name: where.get(name) for name in needed}


def owner_of(path):
    """The Debian package that a file belongs to."""
    for each in (path, os.path.realpath(path), "/usr" + os.path.realpath(path), os.path.realpath(path).removeprefix("/usr")):
        done = subprocess.run(["dpkg-query", "-S", each], capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout.splitlines()[0].rsplit(": ", 1)[0].split(",")[0]
    return None


def version_of(package):
    done = subprocess.run(["dpkg-query", "-W", "-f=${Version} ${source:Package} ${source:Version}", package], capture_output=True, text=True)
    return done.stdout.split() if done.returncode == 0 and done.stdout.strip() else None


def debian(package, version, comment):
    name = package.split(":")[0]
    return {"name": name, "SPDXID": f"SPDXRef-deb-{name.replace('+', 'x')}", "versionInfo": version, "supplier": "Organization: Debian", "downloadLocation": "NOASSERTION",
            "filesAnalyzed": False, "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION", "copyrightText": "NOASSERTION", "comment": comment,
            "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": f"pkg:deb/debian/{name}@{version}?distro=bookworm"}]}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    for name in ("--name", "--version", "--output"):
        arguments.add_argument(name, required=True)
    for name in ("--headers", "--fhir"):
        arguments.add_argument(name, nargs="*", default=[])
    given = arguments.parse_args()
    made_of = {}
    for library, path in libraries_of(given.program).items():
        package = owner_of(path) if path else None
        if package is None:
            sys.exit(f"{library}: no Debian package has it")
        entry = made_of.setdefault(package, debian(package, version_of(package)[0], ""))
        entry["comment"] = ", ".join(filter(None, [entry["comment"].removeprefix("linked: "), library]))
        entry["comment"] = "linked: " + entry["comment"]
    for package in given.headers:
        version = version_of(package)
        if version is None:
            sys.exit(f"{package}: it is not installed, so nothing can be said of it")
        made_of.setdefault(package, debian(package, version[0], "compiled in from headers"))
    packages = [made_of[each] for each in sorted(made_of)]
    for each in given.fhir:
        name, version = each.rsplit("@", 1)
        packages.append({"name": name, "SPDXID": f"SPDXRef-fhir-{name}", "versionInfo": version, "supplier": "Organization: HL7 International", "downloadLocation": "NOASSERTION",
                         "filesAnalyzed": False, "licenseConcluded": "NOASSERTION", "licenseDeclared": "CC0-1.0", "copyrightText": "NOASSERTION", "comment": "its definitions are inside the program",
                         "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": f"pkg:npm/{name}@{version}"}]})
    root = {"name": given.name, "SPDXID": "SPDXRef-program", "versionInfo": given.version, "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
            "licenseConcluded": "Apache-2.0", "licenseDeclared": "Apache-2.0", "copyrightText": "NOASSERTION", "primaryPackagePurpose": "APPLICATION"}
    content = json.dumps([root] + packages, sort_keys=True)
    created = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "1764460800")), datetime.timezone.utc)
    document = {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"{given.name}-{given.version}",
        "documentNamespace": f"https://paraneo.github.io/spdx/{given.name}-{given.version}-{hashlib.sha256(content.encode()).hexdigest()[:16]}",
        "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: sbom.py"]},
        "packages": [root] + packages,
        "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-program"}] +
                         [{"spdxElementId": "SPDXRef-program", "relationshipType": "DYNAMIC_LINK" if each["comment"].startswith("linked") else "CONTAINS", "relatedSpdxElement": each["SPDXID"]}
                          for each in packages],
    }
    pathlib.Path(given.output).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

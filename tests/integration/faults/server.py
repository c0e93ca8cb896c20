"""What a FHIR server holds, with all versions."""
import json
import re
import ssl
import urllib.request


def histories(url, authority):
    """{"Type/id": [content of version 1, ...]}; a version that is a deletion is None."""
    tls = ssl.create_default_context(cafile=authority)
    found = {}
    # Without _since, HAPI cuts the history off at a number of entries that it remembers for a minute.
    page = f"{url}/_history?_since=2000-01-01T00:00:00Z&_count=50"
    while page:
        with urllib.request.urlopen(page, context=tls) as reply:
            bundle = json.load(reply, parse_float=as_written, parse_int=as_written)
        for entry in bundle.get("entry", []):
            take(entry, found)
        page = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)
    return {target: [content for _, content in sorted(versions.items())] for target, versions in found.items()}


def as_written(number):
    return f"number {number}"


def take(entry, found):
    place = re.search(r"([A-Z]\w+/[A-Za-z0-9.-]+)/_history/(\d+)", json.dumps(entry))
    if entry["request"]["method"] == "DELETE":
        version = int(place.group(2)) if place else 0
        found.setdefault(re.sub("/_history.*", "", entry["request"]["url"]), {})[version] = None
        return
    resource = entry["resource"]
    meta = resource["meta"]
    version = int(meta.pop("versionId"))
    del meta["lastUpdated"]
    if "source" in meta:
        meta["source"] = meta["source"].split("#")[0]  # HAPI puts the request's number behind it
    found.setdefault(f"{resource['resourceType']}/{resource['id']}", {})[version] = json.dumps(resource)


def of_records(found, prefix):
    """The resources of records whose ids have the prefix, by what they are called without it. Their
    own ids are derived from it, so they are put in words too."""
    names = {}
    for target, versions in found.items():
        content = next(filter(None, versions), "")
        called = re.search('"value": "' + re.escape(prefix) + '([^"]*)"', content)
        if called:
            names[target.split("/")[1]] = called.group(1)
    ids = re.compile("|".join(map(re.escape, names)))
    plain = {}
    for target, versions in found.items():
        kind, own = target.split("/")
        if own in names:
            plain[f"{kind} {names[own]}"] = [
                text and ids.sub(lambda match: names[match.group()], text).replace(prefix, "") for text in versions]
    return plain

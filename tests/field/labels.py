"""What servers and people there add to the meta of what sync has written."""
from kit import Server, case
from sources import begun, record, sync, values

TAG = {"system": "urn:of:others", "code": "seen"}
LABEL = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}


def add(server, **meta):
    """A new version of everything, in which nothing but the meta is new."""
    for each in list(server.store.values()):
        lists = {name: [*each["meta"].get(name, []), *more] for name, more in meta.items() if isinstance(more, list)}
        server.put({**each, "meta": {**each["meta"], **meta, **lists}})


def labelled(server):
    with server.lock:
        return [LABEL in each["meta"].get("security", []) and TAG in each["meta"].get("tag", []) for each in server.store.values()]


@case
def labels_and_profiles_of_others(place):
    """Not a word of the content is another: our change goes on, and nothing waits for a person."""
    for added in ({"tag": [TAG], "security": [LABEL]}, {"tag": [TAG]}, {"profile": ["http://example.org/hospital"]},
                  {"tag": [TAG], "security": [LABEL], "profile": ["http://example.org/hospital"]}):
        (place.folder / "ledger.sqlite").unlink(missing_ok=True)
        server = begun(place)
        add(server, **added)
        for turn in (2, 3):  # the second one after labels that sync itself carried on
            place.write("rec/r01.json", record("r01", turn))
            ran = sync(place, server, "rec")
            place.check(ran.code == 0 and turn in values(server), f"{added}: the change does not reach the server")
            if "security" in added:
                place.check(all(labelled(server)), f"{added}: labels are gone after {turn - 1} changes")
                place.check("labels that others added" in ran.messages, f"{added}: nothing is said of labels")
        (place.folder / "rec/r02.json").unlink()
        ran = sync(place, server, "rec")
        place.check(ran.code == 0, f"{added}: what vanished is not retracted")
        if "security" in added:
            place.check(all(labelled(server)), f"{added}: a retraction takes labels away")
        ran = sync(place, server, "rec", arguments=("--verify",))
        place.check("0 parked" in ran.messages, f"{added}: parked after a verification")


@case
def content_and_labels_of_others(place):
    """A change of the content is still somebody else's."""
    server = begun(place)
    for each in list(server.store.values()):
        if each["resourceType"] == "Observation":
            server.put({**each, "meta": {**each["meta"], "tag": [TAG]}, "valueQuantity": {**each["valueQuantity"], "value": 77}})
    place.write("rec/r01.json", record("r01", 2))
    ran = sync(place, server, "rec")
    place.check("1 parked" in ran.messages and 2 not in values(server), "another's content is written over")


class Tagger(Server):
    """Tags on its own whatever is written, in a version that the answer says nothing of."""

    def put(self, resource, **meta):
        first = super().put(resource, **meta)
        if TAG in first["meta"].get("tag", []):
            return first
        super().put({**first, "meta": {**first["meta"], "tag": [*first["meta"].get("tag", []), TAG]}})
        return first


class Narrator(Tagger):
    """Writes a narrative of what it is given, too."""

    def put(self, resource, **meta):
        return super().put({**resource, "text": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">a</div>"}}, **meta)


@case
def a_server_that_tags_by_itself(place):
    for kind in (Tagger, Narrator):
        (place.folder / "ledger.sqlite").unlink(missing_ok=True)
        server = place.serve(kind())
        place.write("rec/a.json", record("a"))
        sync(place, server, "rec")
        for value in (2, 3, 4):
            place.write("rec/a.json", record("a", value))
            ran = sync(place, server, "rec")
            place.check(ran.code == 0 and values(server) == [value], f"{kind.__name__}: change {value} does not go through")

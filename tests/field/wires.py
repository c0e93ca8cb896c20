"""How answers travel: cut, packed, in pieces, in another form than was asked for."""
import gzip
import json

from kit import Raw, Server, case, outcome
from pages import ALL, pull


def head(body, *lines, status="200 OK", kind="application/fhir+json", length=True):
    said = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", *lines, *((f"Content-Length: {len(body)}",) if length else ()), "Connection: close")
    return "\r\n".join(said).encode() + b"\r\n\r\n" + body


def chunked(text, end=b"0\r\n\r\n", *lines):
    return head(b"%x\r\n%s\r\n" % (len(text), text) + end, "Transfer-Encoding: chunked", *lines, length=False)


def packed(text, name="gzip", length=True):
    return head(text, f"Content-Encoding: {name}", length=length)


WHOLE = {
    "in a chunk": chunked,
    "in a chunk, with an extension and a trailer": lambda t: chunked(t, b"0;x=y\r\nX-T: 1\r\n\r\n"),
    "up to the end": lambda t: head(t, length=False),
    "gzip": lambda t: packed(gzip.compress(t)),
    "gzip in capitals": lambda t: packed(gzip.compress(t), "GZIP"),
    "gzip in two members": lambda t: packed(gzip.compress(t[:50]) + gzip.compress(t[50:])),
    "identity": lambda t: packed(t, "identity"),
    "behind hints": lambda t: b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + head(t),
    "HTTP/1.0": lambda t: head(t, length=False).replace(b"HTTP/1.1", b"HTTP/1.0"),
    "a type in capitals": lambda t: head(t, kind="Application/FHIR+JSON; Charset=UTF-8"),
    "behind a byte order mark": lambda t: head(b"\xef\xbb\xbf" + t),
    "with one length said twice": lambda t: head(t, f"Content-Length: {len(t)}"),
}
BROKEN = {
    "cut": lambda t: head(t)[:-30],
    "cut in a chunk": lambda t: chunked(t, b""),
    "cut where nobody can see it": lambda t: head(t, length=False)[:-40],
    "gzip, cut": lambda t: packed(gzip.compress(t)[:-12]),
    "gzip, cut where nobody can see it": lambda t: packed(gzip.compress(t)[:-12], length=False),
    "gzip that is none": packed,
    "gzip that is not said": lambda t: head(gzip.compress(t)),
    "empty": lambda t: head(b""),
    "204": lambda t: head(b"", status="204 No Content", length=False),
    "two lengths": lambda t: head(t, f"Content-Length: {len(t) - 5}"),
    "UTF-16": lambda t: head(t.decode().encode("utf-16"), kind="application/fhir+json; charset=utf-16"),
    "no UTF-8": lambda t: head(t.replace(b"finding 3", b"f\xe4nding 3")),
    "a NUL": lambda t: head(t.replace(b"finding 3", b"f\0nding 3")),
    "noise behind": lambda t: head(t + b"<!-- cached -->"),
    "two bundles": lambda t: head(t + t),
    "two lists of entries": lambda t: head(t[:-1] + b', "entry": []}'),
}


class Wire(Server):
    """Its searches are answered as `make` writes them; after `healthy_after` of them it is well again."""
    make = staticmethod(head)
    healthy_after = 1 << 30
    searches = 0

    def search(self, kind, query):
        status, headers, body = super().search(kind, query)
        self.searches += 1
        if self.searches > self.healthy_after:
            return status, headers, body
        return status, headers, Raw(self.make(json.dumps(body).encode()))


def pulled(place, make, healthy_after=1 << 30):
    server = Wire()
    server.make, server.healthy_after = make, healthy_after
    return pull(place, place.serve(server.fill()))


@case
def whole_answers(place):
    for name, make in WHOLE.items():
        ran = pulled(place, make)
        place.check(ran.code == 0 and len(set(ran.ids)) == ALL, f"{name}: {len(set(ran.ids))} of {ALL} came")


@case
def broken_answers(place):
    for name, make in BROKEN.items():
        ran = pulled(place, make)
        place.check(ran.code in (3, 4) and "NOT complete" in ran.messages, f"{name}: {len(set(ran.ids))} came, and it is not said that this is not all")


@case
def broken_answers_that_heal(place):
    for name in ("cut", "cut in a chunk", "gzip, cut"):
        ran = pulled(place, BROKEN[name], 1)
        place.check(ran.code == 0 and len(set(ran.ids)) == ALL, f"{name}: is not asked again")


class Warns(Server):
    severity, mode = "fatal", None

    def page(self, *arguments):
        bundle = super().page(*arguments)
        said = {"resourceType": "OperationOutcome", "issue": [{"severity": self.severity, "code": "timeout", "diagnostics": "shard 3 did not answer"}]}
        bundle["entry"].insert(0, {"resource": said, **({"search": {"mode": self.mode}} if self.mode else {})})
        return bundle


@case
def outcomes_among_entries(place):
    for severity in ("fatal", "error", "warning", "information"):
        for mode in ("outcome", "match", None):
            server = Warns()
            server.severity, server.mode = severity, mode
            ran = pull(place, place.serve(server.fill()))
            good = severity in ("warning", "information")
            place.check(ran.code == 0 and len(ran.ids) == ALL if good else ran.code in (3, 4), f"{severity} {mode}")


class PassesOver(Server):
    """Does not know whose it is asked for, and says nothing (lenient handling)."""

    def found(self, kind, query):
        return super().found(kind, {k: v for k, v in query.items() if k in ("_lastUpdated",)})


@case
def parameters_that_are_passed_over(place):
    server = place.serve(PassesOver().fill())
    server.put({"resourceType": "Patient", "id": "p2", "identifier": [{"system": "urn:x", "value": "two"}]})
    for number in range(3):
        server.put({"resourceType": "Condition", "id": f"x{number}", "subject": {"reference": "Patient/p2"}})
    ran = place.run("pull", "--server", server.base, "--patient", "p1")
    place.check(ran.code == 0 and len(ran.ids) == ALL + 1 and "passes over" in ran.messages, f"p1: {ran.ids}")
    server.delete("Patient/p1")
    ran = place.run("pull", "--server", server.base, "--patient", "urn:x|three")
    place.check(ran.code != 0 and not ran.out, "another person is taken for the one with the identifier")


@case
def an_address_without_a_server_has_nothing_missing(place):
    from sources import NAMES, fill, sync
    server = place.serve(Server())
    fill(place, "rec", NAMES)
    place.check(sync(place, server, "rec").code == 0, "the first run")
    kind = type(server)
    for status, headers, body in ((404, {"Content-Type": "text/html"}, b"<html>no"), (404, {}, outcome("not-found")), (301, {"Location": "/r4"}, b""),
                                  (200, {"Content-Type": "text/html"}, b"<html>Login")):
        server.__class__ = type("Gone", (kind,), {"answer": lambda *_, said=(status, headers, body): said})
        ran = place.run("sync", "verify", "--server", server.base, "--ledger", "ledger.sqlite", "--repair")
        place.check(ran.code == 3 and "24 missing" not in ran.messages, f"{status}: all is said to be missing")
    server.__class__ = kind
    place.check(sync(place, server, "rec").code == 0, "the next run")

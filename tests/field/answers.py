"""Answers that are FHIR, or nearly, and say less or something else than was asked."""
from kit import Server, case, instant, outcome
from pages import ALL, pull
from sources import NAMES, fill, sync, values
from writes import settles, verify, forget


def searched(change):
    """A server whose search for conditions is answered as `change` makes it of the right page."""
    class Odd(Server):
        def search(self, kind, query):
            status, headers, bundle = super().search(kind, query)
            return change(bundle, query) or (status, headers, bundle)
    return Odd().fill()


def without_total(bundle):
    return {name: value for name, value in bundle.items() if name != "total"}


def error_entry(severity):
    def change(bundle, query):
        if "entry" in bundle:
            bundle["entry"] = [*bundle["entry"][:-1], {"resource": {**outcome("incomplete"), "issue": [{"severity": severity, "code": "incomplete"}]},
                                                        "search": {"mode": "outcome"}}]
    return change


# What must not be called complete with less than all.
DOUBTFUL = {
    "an OperationOutcome with 200": lambda bundle, query: (200, {}, outcome("exception")),
    "an OperationOutcome of success": lambda bundle, query: (200, {}, {**outcome("informational"), "issue": [{"severity": "information", "code": "informational"}]}),
    "an error among the entries, in the place of one": error_entry("error"),
    "a warning among the entries, in the place of one": error_entry("warning"),
    "a Parameters": lambda bundle, query: (200, {}, {"resourceType": "Parameters"}),
    "a Bundle of another type": lambda bundle, query: (200, {}, {**bundle, "type": "collection", "entry": bundle.get("entry", [])[:3], "total": 3}),
    "a list": lambda bundle, query: (200, {}, [bundle]),
    "a Bundle in a Bundle": lambda bundle, query: (200, {}, {"resourceType": "Bundle", "type": "searchset", "total": 1, "entry": [{"resource": bundle}]}),
    "206": lambda bundle, query: (206, {}, {**bundle, "entry": bundle.get("entry", [])[:1]}),
    "202": lambda bundle, query: (202, {}, {**bundle, "entry": bundle.get("entry", [])[:1]}),
    "304": lambda bundle, query: (304, {}, b""),
    "300": lambda bundle, query: (300, {}, outcome("multiple-matches")),
    "a page that is gone": lambda bundle, query: (410, {}, outcome("not-found")) if "_offset" in query else None,
    "a page that is not there any more": lambda bundle, query: (404, {}, outcome("not-found")) if "_offset" in query else None,
    "an empty page in the middle without a link": lambda bundle, query: (200, {}, {**bundle, "entry": [], "link": []}) if "_offset" in query else None,
    "the total of a string": lambda bundle, query: (200, {}, {**bundle, "total": "8", "entry": bundle.get("entry", [])[:1], "link": []}),
    "a negative total": lambda bundle, query: (200, {}, {**bundle, "total": -1, "entry": bundle.get("entry", [])[:1], "link": []}),
    "entries without id": lambda bundle, query: (200, {}, {**bundle, "entry": [{"resource": {"resourceType": "Condition"}} for _ in bundle.get("entry", [])]}),
    "entries without resource": lambda bundle, query: (200, {}, {**bundle, "entry": [{"fullUrl": each["fullUrl"]} for each in bundle.get("entry", [])]}),
}


@case
def answers_that_say_less(place):
    for name, change in DOUBTFUL.items():
        server = place.serve(searched(change))
        ran = pull(place, server)
        if ran.code is None:
            place.check(False, f"{name}: no end")
        elif ran.code == 0:
            place.check(len(set(ran.ids)) == ALL, f"{name}: called complete with {len(ran.ids)}")
        else:
            place.check(ran.code in (3, 4), f"{name}: code {ran.code}")


# What is all of it, though said oddly.
ODD = {
    "no total at all, and a count": lambda bundle, query: None if query.get("_summary") else (200, {}, without_total(bundle)),
    "versions that are numbers": lambda bundle, query: (200, {}, {**bundle, "entry": [
        {**each, "resource": {**each["resource"], "meta": {**each["resource"]["meta"], "versionId": 7}}} for each in bundle["entry"]]}) if "entry" in bundle else None,
    "no meta": lambda bundle, query: (200, {}, {**bundle, "entry": [
        {**each, "resource": {k: v for k, v in each["resource"].items() if k != "meta"}} for each in bundle["entry"]]}) if "entry" in bundle else None,
    "a type and a charset": lambda bundle, query: (200, {"Content-Type": "application/json;fhirVersion=4.0;charset=utf-8"}, bundle),
    "information among the entries": lambda bundle, query: (200, {}, {**bundle, "entry": [*bundle["entry"], {
        "resource": {**outcome("informational"), "issue": [{"severity": "information", "code": "informational"}]}, "search": {"mode": "outcome"}}]})
    if "entry" in bundle else None,
}


@case
def odd_answers_that_are_whole(place):
    for name, change in ODD.items():
        ran = pull(place, place.serve(searched(change)))
        place.check(ran.code == 0 and len(set(ran.ids)) == ALL, f"{name}: {len(ran.ids)} resources")


class Versions(Server):
    """Its versions are no numbers, and its answers say them in few places."""
    tag, says = staticmethod(lambda version: f'W/"{version}"'), ("etag", "meta", "location")

    def named(self, version):
        return f"{version * 7919 % 100003:x}-{version:x}"

    def put(self, resource, **meta):
        made = super().put(resource, **meta)
        made["meta"]["versionId"] = self.named(int(made["meta"]["versionId"]))
        return made

    def is_stale(self, request):
        known = self.store.get(request["url"])
        wanted = request.get("ifMatch")
        return wanted is not None and (known is None or wanted.removeprefix("W/").strip('"') != known["meta"]["versionId"])

    def answer(self, method, path, query, body):
        status, headers, answer = super().answer(method, path, query, body)
        if "ETag" in headers:
            headers = {"ETag": self.tag(headers["ETag"].removeprefix("W/").strip('"'))} if "etag" in self.says else {}
        if method == "GET" and "meta" not in self.says and isinstance(answer, dict) and "meta" in answer:
            answer = {**answer, "meta": {k: v for k, v in answer["meta"].items() if k != "versionId"}}
        return status, headers, answer


@case
def versions_that_are_no_numbers(place):
    for name, members in (("weak", {}), ("strong", {"tag": staticmethod(lambda version: f'"{version}"')}), ("bare", {"tag": staticmethod(str)}),
                          ("in meta alone", {"says": ("meta",)}), ("in the tag alone", {"says": ("etag",)})):
        settles(place, type("Versions", (Versions,), members)(), name)


class Strange(Server):
    """Its first answers to transactions are strange, and nothing was done."""
    status, headers, body, times = 200, {}, {}, 2

    def bundle(self, asked):
        if asked["type"] == "transaction" and self.times > 0:
            self.times -= 1
            return self.status, self.headers, self.body
        return super().bundle(asked)


STRANGE = (
    ("an OperationOutcome with 200", {"body": outcome("exception")}), ("an empty Bundle", {"body": {"resourceType": "Bundle", "type": "transaction-response"}}),
    ("no body", {"body": b"", "headers": {"Content-Type": "application/fhir+json"}}), ("204", {"status": 204, "body": b""}),
    ("202", {"status": 202, "body": b""}), ("507", {"status": 507, "body": outcome("no-store")}), ("423", {"status": 423, "body": outcome("lock-error")}),
    ("425", {"status": 425, "body": outcome("transient")}), ("429, soon", {"status": 429, "body": outcome("throttled"), "headers": {"Retry-After": "soon"}}),
    ("429, in the past", {"status": 429, "body": outcome("throttled"), "headers": {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}}),
    ("503, less than nothing", {"status": 503, "body": outcome("transient"), "headers": {"Retry-After": "-5"}}),
    ("428", {"status": 428, "body": outcome("conflict")}), ("a redirect", {"status": 307, "headers": {"Location": "/elsewhere"}, "body": b""}),
    ("a redirect that forgets the body", {"status": 302, "headers": {"Location": "/fhir"}, "body": b""}),
)


def settles_later(place, some):
    """Nothing is taken for done, and the next run brings it about."""
    for name, members in some:
        server = place.serve(type("Odd", (Strange,), members)())
        forget(place)
        fill(place, "rec", NAMES[:3])
        ran = sync(place, server, "rec")
        place.check(ran.code != 0 or values(server) == [1, 1, 1], f"{name}: called done")
        server.times = 0
        place.run("sync", "retry", "--all", "--ledger", "ledger.sqlite")
        ran = sync(place, server, "rec")
        place.check(ran.code == 0 and values(server) == [1, 1, 1], f"{name}: the next run does not settle it")
        place.check(max(each["version"] for each in server.history) == 1, f"{name}: something was written twice")
        place.check(verify(place, server).code == 0, f"{name}: verify")


@case
def strange_answers_to_transactions(place):
    settles_later(place, STRANGE[0::3])


@case
def refusals_of_the_moment(place):
    settles_later(place, STRANGE[1::3])


@case
def odd_statuses_of_transactions(place):
    settles_later(place, STRANGE[2::3])


class Halves(Server):
    """A transaction of which it does a part only, and says so entry by entry."""

    def bundle(self, asked):
        if asked["type"] != "transaction" or len(asked["entry"]) < 2 or getattr(self, "well", False):
            return super().bundle(asked)
        last = asked["entry"].pop()
        status, headers, answer = super().bundle(asked)
        if status == 200:
            answer["entry"].append({"response": {"status": "500", "outcome": outcome("exception")}})
        asked["entry"].append(last)
        return status, headers, answer


@case
def transactions_done_by_half(place):
    server = place.serve(Halves())
    fill(place, "rec", NAMES[:3])
    ran = sync(place, server, "rec")
    place.check(ran.code != 0 or len(values(server)) == 3, "half of a transaction is called done")
    server.well = True
    place.run("sync", "retry", "--all", "--ledger", "ledger.sqlite")
    ran = sync(place, server, "rec")
    place.check(ran.code == 0 and values(server) == [1, 1, 1] and verify(place, server).code == 0, "it is not brought about later")


class NoNewest(Server):
    """Its history is an index that lags behind: of what was written last it knows the former versions only."""

    def answer_history(self, place, query):
        status, headers, bundle = super().answer_history(place, query)
        newest = self.history[-1]["at"]
        bundle["entry"] = [each for each in bundle["entry"] if each["response"]["lastModified"] != newest]
        return status, headers, {**bundle, "total": len(bundle["entry"])}


@case
def a_history_that_lacks_the_newest(place):
    """It was deleted and made again: what lives is no deletion."""
    server = place.serve(NoNewest().fill())
    server.delete("Condition/c01")
    server.put({"resourceType": "Condition", "id": "c01", "code": {"text": "again"}})
    place.run("pull", "--server", server.base, "--query", "Condition", "--since", instant(0), "--deletions", "gone.ndjson", "-o", "new.ndjson")
    place.check("c01" not in (place.read("gone.ndjson") or ""), "a living resource is told as deleted")

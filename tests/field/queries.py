"""What people and bundles write in queries."""
import json

from kit import Server, case, instant, outcome


def pull(place, server, query, *arguments):
    return place.run("pull", "--server", server.base, "--query", query, *arguments)


def target_of(server):
    return [path for method, path, _, _ in server.asked if "?" in path and "_count" in path][-1]


@case
def odd_characters(place):
    server = place.serve(Server().fill())
    for written, sent in (("a|b", "a%7Cb"), ("a b", "a%20b"), ("{a}", "%7Ba%7D"), ("ä€", "%C3%A4%E2%82%AC"), ('"a"', "%22a%22"), ("<a>", "%3Ca%3E"),
                          ("a\\,b", "a%5C,b"), ("a^`b", "a%5E%60b"), ("a%7Cb", "a%7Cb"), ("a#b", "a%23b"), ("a'b", "a'b"), ("[a]", "%5Ba%5D"), ("a$b", "a$b")):
        ran = pull(place, server, "Condition?code=" + written)
        place.check(ran.code == 0, f"{written!r} is refused")
        place.check("code=" + sent in target_of(server), f"{written!r} is sent as {target_of(server)!r}")


@case
def what_no_query_can_be(place):
    server = place.serve(Server().fill())
    for written in ("Condition?code=Muster%", "Condition?code=Muster%zz", "Condition?code=Muster\nHost: x", "Condition?code=Muster\x7f", "condition?code=Muster",
                    "?code=Muster", "Condition/c1/../Muster", "http://h/Condition?code=Muster"):
        ran = pull(place, server, written)
        place.check(ran.code == 2 and not server.asked, f"{written!r}")
        place.check("Muster" not in ran.messages, f"{written!r}: the query is in the message")


@case
def queries_of_all_forms(place):
    server = place.serve(Server().fill())
    for written in ("Condition", "/Condition", "Condition?", "Condition?&", "Condition?patient=p1&", "Condition?_count=2", "Condition?_total=none", "Condition?_sort=-_lastUpdated"):
        ran = pull(place, server, written)
        place.check(ran.code == 0 and len(ran.ids) == 7, f"{written!r}")


@case
def a_query_that_asks_for_a_count(place):
    server = place.serve(Server().fill())
    ran = pull(place, server, "Condition?_summary=count")
    place.check(ran.code == 2 and "_summary" in ran.messages, "it is not said that a count brings nothing")


class Refuses(Server):
    def search(self, kind, query):
        return 400, {}, outcome("invalid", "unknown value Mustermann in birthdate")


@case
def no_query_in_messages(place):
    server = place.serve(Refuses().fill())
    for query in ("Patient?name=Mustermann", "Patient?identifier=http://h|Mustermann", "Condition?patient.name=Mustermann"):
        ran = pull(place, server, query)
        place.check(ran.code == 3 and "Mustermann" not in ran.messages, query)


class LeapSecond(Server):
    def put(self, resource, **meta):
        return super().put(resource, **{**meta, "lastUpdated": "2016-12-31T23:59:60Z"})


    @staticmethod
    def time_of(resource):
        return Server.time_of({"meta": {"lastUpdated": "2017-01-01T00:00:00Z"}})


@case
def a_leap_second(place):
    server = place.serve(LeapSecond().fill())
    for _ in range(2):
        ran = place.run("pull", "--server", server.base, "--query", "Condition", "--since", "auto")
        place.check(ran.code == 0, "refused")


def transaction(*entries):
    return {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}


class Conditional(Server):
    headers = ()

    def bundle(self, asked):
        self.headers += tuple(each["request"] for each in asked["entry"])
        for each in asked["entry"]:
            if each["request"]["method"] == "POST":
                each["request"] = {"method": "PUT", "url": each["request"]["url"] + "/made"}
                each["resource"] = {**each["resource"], "id": "made"}
        return super().bundle(asked)


@case
def conditions_of_entries(place):
    for written in ("identifier=http://h|ä b", "identifier=urn:x|{1}", "code=\"a\"", "identifier=a#b"):
        server = place.serve(Conditional())
        bundle = place.write("bundle.json", transaction({
            "fullUrl": "urn:uuid:6b0e8a1e-3a51-4b5f-9b0e-0d7d7b3c8f10", "resource": {"resourceType": "Patient", "gender": "female"},
            "request": {"method": "POST", "url": "Patient", "ifNoneExist": written}}))
        ran = place.run("push", bundle, "--server", server.base)
        place.check(ran.code == 0, f"ifNoneExist {written!r} is refused")
        sent = [each.get("ifNoneExist", "") for each in server.headers]
        place.check(sent and all(" " not in each and "|" not in each and "#" not in each for each in sent), f"sent as {sent}")


class Limited(Server):
    most = 5

    def bundle(self, asked):
        if len(asked["entry"]) > self.most and asked["type"] == "transaction":
            return 400, {}, outcome("too-costly", "the transaction has more entries than allowed")
        return super().bundle(asked)


class LimitedBadly(Limited):
    def bundle(self, asked):
        if len(asked["entry"]) > self.most:
            return 413, {"Content-Type": "text/html"}, b"<html><title>413 Request Entity Too Large</title></html>"
        return super().bundle(asked)


@case
def transactions_above_the_limit(place):
    entries = [{"fullUrl": "http://s.example/Patient/a", "resource": {"resourceType": "Patient", "id": "a"}, "request": {"method": "PUT", "url": "Patient/a"}}]
    entries += [{"fullUrl": f"http://s.example/Condition/k{n}", "resource": {"resourceType": "Condition", "id": f"k{n}", "subject": {"reference": "Patient/a"}},
                 "request": {"method": "PUT", "url": f"Condition/k{n}"}} for n in range(23)]
    for kind in (Limited, LimitedBadly):
        server = place.serve(kind())
        ran = place.run("push", place.write("large.json", json.dumps(transaction(*entries))), "--server", server.base)
        place.check(ran.code == 0 and len(server.store) == 24, f"{kind.__name__}: {len(server.store)} of 24 are there")

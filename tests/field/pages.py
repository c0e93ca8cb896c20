"""Pages of searches: a pull brings all, or says that it does not."""
from kit import Server, case, instant, outcome

ALL = 7  # conditions of Server.fill()


def pull(place, server, *arguments, query="Condition?patient=p1", size=3):
    what = ("--query", query) if query else ()
    return place.run("pull", "--server", server.base, *what, *(("--page-size", size) if size else ()), *arguments)


def is_whole_or_told(place, ran, wanted=ALL):
    came = len(set(ran.ids))
    place.check((ran.code == 0 and came == wanted) or ran.code in (3, 4), f"{came} of {wanted} came")


class TwoNextLinks(Server):
    """A gateway adds the next link of what is behind it; only the last one leads on."""

    def page(self, kind, query, found, count, offset):
        bundle = super().page(kind, query, found, count, offset)
        bundle.pop("total")
        for link in list(bundle.get("link", [])):
            bundle["link"].insert(0, {**link, "url": self.next_url(kind, query, len(found))})
        return bundle

    def search(self, kind, query):
        if query.get("_summary") == ["count"]:
            return 200, {}, {"resourceType": "Bundle", "type": "searchset"}
        return super().search(kind, query)


@case
def two_next_links(place):
    ran = pull(place, place.serve(TwoNextLinks().fill()))
    is_whole_or_told(place, ran)
    place.check("next" in ran.messages, "it is not said that there are two next links")


class SameNextTwice(Server):
    def page(self, *arguments):
        bundle = super().page(*arguments)
        bundle["link"] = bundle.get("link", []) * 2
        return bundle


@case
def one_next_link_written_twice(place):
    ran = pull(place, place.serve(SameNextTwice().fill()))
    place.check(ran.code == 0 and len(ran.ids) == ALL, "not whole")


class NextWithoutUrl(Server):
    def page(self, *arguments):
        bundle = super().page(*arguments)
        bundle.pop("total")
        bundle["link"] = [{"relation": "next"} for _ in bundle.get("link", [])]
        return bundle

    def search(self, kind, query):
        if query.get("_summary") == ["count"]:
            return 400, {}, outcome("not-supported")
        return super().search(kind, query)


@case
def next_link_without_url(place):
    ran = pull(place, place.serve(NextWithoutUrl().fill()))
    place.check(ran.code in (3, 4) and "next" in ran.messages, "a next link that leads nowhere is the end")


class TotalOfFirstPage(Server):
    """Its total is the length of the page, and its second page is empty."""

    def page(self, kind, query, found, count, offset):
        bundle = super().page(kind, query, found, count, offset)
        if offset:
            bundle["entry"], bundle["link"] = [], []
        bundle["total"] = len(bundle["entry"])
        return bundle


@case
def total_of_the_first_page_and_an_empty_second(place):
    is_whole_or_told(place, pull(place, place.serve(TotalOfFirstPage().fill())))


class EntryIsAnObject(Server):
    def page(self, *arguments):
        bundle = super().page(*arguments)
        bundle.pop("total")
        bundle["entry"] = bundle["entry"][0] if bundle["entry"] else {}
        bundle.pop("link", None)
        return bundle

    def search(self, kind, query):
        if query.get("_summary") == ["count"]:
            return 200, {}, {"resourceType": "Bundle", "type": "searchset", "total": 0}
        return super().search(kind, query)


@case
def entry_is_an_object(place):
    ran = pull(place, place.serve(EntryIsAnObject().fill()))
    place.check(ran.code == 3, "what is no list of entries is taken for an empty one")


class LinkIsAnObject(Server):
    def page(self, *arguments):
        bundle = super().page(*arguments)
        bundle.pop("total")
        if "link" in bundle:
            bundle["link"] = bundle["link"][0]
        return bundle

    def search(self, kind, query):
        if query.get("_summary") == ["count"]:
            return 400, {}, outcome("not-supported")
        return super().search(kind, query)


@case
def link_is_an_object(place):
    ran = pull(place, place.serve(LinkIsAnObject().fill()))
    place.check(ran.code in (3, 4), "what is no list of links is taken for an empty one")


class Everything(Server):
    """$everything with a cap of its own, whose total is what it gives, and no next link."""
    cap = 20

    def answer(self, method, path, query, body):
        if not path.endswith("/$everything"):
            return super().answer(method, path, query, body)
        found = [each for _, each in sorted(self.store.items())][:min(self.cap, int(query.get("_count", ["1000"])[0]))]
        return 200, {}, {"resourceType": "Bundle", "type": "searchset", "total": len(found),
                         "entry": [{"fullUrl": self.url(each["resourceType"] + "/" + each["id"]), "resource": each} for each in found]}


@case
def everything_with_a_cap_and_the_total_of_the_page(place):
    is_whole_or_told(place, pull(place, place.serve(Everything().fill(30)), "--patient", "p1", query=None, size=None), 31)


class EverythingOddCap(Everything):
    cap = 17


@case
def everything_with_an_odd_cap(place):
    is_whole_or_told(place, pull(place, place.serve(EverythingOddCap().fill(30)), "--patient", "p1", query=None, size=None), 31)


class GrowsWhileRead(Server):
    """Another condition with each page; the first total is too low at the end."""

    def search(self, kind, query):
        if len(self.store) < 12 and "_summary" not in query:
            self.put({"resourceType": "Condition", "id": f"d{len(self.store)}", "subject": {"reference": "Patient/p1"}})
        return super().search(kind, query)


@case
def grows_while_it_is_read(place):
    server = place.serve(GrowsWhileRead().fill())
    ran = pull(place, server)
    is_whole_or_told(place, ran, len(server.store) - 1)


class CountRefused(Server):
    status = 422

    def search(self, kind, query):
        if int(query.get("_count", ["0"])[0]) > 100:
            return self.status, {}, outcome("processing", "value out of range")
        return super().search(kind, query)

    def answer_history(self, place, query):
        if int(query.get("_count", ["0"])[0]) > 100:
            return self.status, {}, outcome("processing", "value out of range")
        return super().answer_history(place, query)


class CountTooCostly(CountRefused):
    status = 413


class CountForbidden(CountRefused):
    status = 403


@case
def count_above_the_limit(place):
    for kind in (CountRefused, CountTooCostly):
        server = place.serve(kind().fill())
        server.put({"resourceType": "Condition", "id": "gone", "subject": {"reference": "Patient/p1"}})
        server.delete("Condition/gone")
        for query in ("Condition?patient=p1", "Patient?name=x"):
            ran = pull(place, server, query=query, size=None)
            place.check(ran.code == 0, f"{kind.__name__} {query}")
        ran = pull(place, server, "--since", instant(0), "--deletions", f"{kind.__name__}.ndjson", size=None)
        place.check(ran.code == 0 and "Condition/gone" in (place.read(f"{kind.__name__}.ndjson") or ""), f"{kind.__name__}: history")


class Relative(Server):
    """Next links relative to the page, as RFC 3986 has them."""
    form = "?"

    def next_url(self, path, query, offset):
        whole = super().next_url(path, query, offset)
        return {"?": "?" + whole.partition("?")[2], "type": whole.rpartition("/")[2], "/": "/fhir/" + whole.partition("/fhir/")[2]}[self.form]


@case
def relative_next_links(place):
    for form in ("?", "type", "/"):
        server = place.serve(Relative().fill())
        server.form = form
        ran = pull(place, server)
        place.check(ran.code == 0 and len(ran.ids) == ALL, f"relative by {form}")


class OddNext(Server):
    """What servers keep of a search in their links is for them alone to read."""

    def next_url(self, path, query, offset):
        return super().next_url(path, query, offset) + "&state={\"a\":1}|b c^`ä\\<>"


@case
def odd_characters_in_next_links(place):
    ran = pull(place, place.serve(OddNext().fill()))
    place.check(ran.code == 0 and len(ran.ids) == ALL, "not whole")


class Medications(Server):
    types = ("Patient", "Condition", "Observation", "MedicationStatement", "Medication", "Specimen")
    foreign = "https://elsewhere.example/r4/"

    def fill(self, conditions=0):
        super().fill(conditions)
        self.put({"resourceType": "Medication", "id": "m1", "ingredient": [{"itemReference": {"reference": "Medication/m2"}}]})
        self.put({"resourceType": "Medication", "id": "m2"})
        self.put({"resourceType": "Medication", "id": "m3"})
        self.put({"resourceType": "Specimen", "id": "s1"})
        for number, reference in enumerate(["Medication/m1/_history/1", self.foreign + "Medication/m9", "Medication/none", self.base + "/Medication/m3"]):
            self.put({"resourceType": "MedicationStatement", "id": f"ms{number}", "status": "active", "subject": {"reference": "Patient/p1"},
                      "medicationReference": {"reference": reference}})
        self.put({"resourceType": "Observation", "id": "o1", "status": "final", "subject": {"reference": "Patient/p1"}, "specimen": {"reference": "Specimen/s1"},
                  "performer": [{"reference": "Practitioner/d1"}]})
        return self


@case
def what_is_referred_to(place):
    server = place.serve(Medications())
    server.fill()
    ran = pull(place, server, "--patient", "p1", query=None)
    place.check(ran.code == 0, "not whole")
    for wanted in ("Medication/m1", "Medication/m2", "Medication/m3", "Specimen/s1"):
        place.check(wanted in ran.ids, wanted + " was not followed")
    place.check("Practitioner 1" in ran.messages, "a practitioner is not named")
    place.check("elsewhere.example" in ran.messages or "other server" in ran.messages, "what is on another server is not named")
    place.check("Medication 1" in ran.messages, "what is not there is not named")


class Subset(Server):
    def search(self, kind, query):
        status, headers, bundle = super().search(kind, query)
        for entry in bundle.get("entry", []):
            entry["resource"] = {k: v for k, v in entry["resource"].items() if k in ("resourceType", "id", "meta", "subject")}
            entry["resource"]["meta"] = {**entry["resource"]["meta"], "tag": [
                {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}]}
        return status, headers, bundle


@case
def parts_of_resources(place):
    server = place.serve(Subset().fill())
    ran = pull(place, server, "-o", "parts.ndjson", query="Condition?patient=p1&_elements=subject")
    place.check(ran.code == 0 and "SUBSETTED" in ran.messages, "it is not said that these are parts")
    before = dict(server.store)
    ran = place.run("push", "parts.ndjson", "--server", server.base)
    place.check(ran.code == 1 and server.store == before, "parts were pushed")


class SameVersionsAgain(Server):
    """A resource moves to a later page because it was changed meanwhile."""

    def search(self, kind, query):
        if "_offset" in query:
            self.put({**self.store["Condition/c00"], "id": "c00"})
        return super().search(kind, query)

    def found(self, kind, query):
        return sorted(super().found(kind, query), key=lambda each: each["meta"]["lastUpdated"])


@case
def changed_while_it_is_read(place):
    ran = pull(place, place.serve(SameVersionsAgain().fill()))
    is_whole_or_told(place, ran)
    place.check(len(ran.ids) == len(set(ran.ids)), "one resource came twice")


class Endless(Server):
    """More new resources, for ever."""

    def page(self, kind, query, found, count, offset):
        bundle = super().page(kind, query, found, count, 0)
        for number, entry in enumerate(bundle["entry"]):
            entry["resource"] = {**entry["resource"], "id": f"n{offset}-{number}"}
        bundle["link"] = [{"relation": "next", "url": self.next_url(kind, query, offset + 1)}]
        return bundle


@case
def new_resources_without_end(place):
    ran = pull(place, place.serve(Endless().fill()))
    place.check(ran.code in (3, 4), "does not end")

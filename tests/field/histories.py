"""What a history says was deleted, in any order."""
from kit import Server, case, instant

SINCE = instant(0)


def deletions(place, server, *arguments, query="Condition"):
    ran = place.run("pull", "--server", server.base, "--query", query, "--since", SINCE, "--deletions", "gone.ndjson", "--overwrite", "-o", "all.ndjson", *arguments)
    return ran, place.read("gone.ndjson") or ""


class Reordered(Server):
    reverse = True

    def answer_history(self, where, query):
        status, headers, bundle = super().answer_history(where, query)
        if self.reverse:
            bundle["entry"].reverse()
        return status, headers, bundle


@case
def oldest_first(place):
    server = place.serve(Reordered().fill())
    server.delete("Condition/c01")
    server.delete("Condition/c02")
    server.put({"resourceType": "Condition", "id": "c02", "subject": {"reference": "Patient/p1"}})
    ran, gone = deletions(place, server)
    place.check(ran.code == 0 and "Condition/c01" in gone and "Condition/c02" not in gone, "wrong: " + gone)


class ClockWentBack(Server):
    """A deletion has a later time than the version that came after it: the server's clock was set back."""
    times = ("2024-03-01T12:00:00Z", "2024-03-01T11:00:00Z")

    def history_entry(self, each):
        entry = super().history_entry(each)
        if each["key"] == "Condition/c01" and each["version"] > 1:
            entry["response"]["lastModified"] = self.times[each["version"] - 2]
            if "resource" in entry:
                entry["resource"] = {**entry["resource"], "meta": {**entry["resource"]["meta"], "lastUpdated": self.times[each["version"] - 2]}}
        return entry


@case
def living_by_version_deleted_by_time(place):
    for times in (ClockWentBack.times, ("9999-12-31T23:59:59Z", "2024-03-01T11:00:00Z")):
        server = place.serve(ClockWentBack().fill())
        server.times = times
        server.delete("Condition/c01")
        server.put({"resourceType": "Condition", "id": "c01", "subject": {"reference": "Patient/p1"}})
        ran, gone = deletions(place, server)
        place.check(ran.code == 0 and "Condition/c01" not in gone, "what is there is said to be deleted")


class VersionsMeanNothing(Server):
    """Numbers that are no order: R4 lets a server choose any version id."""

    def history_entry(self, each):
        entry = super().history_entry(each)
        entry["response"]["etag"] = f'W/"{1000 - each["version"]}"'
        if "resource" in entry:
            entry["resource"] = {**entry["resource"], "meta": {**entry["resource"]["meta"], "versionId": str(1000 - each["version"])}}
        return entry


@case
def versions_that_count_down(place):
    server = place.serve(VersionsMeanNothing().fill())
    server.delete("Condition/c01")
    server.delete("Condition/c02")
    server.put({"resourceType": "Condition", "id": "c02", "subject": {"reference": "Patient/p1"}})
    ran, gone = deletions(place, server)
    place.check(ran.code == 0 and "Condition/c01" in gone and "Condition/c02" not in gone, "wrong: " + gone)


class Paged(Server):
    """Pages of two; `links` makes those of a page from the address of the next one."""
    total = True

    @staticmethod
    def links(url):
        return [{"relation": "next", "url": url}]

    def answer_history(self, where, query):
        status, headers, bundle = super().answer_history(where, query)
        entries, offset = bundle["entry"], int(query.get("_offset", ["0"])[0])
        bundle["entry"] = entries[offset:offset + 2]
        if not self.total:
            bundle.pop("total")
        if offset + 2 < len(entries):
            bundle["link"] = self.links(self.next_url((where + "/_history").strip("/"), query, offset + 2))
        return status, headers, bundle


class TwoNext(Paged):
    @staticmethod
    def links(url):
        return [{"relation": "next", "url": url.replace("_offset=", "_offset=9")}, {"relation": "next", "url": url}]


class NoUrl(Paged):
    @staticmethod
    def links(url):
        return [{"relation": "next"}]


@case
def pages_of_a_history(place):
    for kind, total in ((Paged, True), (TwoNext, True), (TwoNext, False), (NoUrl, True), (NoUrl, False)):
        server = place.serve(kind().fill())
        server.total = total
        server.delete("Condition/c01")
        for number in range(3):
            server.put({"resourceType": "Condition", "id": f"later{number}", "subject": {"reference": "Patient/p1"}})
        ran, gone = deletions(place, server)
        told = "Condition/c01" in gone if ran.code == 0 else ran.code in (3, 4)
        place.check(told, f"{kind.__name__}, total {total}: a deletion is missing, and nobody says so")


class Barely(Server):
    """A deletion says what it deletes in one place only."""
    where = "fullUrl"

    def history_entry(self, each):
        entry = super().history_entry(each)
        if each["resource"] is None:
            entry = {"fullUrl": {"fullUrl": entry["fullUrl"], "request": {"method": "DELETE"}},
                     "url": {"request": {"method": "DELETE", "url": each["key"]}},
                     "location": {"request": {"method": "DELETE"}, "response": {"status": "204", "location": self.url(f"{each['key']}/_history/2")}},
                     "nothing": {"request": {"method": "DELETE"}}}[self.where]
        return entry


@case
def deletions_that_say_little(place):
    for where in ("fullUrl", "url", "location", "nothing"):
        server = place.serve(Barely().fill())
        server.where = where
        server.delete("Condition/c01")
        ran, gone = deletions(place, server)
        place.check("Condition/c01" in gone if ran.code == 0 else where == "nothing" and ran.code == 3, f"by {where}: " + gone)


class Capped(Server):
    """Gives four entries of a history, and says that these are all."""

    def answer_history(self, where, query):
        status, headers, bundle = super().answer_history(where, query)
        bundle["entry"] = bundle["entry"][:min(4, int(query["_count"][0]))]
        bundle["total"] = len(bundle["entry"])
        return status, headers, bundle


@case
def history_with_a_cap_and_the_total_of_the_page(place):
    server = place.serve(Capped().fill())
    server.delete("Condition/c01")
    for number in range(5):
        server.put({"resourceType": "Condition", "id": f"later{number}", "subject": {"reference": "Patient/p1"}})
    ran, gone = deletions(place, server)
    place.check(ran.code in (3, 4), "what cannot be shown is called complete")

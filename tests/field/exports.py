"""Bulk exports ($export): manifests, and the files that they name."""
import json

from kit import Server, case, instant, outcome

PATIENTS = b'{"resourceType":"Patient","id":"p1"}\n{"resourceType":"Patient","id":"p2"}\n'
CONDITIONS = b'{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p1"}}\n'


class Export(Server):
    """Says after two questions that all is there."""
    files = {"Patient": PATIENTS, "Condition": CONDITIONS}
    errors = {}
    questions = 0

    def fill(self, conditions=1):
        self.put({"resourceType": "Patient", "id": "p1"})
        self.put({"resourceType": "Patient", "id": "p2"})
        self.put({"resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"}})
        return self

    def manifest(self, page=1):
        return {"transactionTime": instant(99), "request": self.url("$export"), "requiresAccessToken": False,
                "output": [{"type": kind, "url": self.url("file/" + kind), "count": text.count(b"\n")} for kind, text in self.files.items()],
                "error": [{"type": "OperationOutcome", "url": self.url("file/" + name)} for name in self.errors]}

    def file(self, name):
        return 200, {"Content-Type": "application/fhir+ndjson"}, {**self.files, **self.errors}[name]

    def answer(self, method, path, query, body):
        if path.endswith("$export"):
            return 202, {"Content-Location": self.url("job/1")}, b""
        if path.startswith("/job/"):
            if method == "DELETE":
                return 202, {}, b""
            self.questions += 1
            if self.questions < 2:
                return 202, {"X-Progress": "50%", "Retry-After": "0"}, b""
            return 200, {"Content-Type": "application/json"}, json.dumps(self.manifest(int(path.rpartition("/")[2]))).encode()
        if path.startswith("/file/"):
            return self.file(path[len("/file/"):])
        return super().answer(method, path, query, body)


def export(place, kind, *arguments, fill=True):
    server = kind()
    if fill:
        server.fill()
    place.serve(server)
    folder = f"out-{kind.__name__}"
    ran = place.run("pull", "--server", server.base, "--bulk", "-o", folder + "/", *arguments)
    ran.files = {each.name: each.read_text() for each in sorted((place.folder / folder).glob("*.ndjson"))}
    return ran


@case
def a_plain_export(place):
    ran = export(place, Export)
    place.check(ran.code == 0 and len(ran.files) == 2, "not whole")


class OutputIsAnObject(Export):
    def manifest(self, page=1):
        made = super().manifest()
        return {**made, "output": made["output"][0]}


class NoOutput(Export):
    files = {}


@case
def manifests_that_name_nothing(place):
    ran = export(place, OutputIsAnObject)
    place.check(ran.code == 3, "what is no list of files is taken for an empty one")
    ran = export(place, NoOutput)
    place.check(ran.code == 4, "an export of nothing is called complete")
    ran = export(place, NoOutput, "--type", "Condition")
    place.check(ran.code == 4, "an export of nothing is called complete, though there is some")


@case
def an_export_of_an_empty_server(place):
    ran = export(place, NoOutput, "--type", "Condition", fill=False)
    place.check(ran.code == 0, "nothing is there, and nothing came")


class CountsOddly(Export):
    count = "2"

    def manifest(self, page=1):
        made = super().manifest()
        made["output"][0]["count"] = self.count
        return made


@case
def counts_in_the_manifest(place):
    for count, code in (("2", 0), (2.0, None), (3, 4), ("3", 4), (-1, None), ("two", None), (None, 0), ("2x", None)):
        kind = type(f"Counts_{type(count).__name__}_{count}", (CountsOddly,), {"count": count})
        ran = export(place, kind)
        place.check(ran.code == code if code is not None else ran.code in (0, 3, 4), f"count {count!r}")


class Pages(Export):
    turns = False

    def manifest(self, page=1):
        made = super().manifest()
        made["output"] = made["output"][page - 1:page]
        if page < 2:
            made["link"] = [{"relation": "next", "url": self.url("job/2")}]
        elif self.turns:
            made["link"] = [{"relation": "next", "url": self.url("job/1")}]
        return made


class PagesInACircle(Pages):
    turns = True


class TwoNextPages(Pages):
    def manifest(self, page=1):
        made = super().manifest(page)
        if "link" in made:
            made["link"].append({"relation": "next", "url": self.url("job/3")})
        return made


class NextPageWithoutUrl(Pages):
    def manifest(self, page=1):
        made = super().manifest(page)
        if "link" in made:
            del made["link"][0]["url"]
        return made


@case
def pages_of_a_manifest(place):
    ran = export(place, Pages)
    place.check(ran.code == 0 and len(ran.files) == 2, "not whole")
    ran = export(place, PagesInACircle)
    place.check(ran.code == 3, "a circle")
    ran = export(place, TwoNextPages)
    place.check(ran.code == 3, "two next pages")
    ran = export(place, NextPageWithoutUrl)
    place.check(ran.code == 3, "a next page without an address")


class Errors(Export):
    severity = "error"

    def __init__(self):
        super().__init__()
        self.errors = {"e": (json.dumps({"resourceType": "OperationOutcome", "issue": [{"severity": self.severity, "code": "processing", "diagnostics": "x"}]}) + "\n").encode()}


class Informs(Errors):
    severity = "information"


@case
def files_of_errors(place):
    ran = export(place, Errors)
    place.check(ran.code == 4, "errors are called complete")
    ran = export(place, Informs)
    place.check(ran.code == 0, "information is taken for an error")


class Texts(Export):
    text = PATIENTS

    def manifest(self, page=1):
        made = super().manifest()
        for each in made["output"]:
            each.pop("count")
        return made

    def file(self, name):
        return 200, {"Content-Type": "application/fhir+ndjson"}, self.text if name == "Patient" else CONDITIONS


@case
def texts_of_files(place):
    for name, text, code in (("crlf", PATIENTS.replace(b"\n", b"\r\n"), 0), ("blank", b"\n\n" + PATIENTS + b"\n \n", 0),
                             ("open", PATIENTS[:-1], 0), ("bom", b"\xef\xbb\xbf" + PATIENTS, 0), ("cut", PATIENTS[:-9], 4),
                             ("short", PATIENTS.splitlines(keepends=True)[0], 4), ("twice", PATIENTS + PATIENTS, 4), ("other", CONDITIONS * 2, 4)):
        kind = type("Texts_" + name.replace(" ", "_"), (Texts,), {"text": text})
        ran = export(place, kind)
        place.check(ran.code == code, f"text {name}: code {code} is wanted")


class Deleted(Export):
    """Says what was deleted, too."""
    gone = (json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": [{"request": {"method": "DELETE", "url": "Condition/c9"}}]}) + "\n").encode()

    def manifest(self, page=1):
        return {**super().manifest(), "deleted": [{"type": "Bundle", "url": self.url("file/gone"), "count": 1}]}

    def file(self, name):
        return (200, {"Content-Type": "application/fhir+ndjson"}, self.gone) if name == "gone" else super().file(name)


@case
def deletions_in_an_export(place):
    ran = export(place, Deleted)
    place.check(ran.code == 0 and "deleted.Bundle.1.ndjson" in ran.files and "what was deleted" in ran.messages, "what was deleted is not named")
    place.check("complete: 3 resources" in ran.messages, "a deletion is counted as a resource")


class Transient(Export):
    """Cannot say just now how far it is."""
    left = 3

    def answer(self, method, path, query, body):
        if path.startswith("/job/") and method == "GET" and self.left > 0:
            self.left -= 1
            return 500, {"Retry-After": "0"}, outcome("transient")
        return super().answer(method, path, query, body)


@case
def a_failure_of_the_moment(place):
    ran = export(place, Transient)
    place.check(ran.code == 0 and len(ran.files) == 2, "the export is given up")


class OddUrls(Export):
    def manifest(self, page=1):
        made = super().manifest()
        for each in made["output"]:
            each["url"] += "?sig=a b|c{d}ä&x=\"1\""
        return made


@case
def odd_characters_in_urls_of_files(place):
    ran = export(place, OddUrls)
    place.check(ran.code == 0 and len(ran.files) == 2, "not whole")


class NoTime(Export):
    def manifest(self, page=1):
        return {k: v for k, v in super().manifest().items() if k != "transactionTime"}


@case
def manifest_without_a_time(place):
    ran = export(place, NoTime)
    place.check(ran.code == 0 and "as of  " not in ran.messages and "as of (" not in ran.messages, "an empty time is shown")


class OneFileTwice(Export):
    def manifest(self, page=1):
        made = super().manifest()
        made["output"].append(made["output"][0])
        return made


class OneFileOfTwoTypes(Export):
    def manifest(self, page=1):
        made = super().manifest()
        made["output"].append({**made["output"][0], "type": "Observation"})
        return made


@case
def one_file_named_twice(place):
    ran = export(place, OneFileTwice)
    place.check(ran.code == 0 and len(ran.files) == 2, "not whole")
    ran = export(place, OneFileOfTwoTypes)
    place.check(ran.code != 0, "a file of two types")


class Busy(Export):
    """429 to a question and to a file, once each."""
    refused = ()

    def answer(self, method, path, query, body):
        if path.startswith(("/job/", "/file/")) and path not in self.refused and method == "GET":
            self.refused += (path,)
            return 429, {"Retry-After": "0"}, outcome("throttled")
        return super().answer(method, path, query, body)


@case
def a_busy_server(place):
    ran = export(place, Busy)
    place.check(ran.code == 0 and len(ran.files) == 2, "not whole")


class Signed(Export):
    """Its URLs are good for two files; the job names them anew whenever it is asked."""
    files = {kind: b'{"resourceType":"%s","id":"x"}\n' % kind.encode() for kind in ("Condition", "Encounter", "Observation", "Patient", "Procedure")}
    status, good_for = 403, 2
    signature, fetched, forgets = 0, 0, False

    def manifest(self, page=1):
        self.signature, self.fetched = self.signature + 1, 0
        made = super().manifest()
        for each in made["output"]:
            each["url"] += f"?sig={self.signature}"
        return made

    def answer(self, method, path, query, body):
        if path.startswith("/file/"):
            self.fetched += 1
            if query["sig"] != [str(self.signature)] or self.fetched > self.good_for:
                return self.status, {"Content-Type": "application/xml"}, b"<Error><Code>AccessDenied</Code></Error>"
        if self.forgets and path.startswith("/job/") and self.signature and method == "GET":
            return 404, {}, outcome("not-found")
        return super().answer(method, path, query, body)


@case
def urls_that_expire_in_the_middle(place):
    for status in (400, 401, 403, 404, 410):
        kind = type(f"Signed{status}", (Signed,), {"status": status})
        ran = export(place, kind)
        place.check(ran.code == 0 and len(ran.files) == 5, f"{status} to a URL that has expired ends the export")
        place.check(len(place.servers[-1].asked) < 20, f"{status}: files are fetched twice")
    ran = export(place, type("Never", (Signed,), {"good_for": 0}))
    place.check(ran.code == 4 or ran.code == 3, "URLs that never work")
    place.check(len(place.servers[-1].asked) < 12, "URLs that never work are asked for again and again")
    ran = export(place, type("Forgetful", (Signed,), {"forgets": True}))
    place.check(ran.code == 4 and len(ran.files) == 2 and "403" in ran.messages, "a job that is forgotten with its URLs")


@case
def refused_exports(place):
    """What to do depends on why."""
    for status, answer, arguments, advice in (
            (404, outcome("not-found"), (), "--level patient"), (400, outcome("not-supported"), (), "--level patient"),
            (501, outcome("not-supported"), ("--level", "patient"), "--level system"), (404, outcome("not-found"), ("--group", "g1"), "no such group"),
            (403, outcome("forbidden"), (), "system/*.read"), (401, outcome("login"), (), "--scope"),
            (400, outcome("invalid"), ("--type", "Patient", "--type-filter", "Patient?gender=male"), "without --type, --type-filter"),
            (400, outcome("invalid"), ("--since", "2024-01-01"), "without --since"), (500, outcome("exception"), (), "run again later")):
        class Refuses(Export):
            def answer(self, method, path, query, body):
                return (status, {}, answer) if path.endswith("$export") else super().answer(method, path, query, body)
        ran = export(place, Refuses, *arguments)
        place.check(ran.code in (3, 4) and advice in ran.messages, f"{status} {arguments}: no advice that fits")

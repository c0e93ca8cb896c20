"""What servers answer to the writes of sync and push."""
import json

from kit import Raw, Server, case, outcome
from sources import NAMES, fill, record, retracted, sync, values

READS = ("GET",)


def forget(place):
    for each in ("ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"):
        (place.folder / each).unlink(missing_ok=True)


def verify(place, server):
    return place.run("sync", "verify", "--server", server.base, "--ledger", "ledger.sqlite")


def writes(asked):
    return any(each["request"]["method"] not in READS for each in asked["entry"])


class Answers(Server):
    """Does what it is asked, and says it as the case has it."""

    @staticmethod
    def say(server, asked, answer):
        return answer

    def bundle(self, asked):
        answer = super().bundle(asked)
        return self.say(self, asked, answer) if writes(asked) and answer[0] == 200 else answer


def server_that(say):
    return type("Saying", (Answers,), {"say": staticmethod(say)})()


def of_entries(change):
    def say(_, asked, answer):
        status, headers, body = answer
        return status, headers, {**body, "entry": change(asked["entry"], body["entry"])}
    return say


def settles(place, server, name, codes=(0,)):
    """A first run, some changes, a verification: nothing is written twice, and nothing is lost."""
    place.serve(server)
    forget(place)
    fill(place, "rec", NAMES)
    ran = sync(place, server, "rec")
    place.check(ran.code in codes, f"{name}: first run")
    for turn in (5, 6):
        for each in ("r03", "r05", "r11"):
            place.write(f"rec/{each}.json", record(each, turn))
        ran = sync(place, server, "rec")
        place.check(ran.code == 0, f"{name}: turn {turn}")
    place.check(values(server) == [1] * 9 + [6] * 3, f"{name}: {values(server)}")
    place.check(max(each["version"] for each in server.history) == 3, f"{name}: something was written twice")
    place.check(verify(place, server).code == 0, f"{name}: verify")
    place.check(not retracted(server), f"{name}: retracted")


def with_places(change):
    def go(asked, entries):
        for request, entry in zip(asked, entries):
            entry["response"]["location"] = f'{request["request"]["url"]}/_history/{entry["response"]["etag"][3:-1]}'
        return change(entries)
    return of_entries(go)


@case
def answers_in_another_order(place):
    settles(place, server_that(with_places(lambda entries: entries[::-1])), "reversed")
    settles(place, server_that(with_places(lambda entries: entries[5:] + entries[:5])), "turned")


@case
def answers_that_are_too_few_or_too_many(place):
    warning = {"resource": outcome("informational"), "response": {"status": "200"}}
    for name, change in (("one less", lambda _, entries: entries[1:]), ("none", lambda _, entries: []),
                         ("one more", lambda _, entries: [warning, *entries])):
        settles(place, server_that(of_entries(change)), name)


@case
def words_about_statuses(place):
    for form in ("{} Created", "HTTP/1.1 {}", "", " {}"):
        settles(place, server_that(of_entries(lambda _, entries: [
            {**each, "response": {**each["response"], "status": form.format(each["response"]["status"])}} for each in entries])), repr(form))


@case
def done_and_not_a_word_about_it(place):
    for name, said in (("nothing", (200, {}, b"")), ("204", (204, {}, b"")), ("an outcome", (200, {}, outcome("processing"))),
                       ("XML", (200, {"Content-Type": "application/fhir+xml"}, b'<Bundle xmlns="http://hl7.org/fhir"/>')),
                       ("null", (200, {"Content-Type": "application/json"}, b"null"))):
        settles(place, server_that(lambda *_: said), name)


class OwnIds(Server):
    """Gives ids of its own to what is PUT."""

    def put(self, resource, **meta):
        return super().put({**resource, "id": str(len(self.history) + 1)}, **meta)

    def answer(self, method, path, query, body):
        status, headers, made = super().answer(method, path, query, body)
        if method == "PUT":
            headers["Location"] = self.url(f'{made["resourceType"]}/{made["id"]}/_history/1')
        return status, headers, made

    def bundle(self, asked):
        before = len(self.history)
        status, headers, body = super().bundle(asked)
        for number, (request, entry) in enumerate(zip(asked["entry"], body.get("entry", []))):
            if request["request"]["method"] == "PUT":
                entry["response"]["location"] = f'{request["resource"]["resourceType"]}/{before + number + 1}/_history/1'
        return status, headers, body


@case
def ids_of_the_servers_own(place):
    server = place.serve(OwnIds())
    fill(place, "rec", NAMES)
    ran = sync(place, server, "rec")
    place.check(ran.code == 3 and "id" in ran.messages, "sync does not say it")
    place.check(len(server.store) <= 2 * len(NAMES), f"{len(server.store)} resources were made")
    for name in ("a", "b"):
        place.write(f"single/{name}.json", {"resourceType": "Patient", "id": name, "gender": "female"})
    ran = place.run("push", "single", "--server", server.base)
    place.check(ran.code == 3 and "id" in ran.messages, "push does not say it")


class Accepts(Answers):
    """202: it is done while something else is asked."""
    waiting = None

    def bundle(self, asked):
        if not writes(asked):
            return super().bundle(asked)
        self.waiting = asked
        return 202, {}, b""

    def answer(self, *request):
        waiting, self.waiting = self.waiting, None
        if waiting:
            super().bundle(waiting)
        return super().answer(*request)


@case
def accepted_and_done_later(place):
    settles(place, Accepts(), "202", codes=(0, 4))


class StrongTags(Answers):
    """Of an If-Match only the letters of its own ETag count: no W/."""

    def is_stale(self, request):
        known, wanted = self.store.get(request["url"]), request.get("ifMatch")
        return wanted is not None and (known is None or wanted != f'"{known["meta"]["versionId"]}"')

    def answer(self, *request):
        status, headers, body = super().answer(*request)
        return status, {**headers, **({"ETag": headers["ETag"][2:]} if "ETag" in headers else {})}, body


@case
def tags_that_are_compared_by_the_letter(place):
    settles(place, StrongTags(), "strong")


class Mixed(Server):
    """A cache gives another resource of the type than was asked for."""

    def bundle(self, asked):
        if asked["type"] == "batch":
            return 400, {}, outcome("not-supported")
        return super().bundle(asked)

    def answer(self, method, path, query, body):
        key = path.strip("/")
        if method == "GET" and key in self.store:
            other = next(each for name, each in self.store.items() if name != key and name.split("/")[0] == key.split("/")[0])
            return 200, {"ETag": 'W/"77"'}, other
        return super().answer(method, path, query, body)


@case
def another_resource_than_was_asked_for(place):
    server = place.serve(Server())
    fill(place, "rec", NAMES[:3])
    sync(place, server, "rec")
    server.__class__ = Mixed
    forget(place)
    before = dict(server.store)
    for each in NAMES[:3]:
        place.write(f"rec/{each}.json", record(each, 3))
    ran = sync(place, server, "rec", arguments=("--on-conflict", "ours"))
    place.check(ran.code == 1 and server.store == before, "it is taken for the one that was asked for")


class Moved(Server):
    status = 301

    def answer(self, method, path, query, body):
        return self.status, {"Location": f"http://127.0.0.1:{self.port}/r4{path}"}, b""


class Welcome(Server):
    def answer(self, *_):
        return 200, {"Content-Type": "text/html; charset=utf-8"}, b"<!doctype html><title>Sign in</title>"


@case
def addresses_that_lead_away(place):
    fill(place, "rec", NAMES)
    for status in (301, 302, 307, 308, None):
        server = Moved() if status else Welcome()
        server.status = status
        place.serve(server)
        forget(place)
        for verb in (("sync", "run", "--ledger", "ledger.sqlite", "--source", "rec"), ("push", "rec"), ("pull",), ("probe",)):
            before = len(server.asked)
            ran = place.run(*verb, "--server", server.base)
            place.check(ran.code == 3 and len(server.asked) - before <= 4, f"{verb[0]}, {status}: {len(server.asked) - before} requests")
            place.check(not status or f":{server.port}/r4 as --server" in ran.messages, f"{verb[0]}, {status}: it is not said where to")


class Undeployed(Server):
    """After so many requests nothing is there any more."""
    left = 1 << 30
    gone = (404, {}, outcome("not-found"))

    def start(self):
        self.inside = False
        return super().start()

    def bundle(self, asked):
        self.inside = True
        try:
            return super().bundle(asked)
        finally:
            self.inside = False

    def answer(self, *request):
        if not self.inside:
            self.left -= 1
            if self.left < 0:
                return self.gone
        return super().answer(*request)


@case
def a_server_that_goes_in_the_middle(place):
    for gone in (Undeployed.gone, (405, {}, outcome("not-supported")), (401, {}, outcome("login"))):
        for left in (0, 1, 2, 3, 4):
            server = Undeployed()
            server.gone, server.left = gone, left
            place.serve(server)
            forget(place)
            fill(place, "rec", NAMES)
            name = f"{gone[0]} after {left}"
            ran = sync(place, server, "rec", arguments=("--transaction-entries", "4", "--concurrency", "1"))
            place.check(ran.code in (3, 4), name)
            server.left = 1 << 30
            ran = sync(place, server, "rec")
            place.check(ran.code == 0 and values(server) == [1] * 12, f"{name}: records were blamed for it")


class Poison(Server):
    """One record makes the worker die that gets it."""
    answer_to = Raw(b"")

    def answer(self, method, path, query, body):
        if method in ("POST", "PUT") and b"4242" in body:
            return 200, {}, self.answer_to
        return super().answer(method, path, query, body)


def others_go(place, said):
    server = Poison()
    server.answer_to = Raw(said)
    place.serve(server)
    fill(place, "rec", NAMES[:6])
    place.write("rec/r02.json", record("r02", 4242))
    ran = sync(place, server, "rec", seconds=150)
    place.check(ran.code == 1 and values(server) == [1] * 5, f"{len(values(server))} of 5 others went")
    place.write("rec/r02.json", record("r02", 2))
    ran = sync(place, server, "rec")
    place.check(ran.code == 0 and 2 in values(server), "does not heal")


@case
def a_record_that_a_server_does_not_survive(place):
    others_go(place, b"")


@case
def a_record_that_a_gateway_waits_for_in_vain(place):
    others_go(place, b"HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n")


class AlwaysInConflict(Server):
    def bundle(self, asked):
        return (409, {}, outcome("conflict")) if writes(asked) and "4242" in json.dumps(asked) else super().bundle(asked)


@case
def a_record_that_is_always_in_conflict(place):
    server = place.serve(AlwaysInConflict())
    fill(place, "rec", NAMES)
    place.write("rec/r02.json", record("r02", 4242))
    sync(place, server, "rec", seconds=30)
    place.check(values(server) == [1] * 11, f"{len(values(server))} of 11 others went in half a minute")


class ReadOnly(Server):
    """In maintenance: reads go on."""

    def bundle(self, asked):
        return (503, {"Retry-After": "0"}, b"") if writes(asked) else super().bundle(asked)


@case
def a_server_that_only_reads(place):
    server = place.serve(ReadOnly())
    fill(place, "rec", NAMES)
    ran = sync(place, server, "rec", seconds=200)
    place.check(ran.code in (3, 4), "the run does not end")
    server.__class__ = Server
    ran = sync(place, server, "rec")
    place.check(ran.code == 0 and values(server) == [1] * 12, "does not go on")


class LeaveMeAlone(Server):
    status = 429

    def bundle(self, asked):
        return self.status, {"Retry-After": "86400"}, b""


@case
def a_server_that_wants_to_be_left_alone(place):
    for status in (429, 503):
        server = LeaveMeAlone()
        server.status = status
        place.serve(server)
        forget(place)
        fill(place, "rec", NAMES)
        ran = sync(place, server, "rec", seconds=20)
        place.check(ran.code in (3, 4) and len(server.asked) <= 2, f"{status}: waits for a day")

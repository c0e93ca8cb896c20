"""What the field cases share: a FHIR server on 127.0.0.1 that a case makes misbehave, the program, and checks."""
import concurrent.futures
import datetime
import http.server
import json
import os
import pathlib
import subprocess
import tempfile
import threading
import time
import urllib.parse

CASES = {}  # name -> function
AT_ONCE = 8


def case(function):
    """A function that takes a Place and complains through it."""
    CASES[function.__name__] = function
    return function


class Ran:
    """One run of the program."""

    def __init__(self, code, out, messages):
        self.code, self.out, self.messages = code, out, messages

    @property
    def resources(self):
        return [json.loads(line) for line in self.out.splitlines() if line.strip()]

    @property
    def ids(self):
        return sorted(f"{each['resourceType']}/{each['id']}" for each in self.resources)


class Place:
    """A folder of its own for one case, the program, and what was found wrong."""

    def __init__(self, paraneo, folder):
        self.paraneo, self.folder, self.complaints, self.servers = paraneo, pathlib.Path(folder), [], []
        self.ran = None

    def run(self, *arguments, stdin=None, seconds=60):
        environment = {**os.environ, "HOME": str(self.folder), "XDG_STATE_HOME": str(self.folder / "state")}
        try:
            done = subprocess.run([self.paraneo, *map(str, arguments)], cwd=self.folder, env=environment, input=stdin,
                                  capture_output=True, text=True, timeout=seconds)
            self.ran = Ran(done.returncode, done.stdout, done.stderr)
        except subprocess.TimeoutExpired:
            self.ran = Ran(None, "", f"not done after {seconds} s")
        return self.ran

    def check(self, holds, what):
        if not holds:
            ran = self.ran
            self.complaints.append(what + (f"\n    code {ran.code}\n    " + "\n    ".join(ran.messages.splitlines()[-6:]) if ran else ""))

    def serve(self, server):
        server.start()
        self.servers.append(server)
        return server

    def write(self, name, *values):
        """NDJSON of values, or text as it is."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(v if isinstance(v, str) else json.dumps(v) + "\n" for v in values), encoding="utf-8")
        return path

    def read(self, name):
        path = self.folder / name
        return path.read_text(encoding="utf-8") if path.exists() else None

    def end(self):
        for server in self.servers:
            server.stop()


class Raw(bytes):
    """An answer as it travels, head and all; the connection ends behind it."""


def instant(second):
    return (datetime.datetime(2024, 1, 1) + datetime.timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def outcome(code, text="no"):
    return {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": code, "diagnostics": text}]}


class Server:
    """Versions, search by _id, patient and _lastUpdated, pages, counts, history, batch and transaction.

    A case overrides what misbehaves. Each answer is (status, headers, body): a body that is no bytes becomes JSON."""
    types = ("Patient", "Condition", "Observation")
    page_entries_max = 50
    clock_lead_s = 0  # of its Date headers

    def __init__(self):
        self.now, self.store, self.history, self.asked = 0, {}, [], []
        self.lock = threading.RLock()

    # What it holds

    def put(self, resource, **meta):
        with self.lock:
            self.now += 1
            key = f"{resource['resourceType']}/{resource['id']}"
            versions = [each for each in self.history if each["key"] == key]
            made = {**resource, "meta": {**resource.get("meta", {}), "versionId": str(len(versions) + 1), "lastUpdated": instant(self.now), **meta}}
            self.store[key] = made
            self.history.append({"key": key, "resource": made, "version": len(versions) + 1, "at": instant(self.now)})
            return made

    def delete(self, key):
        with self.lock:
            self.now += 1
            self.store.pop(key, None)
            versions = [each for each in self.history if each["key"] == key]
            self.history.append({"key": key, "resource": None, "version": len(versions) + 1, "at": instant(self.now)})

    def fill(self, conditions=7):
        self.put({"resourceType": "Patient", "id": "p1", "gender": "female"})
        for number in range(conditions):
            self.put({"resourceType": "Condition", "id": f"c{number:02}", "subject": {"reference": "Patient/p1"},
                      "code": {"text": f"finding {number}"}})
        return self

    def found(self, kind, query):
        out = [each for key, each in sorted(self.store.items()) if key.startswith(kind + "/")]
        for name, values in query.items():
            for value in values:
                if name == "_id":
                    out = [each for each in out if each["id"] in value.split(",")]
                elif name in ("patient", "subject"):
                    wanted = {each.rpartition("/")[2] for each in value.split(",")}
                    out = [each for each in out if (each.get("subject") or each.get("patient") or {}).get("reference", "").rpartition("/")[2] in wanted]
                elif name == "_lastUpdated":
                    sign, at = value[:2], datetime.datetime.fromisoformat(value[2:].replace("Z", "+00:00"))
                    out = [each for each in out if self.compares(sign, self.time_of(each), at)]
        return out

    @staticmethod
    def time_of(resource):
        at = datetime.datetime.fromisoformat(resource["meta"]["lastUpdated"].replace("Z", "+00:00"))
        return at

    @staticmethod
    def compares(sign, left, right):
        return {"ge": left >= right, "gt": left > right, "le": left <= right, "lt": left < right}[sign]

    # What it answers

    def answer(self, method, path, query, body):
        parts = path.strip("/").split("/")
        if path == "/metadata":
            return 200, {}, self.metadata()
        if method == "POST" and parts == [""]:
            return self.bundle(json.loads(body))
        if method == "POST" and parts[-1] == "_search":
            return self.search(parts[0], {**query, **urllib.parse.parse_qs(body.decode(), keep_blank_values=True)})
        if parts[-1] == "_history":
            return self.answer_history("/".join(parts[:-1]), query)
        if method == "GET" and len(parts) == 1:
            return self.search(parts[0], query)
        key = "/".join(parts)
        if method == "GET" and len(parts) == 2:
            known = self.store.get(key)
            return (200, {"ETag": f'W/"{known["meta"]["versionId"]}"'}, known) if known else (404, {}, outcome("not-found"))
        if method == "PUT" and len(parts) == 2:
            new = key not in self.store
            made = self.put(json.loads(body))
            return (201 if new else 200), {"ETag": f'W/"{made["meta"]["versionId"]}"'}, made
        if method == "DELETE" and len(parts) == 2:
            self.delete(key)
            return 204, {}, b""
        return 404, {}, outcome("not-found")

    def metadata(self):
        interactions = [{"code": each} for each in ("read", "search-type", "update", "delete")]
        return {"resourceType": "CapabilityStatement", "status": "active", "kind": "instance", "fhirVersion": "4.0.1", "format": ["json"],
                "rest": [{"mode": "server", "resource": [{"type": each, "interaction": interactions} for each in self.types]}]}

    def search(self, kind, query):
        found = self.found(kind, query)
        if query.get("_summary") == ["count"]:
            return 200, {}, {"resourceType": "Bundle", "type": "searchset", "total": len(found)}
        count = min(int(query.get("_count", [self.page_entries_max])[0]), self.page_entries_max)
        return 200, {}, self.page(kind, query, found, count, int(query.get("_offset", ["0"])[0]))

    def page(self, kind, query, found, count, offset):
        bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(found),
                  "entry": [{"fullUrl": self.url(f"{kind}/{each['id']}"), "resource": each, "search": {"mode": "match"}}
                            for each in found[offset:offset + count]]}
        if offset + count < len(found):
            bundle["link"] = [{"relation": "next", "url": self.next_url(kind, query, offset + count)}]
        return bundle

    def next_url(self, path, query, offset):
        more = {**{k: v for k, v in query.items() if k != "_offset"}, "_offset": [str(offset)]}
        return self.url(path) + "?" + urllib.parse.urlencode(more, doseq=True)

    def answer_history(self, place, query):
        entries = [self.history_entry(each) for each in reversed(self.history)
                   if each["key"] == place or not place or each["key"].startswith(place + "/")]
        return 200, {}, {"resourceType": "Bundle", "type": "history", "total": len(entries), "entry": entries}

    def history_entry(self, each):
        gone = each["resource"] is None
        entry = {"fullUrl": self.url(each["key"]), "request": {"method": "DELETE" if gone else "PUT", "url": each["key"]},
                 "response": {"status": "204" if gone else "200", "etag": f'W/"{each["version"]}"', "lastModified": each["at"]}}
        return entry if gone else {**entry, "resource": each["resource"]}

    def is_stale(self, request):
        """If-Match: another version is there."""
        known = self.store.get(request["url"])
        wanted = request.get("ifMatch")
        return wanted is not None and (known is None or wanted != f'W/"{known["meta"]["versionId"]}"')

    def bundle(self, asked):
        if asked["type"] == "transaction" and any(self.is_stale(each["request"]) for each in asked.get("entry", [])):
            return 412, {}, outcome("conflict")
        entries = []
        for entry in asked.get("entry", []):
            method, url = entry["request"]["method"], entry["request"]["url"]
            path, _, query = url.partition("?")
            body = json.dumps(entry["resource"]).encode() if "resource" in entry else b""
            status, headers, answer = self.answer(method, "/" + path, urllib.parse.parse_qs(query, keep_blank_values=True), body)
            made = {"response": {"status": str(status), **({"etag": headers["ETag"]} if "ETag" in headers else {})}}
            if method == "GET" and status == 200:
                made["resource"] = answer
            elif status >= 400:
                made["response"]["outcome"] = answer
            entries.append(made)
        return 200, {}, {"resourceType": "Bundle", "type": asked["type"] + "-response", "entry": entries}

    # How it is reached

    @property
    def base(self):
        return f"http://127.0.0.1:{self.port}/fhir"

    def url(self, path):
        return f"{self.base}/{path}"

    def start(self):
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 1 << 16  # an answer goes in one piece

            def log_message(self, *_):
                pass

            def date_time_string(self, timestamp=None):
                return super().date_time_string((timestamp or time.time()) + server.clock_lead_s)

            def handle(self):
                try:
                    super().handle()
                except ConnectionError:
                    pass  # the program has heard enough

            def go(self):
                split = urllib.parse.urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                path = split.path[len("/fhir"):] if split.path.startswith("/fhir") else split.path
                query = urllib.parse.parse_qs(split.query, keep_blank_values=True)
                with server.lock:
                    server.asked.append((self.command, self.path, dict(self.headers), body))
                    status, headers, answer = server.answer(self.command, path, query, body)
                if isinstance(answer, Raw):
                    self.wfile.write(answer)
                    self.close_connection = True
                    return
                if not isinstance(answer, bytes):
                    answer, headers = json.dumps(answer).encode(), {"Content-Type": "application/fhir+json", **headers}
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                if status != 204:
                    self.wfile.write(answer)

            do_GET = do_POST = do_PUT = do_DELETE = go

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.port = self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self):
        self.http.shutdown()
        self.http.server_close()


def complaints_of(paraneo, function):
    with tempfile.TemporaryDirectory() as folder:
        place = Place(paraneo, folder)
        try:
            function(place)
        finally:
            place.end()
        return place.complaints


def main(paraneo, wanted):
    """Most of the time they wait, so several at once."""
    paraneo = str(pathlib.Path(paraneo).resolve())
    names = sorted(name for name in CASES if not wanted or name in wanted)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for name, complaints in zip(names, pool.map(lambda each: complaints_of(paraneo, CASES[each]), names)):
            for complaint in complaints:
                print(f"FAILED {name}: {complaint}")
            failed += bool(complaints)
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed or not names else 0

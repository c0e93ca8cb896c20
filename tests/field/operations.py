"""What whoever runs sync relies on: exit codes, metrics, logs."""
import json
import pathlib
import re
import sqlite3
import subprocess
import time

from kit import Server, case
from sources import NAMES, begun, fill, record, sync


def metrics(place, name="metrics.prom"):
    text = place.read(name) or ""
    for line in text.splitlines():
        place.check(re.fullmatch(r'# (HELP|TYPE) \S+ .+|paraneo_sync_\w+(\{\w+="\w+"\})? -?\d+(\.\d+)?', line) is not None,
                    "no line of Prometheus: " + line)
    return dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))


def lines_of(ran):
    return [json.loads(line) for line in ran.messages.splitlines() if line.startswith("{")]


def audit_rows(place):
    database = sqlite3.connect(place.folder / "ledger.sqlite")
    try:
        return database.execute("SELECT count(*) FROM audit").fetchone()[0]
    finally:
        database.close()


class NotHere(Server):
    status = 404

    def answer(self, method, path, query, body):
        return self.status, {}, {"resourceType": "OperationOutcome", "issue": []} if self.status == 405 else {"error": "no such path"}


@case
def a_wrong_path_of_the_server(place):
    for status in (404, 405):
        server = NotHere()
        server.status = status
        place.serve(server)
        fill(place, "rec", NAMES)
        ran = sync(place, server, "rec", arguments=("--metrics", "metrics.prom"))
        place.check(ran.code == 3 and len(server.asked) <= 4, f"{status}: {len(server.asked)} requests")
        place.check(metrics(place).get("paraneo_sync_last_run_exit_code") == "3.000", "the exit code is not in the metrics")
        ran = place.run("push", "rec", "--server", server.base)
        place.check(ran.code == 3 and len(server.asked) <= 10, f"push, {status}: {len(server.asked)} requests in all")
        ran = place.run("pull", "--server", server.base)
        place.check(ran.code == 3, f"pull, {status}")
        (place.folder / "ledger.sqlite").unlink()


@case
def a_run_that_cannot_begin(place):
    fill(place, "rec", NAMES)
    free = place.serve(Server())
    for name, arguments, code in (("no source", ("--server", free.base, "--source", "nowhere"), 2),
                                  ("a source that is no folder", ("--server", free.base, "--source", "rec/r01.json/x"), 2),
                                  ("no token", ("--server", free.base, "--source", "rec", "--bearer-token-file", "nowhere"), 2)):
        ran = place.run("sync", "run", "--ledger", "ledger.sqlite", "--metrics", "m.prom", *arguments, seconds=120)
        place.check(ran.code not in (0, 1, None) and (code is None or ran.code == code), name)
        written = metrics(place, "m.prom")
        place.check(written.get("paraneo_sync_last_run_exit_code") == f"{ran.code}.000", f"{name}: {written}")
        (place.folder / "m.prom").unlink(missing_ok=True)


class Slow(Server):
    def bundle(self, asked):
        time.sleep(1.5)
        return super().bundle(asked)


@case
def every_metric_is_in_the_docs(place):
    server = place.serve(Server())
    fill(place, "rec", NAMES)
    place.check(sync(place, server, "rec", arguments=("--metrics", "m.prom")).code == 0, "the run")
    text = place.read("m.prom") or ""
    written = {}  # name -> label -> values
    for name, label, value in re.findall(r'^paraneo_sync_(\w+)(?:\{(\w+)="(\w+)"\})? ', text, re.MULTILINE):
        written.setdefault(name, {}).setdefault(label, set()).add(value)
    docs = (pathlib.Path(__file__).parents[2] / "docs/sync.md").read_text(encoding="utf-8")
    said = {name: (label, words) for name, label, words in re.findall(r"^\| `(\w+?)(?:\{(\w+)\})?` \| ([^|]*) \|[^|\n]*\|$", docs, re.MULTILINE)}
    place.check(set(written) == set(said), f"not in both: {set(written) ^ set(said)}")
    for name, (label, words) in said.items():
        place.check(set(written.get(name, {})) == {label}, f"{name}: its label is not {label!r}")
        missing = {value for value in written.get(name, {}).get(label, ()) if value and not re.search(rf"\b{value}\b", words)}
        place.check(not missing, f"{name}: {missing} are not in the docs")


@case
def the_audit_trail_is_pruned(place):
    server = begun(place)
    days = 1 / 86400
    before = audit_rows(place)
    time.sleep(1.2)
    place.write("rec/r01.json", record("r01", 5))
    ran = sync(place, server, "rec", arguments=("--audit-keep", str(days)))
    place.check(ran.code == 0 and before == 28 and audit_rows(place) == 1, f"{before} rows, then {audit_rows(place)}")


@case
def a_ledger_that_is_busy(place):
    server = place.serve(Slow())
    fill(place, "rec", NAMES)
    first = subprocess.Popen([place.paraneo, "sync", "run", "--server", server.base, "--ledger", "ledger.sqlite", "--source", "rec"], cwd=place.folder,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.time() + 20
    while not server.asked and time.time() < until:
        time.sleep(0.05)
    ran = sync(place, server, "rec", arguments=("--metrics", "second.prom", "--log", "json"))
    place.check(ran.code == 4, "a second run")
    place.check(metrics(place, "second.prom").get("paraneo_sync_last_run_exit_code") == "4.000", "no metrics of the second run")
    place.check(any(each.get("code") == "ledger-busy" for each in lines_of(ran)), "its code is not in the log")
    ran = place.run("sync", "status", "--ledger", "ledger.sqlite", "--json")
    place.check(ran.code == 0, "status while it runs")
    place.check(first.wait(30) == 0, "the first run")


@case
def logs_for_programs(place):
    server = begun(place)
    (place.folder / "rec/r01.json").unlink()
    place.write("rec/r02.json", record("r02", 5))
    place.write("rec/r03.json", {**record("r03"), "subject": {"sex": "robot"}})
    with server.lock:
        mine = next(each for key, each in server.store.items() if key.startswith("Observation/") and "r04" in json.dumps(each))
        server.put({**mine, "valueQuantity": {"value": 99}})
    place.write("rec/r04.json", record("r04", 6))
    ran = sync(place, server, "rec", arguments=("--log", "json", "--metrics", "m.prom"))
    place.check(ran.code == 5, "somebody else changed one")
    place.check(all(each.startswith("{") for each in ran.messages.splitlines()), "a line is no JSON")
    lines = lines_of(ran)
    ended = [each for each in lines if each.get("event") == "sync-ended"]
    place.check(len(ended) == 1 and all(not isinstance(value, str) or not re.fullmatch(r"\d+", value) for value in ended[0].values()),
                f"numbers are texts: {ended}")
    for event in ("record-refused", "record-parked"):
        found = [each for each in lines if each.get("event") == event]
        place.check(found and "advice" in found[0] and "record" in found[0], f"{event}: {found}")
    place.check("r04" not in "".join(v for each in lines for k, v in each.items() if k == "record"), "a record is named")
    written = metrics(place, "m.prom")
    for name in ('ledger_records{state="parked"}', 'ledger_records{state="dead"}', 'oldest_waiting_seconds{state="parked"}', "ledger_bytes",
                 'requests_total{outcome="answered"}', 'runs_total{outcome="failed"}'):
        place.check("paraneo_sync_" + name in written, name + " is missing")
    place.check(written.get('paraneo_sync_ledger_records{state="parked"}') == "1", "the parked one is not counted")


@case
def what_was_retracted_is_listed(place):
    server = begun(place)
    (place.folder / "rec/r01.json").unlink()
    ran = sync(place, server, "rec", arguments=("--log", "json"))
    found = [each for each in lines_of(ran) if each.get("event") == "record-retracted"]
    place.check(ran.code == 0 and len(found) == 1 and "r01" not in json.dumps(found), f"{found}")
    ran = place.run("sync", "status", "--ledger", "ledger.sqlite", "--json")
    place.check(ran.code == 0 and all(json.loads(line) for line in ran.out.splitlines()), "status")


@case
def every_request_says_who_asks(place):
    server = begun(place)
    place.run("pull", "--server", server.base, "--query", "Patient")
    place.check(all(re.fullmatch(r"paraneo/\d+\.\d+\.\d+\S*", headers.get("User-Agent", "")) for _, _, headers, _ in server.asked), "User-Agent")


@case
def settled_by_a_person(place):
    server = begun(place)
    with server.lock:
        key, mine = next((key, each) for key, each in server.store.items() if key.startswith("Observation/") and "r04" in json.dumps(each))
        server.put({**mine, "valueQuantity": {"value": 99}})
    place.write("rec/r04.json", record("r04", 6))
    place.check(sync(place, server, "rec").code == 5, "parked")
    place.check(sync(place, server, "rec").code == 5, "parked still")
    ran = sync(place, server, "rec", arguments=("--on-conflict", "ours"))
    place.check(ran.code == 0 and server.store[key]["valueQuantity"]["value"] == 6, "ours")
    with server.lock:
        server.delete(key)
    ran = place.run("sync", "verify", "--server", server.base, "--ledger", "ledger.sqlite", "--repair")
    place.check(ran.code == 0 and "1 missing" in ran.messages, "verify does not see it")
    ran = sync(place, server, "rec", arguments=("--on-conflict", "ours"))
    place.check(ran.code == 0 and key in server.store, "what was deleted there does not come back")
    place.check(place.run("sync", "verify", "--server", server.base, "--ledger", "ledger.sqlite").code == 0, "verify at the end")

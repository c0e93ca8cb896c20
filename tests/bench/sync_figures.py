#!/usr/bin/env python3
"""What sync costs: records a second into a server, waiting for it, a run with nothing to do, memory, ledger.

  sync_figures.py PARANEO [--records N] [--facts N] [--server URL --certificate-authority FILE]

Without --server it starts `paraneo sandbox` over TLS. A record becomes one resource, and one more for each
fact. Prints one line a run. `waiting` is the share of the time in which the program used no processor; on a
loaded machine some of that is waiting for a processor.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time


def write_records(path, count, facts, mark):
    with open(path, "w") as out:
        for number in range(count):
            observations = [{"key": f"o{fact}", "code": {"text": "creatine kinase"},
                             "value": {"number": number % 1000 + fact, "unit": "U/L"}} for fact in range(facts)]
            record = {"resourceType": "CaseRecord", "version": "1", "id": f"{mark}-{number}",
                      "subject": {"sex": "female"}, **({"observations": observations} if facts else {})}
            out.write(json.dumps(record) + "\n")


def run(paraneo, *arguments):
    """Seconds, seconds of processor, megabytes at most, last line of standard error."""
    with tempfile.TemporaryFile("w+") as messages:
        begin = time.monotonic()
        child = subprocess.Popen([paraneo, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=messages)
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.monotonic() - begin
        messages.seek(0)
        text = messages.read()
    if status:
        sys.exit(f"{' '.join(map(str, arguments))}:\n{text}")
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, text.splitlines()[-1]


def start_sandbox(paraneo, folder):
    ready = folder / "ready"
    child = subprocess.Popen([paraneo, "sandbox", "--port", "0", "--ready-file", ready, "--tls-folder", folder / "tls"],
                             stderr=subprocess.DEVNULL)
    while not ready.exists() or not ready.read_text().endswith("\n"):
        if child.poll() is not None:
            sys.exit("the sandbox did not start")
        time.sleep(0.05)
    return child, ready.read_text().strip(), folder / "tls/ca.crt"


def main():
    options = argparse.ArgumentParser()
    options.add_argument("paraneo")
    options.add_argument("--records", type=int, default=100_000)
    options.add_argument("--facts", type=int, default=0)
    options.add_argument("--server")
    options.add_argument("--certificate-authority")
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        child, url, authority = None, options.server, options.certificate_authority
        if not url:
            child, url, authority = start_sandbox(options.paraneo, folder)
        try:
            source, ledger = folder / "records.ndjson", folder / "ledger.sqlite"
            write_records(source, options.records, options.facts, f"figures-{os.getpid()}")
            sync = ["sync", "run", "--server", url, "--certificate-authority", authority, "--source", source,
                    "--ledger", ledger, "--no-progress"]
            load = os.getloadavg()[0]
            print(f"{options.records} records of {options.facts + 1} resources; load of the machine {load:.1f} on {os.cpu_count()} processors")
            for what in ("first run", "no change"):
                seconds, processor, memory, said = run(options.paraneo, *sync)
                print(f"{what}: {seconds:.1f} s, {options.records / seconds:.0f} records a second, "
                      f"{options.records * (options.facts + 1) / seconds:.0f} resources a second, "
                      f"waiting {max(0.0, 1 - processor / seconds):.0%}, {memory:.0f} MB; {said}", flush=True)
            size = sum(path.stat().st_size for path in folder.glob("ledger.sqlite*"))
            print(f"ledger: {size / options.records:.0f} bytes a record")
        finally:
            if child:
                child.terminate()
                child.wait()


if __name__ == "__main__":
    main()

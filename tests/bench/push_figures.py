#!/usr/bin/env python3
"""What push costs: milliseconds of processor for 1,000 resources, into an empty `paraneo sandbox` over TLS and again.

  push_figures.py PARANEO [--records N] [--facts N] [--probe]

Pushes transactions (a record each) and, to another sandbox, single resources. With --probe the server is probed first.
"""
import argparse
import os
import pathlib
import tempfile

from sync_figures import run, start_sandbox, write_records


def push_twice(paraneo, folder, name, what, resources, probes):
    folder = folder / what
    folder.mkdir()
    os.environ["XDG_STATE_HOME"] = str(folder / "state")
    child, url, authority = start_sandbox(paraneo, folder)
    try:
        to = ["--server", url, "--certificate-authority", authority, "--no-progress"]
        if probes:
            run(paraneo, "probe", *to)
        for when in ("first load", "unchanged"):
            seconds, processor, memory, said = run(paraneo, "push", name, *to)
            print(f"{what}, {when}: {processor * 1e6 / resources:.1f} ms of processor for 1,000 resources, {seconds:.1f} s, "
                  f"{memory:.0f} MB; {said}", flush=True)
    finally:
        child.terminate()
        child.wait()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("paraneo")
    options.add_argument("--records", type=int, default=500)
    options.add_argument("--facts", type=int, default=19)
    options.add_argument("--probe", action="store_true")
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        records = folder / "records.ndjson"
        write_records(records, options.records, options.facts, "push")
        resources = options.records * (options.facts + 1)
        for what, form in (("transactions", "transaction"), ("single resources", "ndjson")):
            out = folder / f"{form}.ndjson"
            run(options.paraneo, "export", records, "--as", form, "-o", out, "--no-progress")
            push_twice(options.paraneo, folder, out, what, resources, options.probe)


main()

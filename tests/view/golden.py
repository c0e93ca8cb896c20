#!/usr/bin/env python3
"""The pictures of the five cases, as they were when somebody last looked at them.

    tests/view/golden.py PARANEO [--update]

--update writes those of today: look at them in a browser before you commit them.
"""
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def main():
    failed = 0
    records = sorted((HERE.parent / "records").glob("seed-*.json"))
    assert records, "there are no records"
    for record in records:
        golden = HERE / "golden" / (record.stem + ".svg")
        made = subprocess.run([sys.argv[1], "view", str(record), "--format", "svg"], capture_output=True, check=True).stdout
        if "--update" in sys.argv:
            golden.write_bytes(made)
        elif not golden.exists() or golden.read_bytes() != made:
            print(f"{golden.name} differs: run with --update, and look at it")
            failed += 1
    return 1 if failed else 0


sys.exit(main())

#!/usr/bin/env python3
"""Exports each record of docs/*.md: docs/check.py PARANEO"""
import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BLOCK = re.compile(r"^```json\n(.*?)^```", re.MULTILINE | re.DOTALL)

count = 0
for page in sorted(HERE.glob("*.md")):
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        line = json.dumps(json.loads(block))
        done = subprocess.run([sys.argv[1], "export", "-", "--validate"], input=line.encode(), capture_output=True)
        if done.returncode != 0:
            sys.exit(f"{page}: a record is refused\n{block}\n{done.stderr.decode()}")
        count += 1
if count == 0:
    sys.exit("no record was found")

# Every code of an error stands in the table.
codes = re.findall(r'^X\(\w+, "([a-z-]+)"', (HERE.parent / "src/base/error_codes.def").read_text(encoding="utf-8"), re.MULTILINE)
page = (HERE / "command-line.md").read_text(encoding="utf-8")
if missing := [code for code in codes if f"`{code}`" not in page] or not codes:
    sys.exit(f"docs/command-line.md lacks error codes: {missing}")

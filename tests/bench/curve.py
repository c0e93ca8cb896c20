#!/usr/bin/env python3
"""What a fact costs in records of ten to 100,000 facts: the time of export, import, validation and the report of losses must
grow in proportion, and memory, too.

    tests/bench/curve.py PARANEO [--table] [--most 100000]

So many facts as the largest record has are given in records of each size, so a run takes the same time for all sizes when a fact costs
the same. Each record has dates that are relative to one anchor, values in series, members, and many drugs. Time is user CPU; the
exponent is the slope between sizes on a log-log scale, so no machine is too slow for it. --table only shows the figures.
"""
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

# Work that grows with the square has 2. What is in proportion has a little above 1, because a record of many facts does not fit into a
# processor's cache (24 kB a fact in import), and a small one does.
EXPONENT_MAX = 1.1
SIZES = [10, 100, 1_000, 10_000, 100_000]
TRIES = 2  # the least of them: what else runs on the machine only adds


def record(facts, number):
    """A record of about so many facts."""
    out = {"resourceType": "CaseRecord", "version": "1", "id": f"curve-{number}", "subject": {"sex": "female"},
           "encounters": [{"key": "visit", "class": "AMB", "code": {"text": "first visit"}, "start": {"date": "2020-03-02"}}]}
    observations, medications, conditions, procedures = [], [], [], []
    for i in range(facts):
        at = {"relation": "after-start", "anchor": "visit", "offset": i % 900 + 1, "unit": "d", "text": f"day {i % 900 + 1}"}
        kind = i % 10
        if kind < 6:
            observations.append({"key": f"ck-{i}", "category": "laboratory", "code": {"code": "lab-creatine-kinase", "text": "CK"},
                                 "value": {"number": 100 + i, "unit": "U/L"}, "at": at})
        elif kind == 6:
            observations.append({"key": f"panel-{i}", "category": "laboratory", "code": {"text": "panel"}, "at": at,
                                 "member": [f"ck-{j}" for j in range(i - 6, i)]})
        elif kind == 7:
            medications.append({"key": f"med-{i}", "code": {"code": "med-prednisolone", "text": "prednisolone"}, "status": "completed", "start": at,
                                "dosage": [{"sequence": 1, "text": f"{i % 60 + 1} mg/day"}]})
        elif kind == 8:
            conditions.append({"key": f"sign-{i}", "kind": "symptom", "code": {"code": "sx-myalgia", "text": "myalgia"}, "onset": at})
        else:
            procedures.append({"key": f"ct-{i}", "code": {"code": "img-ct-ce", "text": "CT"}, "at": at})
    for name, each in (("conditions", conditions), ("observations", observations), ("medications", medications), ("procedures", procedures)):
        if each:
            out[name] = each
    return out


def cost(program, arguments):
    """User CPU in seconds, largest memory in bytes."""
    if "-o" in arguments:
        pathlib.Path(arguments[arguments.index("-o") + 1]).unlink(missing_ok=True)
    with tempfile.TemporaryFile() as messages:
        process = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL, stderr=messages)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        messages.seek(0)
        if status != 0:
            sys.exit(f"FAILED: {' '.join(map(str, arguments))}: {messages.read().decode()[:2000]}")
    return usage.ru_utime, usage.ru_maxrss * 1024


def least(program, arguments):
    each = [cost(program, arguments) for _ in range(TRIES)]
    return min(time for time, _ in each), min(memory for _, memory in each)


def slope(points):
    """Of log y over log x, by least squares."""
    xs, ys = [math.log(x) for x, _ in points], [math.log(y) for _, y in points]
    x0, y0 = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - x0) * (y - y0) for x, y in zip(xs, ys)) / sum((x - x0) ** 2 for x in xs)


def main():
    program = sys.argv[1]
    most = int(sys.argv[sys.argv.index("--most") + 1]) if "--most" in sys.argv else SIZES[-1]
    sizes = [size for size in SIZES if size < most] + [most]
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for size in sizes:
            cases, bundles = folder / f"{size}.ndjson", folder / f"{size}-bundles.ndjson"
            cases.write_text("".join(json.dumps(record(size, number)) + "\n" for number in range(most // size)))
            cost(program, ["export", cases, "-o", bundles])
            for job, arguments in {
                "export": ["export", cases, "-o", folder / "out.ndjson"],
                "import": ["import", bundles, "-o", folder / "back.ndjson"],
                "losses": ["import", bundles, "-o", folder / "back.ndjson", "--report", folder / "report.ndjson"],
                "validate": ["validate", "--level", "error", bundles],
            }.items():
                figures.setdefault(job, {})[size] = least(program, [*arguments, "--jobs", "1"])
    failed = 0
    print("job     " + "".join(f"{size:>13} facts" for size in sizes) + "  exponent")
    for job, at in figures.items():
        time = slope([(size, seconds * size) for size, (seconds, _) in at.items()])
        # Small records stay below what the program itself needs.
        memory = slope([(size, used) for size, (_, used) in at.items() if size >= 1_000])
        print(f"{job:<8}" + "".join(f"{seconds / most * 1e6:>9.1f} us {used / 1e6:>4.0f} MB" for seconds, used in at.values()) +
              f"  time {time:.2f}, memory {memory:.2f}")
        if "--table" not in sys.argv and max(time, memory) > EXPONENT_MAX:
            print(f"FAILED: {job} costs more than in proportion: the exponent may be {EXPONENT_MAX}")
            failed += 1
    return 1 if failed else 0


sys.exit(main())

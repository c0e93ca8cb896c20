#!/usr/bin/env python3
"""Golden cases: files, a command and what it must print, in one text file each.

    tests/cases/run.py PARANEO [--update] [CASE...]

A case has sections that begin with "== ":
    == file NAME       a file that the command finds in its folder
    == hex NAME        the same, its bytes in hexadecimal digits
    == command         the command line, after "paraneo"
    == exit            its exit code
    == output          standard output
    == messages        standard error
--update writes what the command prints today; read the difference before you commit it.

All cases together must produce every diagnostic code of src/diag/codes.def, and every code of src/base/error_codes.def
that other tests do not ask for: what fails is run once more with --log json, which names it.
"""
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

# Codes that guard against mistakes of the project's own maps: the record's invariants come first.
# json-time and xml-time come with the speed of the machine: tests/format and tests/xml have them.
GUARDS = {"json-time", "xml-time"}
HERE = pathlib.Path(__file__).resolve().parent


def sections(text):
    out, name = [], None
    for line in text.splitlines(keepends=True):
        if line.startswith("== "):
            name = line[3:].strip()
            out.append([name, ""])
        elif name is None:
            out.append(["", line]) if not out else out[0].__setitem__(1, out[0][1] + line)
        else:
            out[-1][1] += line
    return out


def run(paraneo, parts):
    with tempfile.TemporaryDirectory() as folder:
        for name, body in parts:
            if name.startswith("file "):
                file = pathlib.Path(folder) / name[5:]
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(body, encoding="utf-8")
            elif name.startswith("hex "):
                (pathlib.Path(folder) / name[4:]).write_bytes(bytes.fromhex(body))
        command = next(body for name, body in parts if name == "command")
        done = subprocess.run([paraneo, *shlex.split(command)], cwd=folder, capture_output=True, timeout=60)
    return {"exit": f"{done.returncode}\n", "output": done.stdout.decode(), "messages": done.stderr.decode()}


def error_codes_of(paraneo, parts):
    """The codes of errors that the command's failure has, by its JSON log."""
    command = next(body for name, body in parts if name == "command")
    again = [(name, "--log json " + body if name == "command" else body) for name, body in parts]
    return set(re.findall(r'"code":"([a-z-]+)","exit_code"', run(paraneo, again)["messages"]))


def error_codes_missing(produced):
    """What needs a server, a clock or a broken disk is asked for by other tests: by the name that ErrorCode has, or in a JSON log."""
    rows = (HERE.parent.parent / "src" / "base" / "error_codes.def").read_text(encoding="utf-8")
    codes = dict(re.findall(r'^X\((\w+), "([a-z-]+)"', rows, re.MULTILINE))
    assert codes, "error_codes.def has another form than this program knows"
    tests = "".join(path.read_text(encoding="utf-8") for path in HERE.parent.rglob("*_test.cpp"))
    asked = produced | {name for code, name in codes.items() if f"ErrorCode::{code}" in tests or f'"code":"{name}"' in tests}
    return sorted(set(codes.values()) - asked)


def codes_missing(produced):
    codes = (HERE.parent.parent / "src" / "diag" / "codes.def").read_text(encoding="utf-8")
    names = re.findall(r'^X\(\w+, "([a-z0-9-]+)"', codes, re.MULTILINE)
    assert names, "codes.def has another form than this program knows"
    assert GUARDS <= set(names), "a guard that is no code any more"
    return [name for name in names if (f"[{name}]\n" in produced) == (name in GUARDS)]


def main():
    arguments = [a for a in sys.argv[1:] if a != "--update"]
    update = "--update" in sys.argv
    paraneo = str(pathlib.Path(arguments[0]).resolve())
    paths = [pathlib.Path(a) for a in arguments[1:]] or sorted(HERE.glob("*.txt"))
    failed = 0
    produced = ""
    error_codes = set()
    for path in paths:
        parts = sections(path.read_text(encoding="utf-8"))
        got = run(paraneo, parts)
        produced += got["messages"] + got["output"] + "\n"
        if got["exit"] != "0\n" and not arguments[1:]:
            error_codes |= error_codes_of(paraneo, parts)
        wanted = {name: body for name, body in parts if name in got}
        if update:
            kept = [(name, body) for name, body in parts if name not in got]
            text = "".join((f"== {name}\n" if name else "") + body for name, body in kept)
            path.write_text(text + "".join(f"== {name}\n{body}" for name, body in got.items()), encoding="utf-8")
        elif wanted != got:
            failed += 1
            print(f"FAILED {path.name}")
            for name, body in got.items():
                if wanted.get(name) != body:
                    print(f"-- {name}, expected:\n{wanted.get(name, '')}-- got:\n{body}", end="")
    missing = [] if arguments[1:] else codes_missing(produced)
    for name in missing:
        print(f"{name}: " + ("a case produces it: it is no guard" if name in GUARDS else "no case produces this diagnostic code"))
    unproduced = [] if arguments[1:] else error_codes_missing(error_codes)
    for name in unproduced:
        print(f"{name}: nothing produces this error code")
    print(f"{len(paths) - failed} passed, {failed} failed")
    sys.exit(1 if failed or missing or unproduced or not paths else 0)


if __name__ == "__main__":
    main()

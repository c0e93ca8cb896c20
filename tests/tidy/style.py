#!/usr/bin/env python3
"""What every source file keeps to, held by a test.

    tests/tidy/style.py            all rules, over src/ and tests/
    tests/tidy/style.py --broken   shows of each rule that it sees what breaks it
    tests/tidy/style.py --format   writes the files as clang-format has them

Who broke a rule before it was made stands in tests/tidy/style_known.txt, with how much: that may only shrink, and a line that
is out of date fails, too. Without clang-format 19 the rule of the format is skipped, and says so.
"""
import collections
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
KNOWN = pathlib.Path(__file__).with_name("style_known.txt")
COLUMNS_MAX = 100
FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
FILES_OF_A_CLASS_MAX = 1  # beside its header


def clang_format():
    return shutil.which("clang-format-19") or None


def run_format(arguments, files):
    return subprocess.run([clang_format(), *arguments, *map(str, files)], cwd=ROOT, capture_output=True, text=True)


def not_formatted(files):
    """Names of files that clang-format would change."""
    found = run_format(["--dry-run", "-Werror"], files).stderr
    return sorted({str(pathlib.Path(name).resolve()) for name in re.findall(r"^(\S+?):\d+:\d+: error:", found, re.M)})


def code_of(text):
    """The text with the contents of its raw strings taken out, line by line: they are another language's."""
    return re.sub(r'R"(\w*)\((.*?)\)\1"', lambda raw: 'R"' + "\n" * raw.group(0).count("\n") + '"', text, flags=re.S)


def long_lines(text):
    """A line may be longer than COLUMNS_MAX for the text in quotes that it holds alone."""
    lines = code_of(text).split("\n")
    return sum(1 for line in lines if len(line) > COLUMNS_MAX and '"' not in line and "http" not in line)


def functions(text):
    """(first line, lines) of each function of a formatted file that stands outside a class."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        begins = re.match(r"[^\s#/})]", lines[at]) and not re.match(r"(namespace|class|struct|enum|union|using|extern)\b", lines[at])
        if not begins:
            at += 1
            continue
        head = at
        while head < len(lines) and not lines[head].rstrip().endswith(("{", ";", "}")):
            head += 1
        end = head
        if head < len(lines) and lines[head].rstrip().endswith("{"):
            while end < len(lines) and not lines[end].startswith("}"):
                end += 1
            if "(" in "".join(lines[at : head + 1]):
                yield at + 1, end - at + 1
        at = end + 1


def longest_function(text):
    return max((lines for _, lines in functions(text)), default=0)


DEFINITION = re.compile(r"^(?!return\b|else\b)(?:\w[\w:<>,&*\[\] ]*[ &*\n])?(?:\w+::)*([A-Z]\w*)::(?:~?\w+|operator\S+)\(", re.M)


def classes_defined(text):
    """Classes whose members this file defines."""
    return {match.group(1) for match in DEFINITION.finditer(text) if ";" not in text[match.start() : text.find("{", match.start())]}


TYPE = re.compile(r"^(?:template <[^\n]*>\n)?(?:class|struct|enum class|enum) \w+\b[^;{]*\{", re.M)


def types_without_contract(text):
    """Types of a header that say nothing above themselves. A head of the file speaks for its only type."""
    starts = [match.start() for match in TYPE.finditer(text)]
    bare = [start for start in starts if not text[:start].rstrip("\n").split("\n")[-1].startswith("//")]
    return 0 if len(starts) == 1 and text.startswith("//") else len(bare)


# With a result: of a constructor the contract of its class has spoken.
FUNCTION = re.compile(r"^ {0,2}(?:\[\[nodiscard\]\] )?[\w:<>,&*][\w:<>,&* ]*[ &*](?:\w+|operator\S+)\(")
NO_FUNCTION = re.compile(r"\s*(?:explicit|return|throw|if|for|while|using|template|friend|std::function|static_assert)\b")
SAYS_IT_ELSEWHERE = re.compile(r"\boverride\b|= (?:default|delete);|operator=\(\w+&&\)|\w+::\w+\(.*\{$")


def functions_without_contract(text):
    """Lines of public functions of a header that nothing is said of: neither above or beside them, nor above the group that they stand in.
    What overrides has said it where it is declared; what is whole on a line or two says it itself."""
    lines, bare, found, public = text.split("\n"), [], 0, True
    for at, line in enumerate(lines):
        if re.match(r"\s*(?:private|protected):|(?:template <.*> )?class ", line):
            public = False
        elif re.match(r"\s*public:|struct |\};|\}  // namespace", line):
            public = True
        if not public or NO_FUNCTION.match(line) or not FUNCTION.match(line.split("//")[0]):
            continue
        end = at
        while end + 1 < len(lines) and not lines[end].split("//")[0].rstrip().endswith((";", "{", "}")):
            end += 1
        whole = " ".join(each.split("//")[0].strip() for each in lines[at : end + 1]).strip()
        is_short = whole.endswith("}") or whole.endswith("{") and end + 2 < len(lines) and lines[end + 2].strip() == "}"
        found += 1
        if is_short or SAYS_IT_ELSEWHERE.search(whole):
            continue
        said, above = any("//" in each for each in lines[at : end + 1]), at - 1
        while not said and lines[above].strip() and not re.match(r"\s*(?:class|struct|namespace|public:)", lines[above]):
            said = "//" in lines[above]
            above -= 1
        if not said:
            bare.append(at + 1)
    return [] if found == 1 and text.startswith("//") else bare


# Words of our own that engineers had to learn, and words that say nothing.
BANNED_TYPE = re.compile(
    r"\b(?:struct|class|enum|using) (?:Want|Work|Slot|Letter|Manner|Way|Look|Shelf|Visitor|ServerWays|Allowance"
    r"|\w*(?:Helper|Util|Manager|Common)s?)\b"
)
BANNED_FILE = re.compile(r"(?:^|[/_])(?:utils?|helpers?|common|manager|misc)(?:[_./]|$)")


def banned_words(name, text):
    """How many types, and the file itself, have a name that docs/glossary.md has no place for."""
    return len(BANNED_TYPE.findall(text)) + (1 if BANNED_FILE.search(name) else 0)


def own_header_first(path, text):
    """x.cpp includes x.h before anything else: so each header stands for itself."""
    header = path.with_suffix(".h")
    if path.suffix != ".cpp" or not header.exists():
        return True
    first = re.search(r'^#include\s+([<"][^>"]+[>"])', text, re.M)
    return first is not None and first.group(1).strip('<>"').split("/")[-1] == header.name


def sources():
    files = [each for folder in ("src", "tests") for ending in ("*.h", "*.cpp") for each in (ROOT / folder).rglob(ending)]
    assert files, "no sources are here"
    return sorted(files)


def findings(files):
    """{(rule, what): how much}."""
    found = {}
    files_of_class = collections.defaultdict(set)
    for path in files:
        text = path.read_text()
        name = str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
        if (longer := long_lines(text)) > 0:
            found["line", name] = longer
        if (lines := text.count("\n")) > FILE_LINES_MAX:
            found["file", name] = lines
        if (lines := longest_function(text)) > FUNCTION_LINES_MAX:
            found["function", name] = lines
        if path.suffix == ".h" and not name.startswith("tests/") and (bare := types_without_contract(text)) > 0:
            found["contract", name] = bare
        if path.suffix == ".h" and not name.startswith("tests/") and (bare := len(functions_without_contract(text))) > 0:
            found["promise", name] = bare
        if (words := banned_words(name, text)) > 0:
            found["word", name] = words
        if not own_header_first(path, text):
            found["header", name] = 1
        if path.suffix == ".cpp" and not name.startswith("tests/"):
            for each in classes_defined(text):
                files_of_class[str(pathlib.Path(name).parent), each].add(name)
    for (folder, each), names in files_of_class.items():
        if len(names) > FILES_OF_A_CLASS_MAX:
            found["class", folder + "/" + each] = len(names)
    if clang_format():
        for name in not_formatted(files):
            found["format", str(pathlib.Path(name).relative_to(ROOT)) if name.startswith(str(ROOT)) else name] = 1
    return found


SAYS = {
    "line": "lines have more than %d columns" % COLUMNS_MAX,
    "file": "lines: more than %d; where is its seam?" % FILE_LINES_MAX,
    "function": "lines in one function: more than %d" % FUNCTION_LINES_MAX,
    "contract": "types say nothing above themselves: shapes, owners, threads, errors, cost",
    "promise": "public functions say nothing above themselves: what they give, what goes wrong, what it costs",
    "word": "names are private words, or say nothing: call it what an engineer of the field calls it",
    "header": "does not include its own header first",
    "class": "files define its members: split its state, not its text",
    "format": "is not as clang-format has it: tests/tidy/style.py --format",
}


def known():
    rows = (line.split() for line in KNOWN.read_text().splitlines() if line and not line.startswith("#"))
    return {(rule, what): int(count) for rule, what, count in rows}


def check():
    found, allowed = findings(sources()), known()
    wrong = 0
    for (rule, what), count in sorted(found.items()):
        if count > allowed.get((rule, what), 0):
            print(f"{what}: {count if count > 1 else ''} {SAYS[rule]}".replace(":  ", ": "))
            wrong += 1
    for (rule, what), count in sorted(allowed.items()):
        if found.get((rule, what), 0) < count:
            print(f"{KNOWN.name}: {rule} {what} is {found.get((rule, what), 0)} now, not {count}: write that, or take the line out")
            wrong += 1
    if not clang_format():
        print("SKIPPED: no clang-format-19; whether the files are as it has them was not looked at")
    print(f"{len(sources())} files, {len(allowed)} known, {wrong} wrong")
    return wrong != 0


BROKEN = {
    "line": ("a.cpp", "// " + "word " * 30 + "\n"),
    "file": ("a.cpp", "int a;\n" * (FILE_LINES_MAX + 1)),
    "function": ("a.cpp", "int f(int a) {\n" + "  ++a;\n" * FUNCTION_LINES_MAX + "}\n"),
    "contract": ("a.h", "#pragma once\n\nstruct A {\n  int a = 0;\n};\n"),
    "promise": ("a.h", "// Two functions.\n#pragma once\n\nint one(int a);\n\nint other(int a);\n"),
    "word": ("a.h", "// What waits.\n#pragma once\n\nstruct Letter {\n  int a = 0;\n};\n"),
    "header": ("a.cpp", '#include <vector>\n#include "a.h"\n'),
    "class": ("a.cpp", "void Run::one() { ++n_; }\n"),
    "format": ("a.cpp", "int  a ;\n"),
}


def show_broken():
    """Each rule sees what breaks it, in a folder of its own, and nothing in what is right."""
    wrong = 0
    for rule, (name, text) in BROKEN.items():
        if rule == "format" and not clang_format():
            continue
        with tempfile.TemporaryDirectory() as folder:
            files = [pathlib.Path(folder) / name, pathlib.Path(folder) / "a.h", pathlib.Path(folder) / "b.cpp"]
            shutil.copy(ROOT / ".clang-format", folder)
            files[0].write_text(text)
            if name != "a.h":
                files[1].write_text("#pragma once\n")
            files[2].write_text("void Run::other() { ++n_; }\n" if rule == "class" else "int b;\n")
            seen = {each for each, _ in findings(files)}
            if rule not in seen:
                print(f"{rule}: what breaks it was not seen")
                wrong += 1
            files[1].write_text("// What an A is.\n#pragma once\n\nstruct A {\n  int a = 0;\n};\n")
            files[0] = files[0].with_name("a.cpp")
            files[0].write_text('#include "a.h"\n\nint a;\n')
            if rest := findings([files[0], files[1]]):
                print(f"{rule}: what is right was complained about: {rest}")
                wrong += 1
    print(f"{len(BROKEN)} rules, {wrong} blind")
    return wrong != 0


if __name__ == "__main__":
    if "--format" in sys.argv:
        sys.exit(run_format(["-i"], sources()).returncode)
    sys.exit(show_broken() if "--broken" in sys.argv else check())

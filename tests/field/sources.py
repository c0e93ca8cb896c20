"""Sources of sync that move, lie, vanish and come back."""
import json
import os
import threading
import time

from kit import Server, case


def record(name, value=1):
    return {"resourceType": "CaseRecord", "version": "1", "id": name, "subject": {"sex": "female"},
            "observations": [{"key": "a", "code": {"text": "first"}, "value": {"number": value, "unit": "U/L"}}]}


def sync(place, server, *sources, arguments=(), seconds=60):
    named = [part for each in sources for part in ("--source", each)]
    return place.run("sync", "run", "--server", server.base, "--ledger", "ledger.sqlite", "--no-progress", *named, *arguments, seconds=seconds)


def fill(place, folder, names):
    for name in names:
        place.write(f"{folder}/{name}.json", record(name))


def retracted(server):
    """How many observations are no more: one for each record."""
    with server.lock:
        return [each["valueQuantity"]["value"] if "valueQuantity" in each else None for each in server.store.values()
                if each["resourceType"] == "Observation" and each["status"] == "entered-in-error"]


def values(server):
    with server.lock:
        return sorted(each["valueQuantity"]["value"] for each in server.store.values() if each["resourceType"] == "Observation")


NAMES = [f"r{number:02}" for number in range(12)]


def begun(place, folder="rec"):
    server = place.serve(Server())
    fill(place, folder, NAMES)
    fill(place, folder + "/ward", ["w1", "w2"])
    ran = sync(place, server, folder)
    place.check(ran.code == 0 and len(values(server)) == 14, "the first run")
    return server


@case
def a_mount_point_with_a_note(place):
    """The share is away; what lies below it is not what lay there."""
    server = begun(place)
    for name in ("w1", "w2"):
        (place.folder / f"rec/ward/{name}.json").unlink()
    for note in ("NOT-MOUNTED", ".keep", "README.txt"):
        place.write("rec/ward/" + note, "x")
        ran = sync(place, server, "rec")
        place.check(not retracted(server), f"a folder with {note} alone retracts what was in it")
        (place.folder / "rec/ward" / note).unlink()


@case
def a_folder_that_became_a_file(place):
    server = begun(place)
    for name in ("w1", "w2"):
        (place.folder / f"rec/ward/{name}.json").unlink()
    (place.folder / "rec/ward").rmdir()
    place.write("rec/ward", "stale handle")
    sync(place, server, "rec")
    place.check(not retracted(server), "a file in the place of a folder retracts what was in it")


@case
def a_file_that_became_a_folder(place):
    server = begun(place)
    (place.folder / "rec/r03.json").unlink()
    (place.folder / "rec/r03.json").mkdir()
    sync(place, server, "rec")
    place.check(not retracted(server), "a folder in the place of a file retracts its record")


@case
def names_that_were_swapped(place):
    """One of two files has the other's name and record, and the other cannot be read."""
    for content in ("{", "", '{"resourceType":"CaseRecord"', '[]', '{"resourceType":"Patient","id":"x"}'):
        server = begun(place, f"rec{abs(hash(content))}")
        folder = place.folder / f"rec{abs(hash(content))}"
        (folder / "r01.json").rename(folder / "r02.json")
        (folder / "r01.json").write_text(content)
        for _ in range(2):
            sync(place, server, folder)
        place.check(not retracted(server), f"r02 is retracted, which {content!r} may be")
        (place.folder / "ledger.sqlite").unlink()


@case
def one_record_in_two_texts(place):
    server = begun(place)
    for name, text in (("rec/a-first.json", json.dumps(record("r05", 55))), ("rec/z-last.json", json.dumps(record("r06", 66))),
                       ("rec/lines.ndjson", json.dumps(record("r07", 77)) + "\n"),
                       ("rec/escaped.json", json.dumps(record("r08", 88)).replace('"r08"', '"r\\u0030\\u0038"'))):
        path = place.write(name, text)
        ran = sync(place, server, "rec")
        place.check(ran.code == 1 and not {55, 66, 77, 88} & set(values(server)), f"{name}: the second text was sent")
        path.unlink()
        ran = sync(place, server, "rec")
        place.check(ran.code == 0 and not retracted(server), f"{name}: not as before when it has gone")


@case
def a_line_that_is_repeated(place):
    """Letter for letter the same text twice: refused as any two texts of one record; nothing goes."""
    server = place.serve(Server())
    lines = [json.dumps(record(name)) + "\n" for name in NAMES]
    place.write("in.ndjson", *lines)
    sync(place, server, "in.ndjson")
    before = len(server.history)
    for repeated in ((*lines, lines[3]), (lines[3], *lines, lines[3])):
        place.write("in.ndjson", *repeated)
        ran = sync(place, server, "in.ndjson")
        place.check(ran.code == 1 and "same record id" in ran.messages and len(server.history) == before, "it is not told")
    place.write("in.ndjson", *lines)
    ran = sync(place, server, "in.ndjson")
    place.check(ran.code == 0 and len(server.history) == before, "not as before when it stands once")


@case
def a_resource_that_is_repeated(place):
    """push: what says the same is there already; of what does not, the first counts."""
    server = place.serve(Server())
    patient = {"resourceType": "Patient", "id": "p0", "gender": "female"}
    place.write("in.ndjson", patient, {**patient, "id": "p1"}, patient)
    ran = place.run("push", "in.ndjson", "--server", server.base)
    place.check(ran.code == 0 and len(server.history) == 2, "the same text twice")
    place.write("in.ndjson", patient, {**patient, "gender": "male"}, patient)
    ran = place.run("push", "in.ndjson", "--server", server.base)
    place.check(ran.code == 1 and len(server.history) == 2, "two texts")


@case
def a_second_text_that_comes_between_the_readings(place):
    server = place.serve(Server())
    fill(place, "rec", NAMES)
    os.mkfifo(place.folder / "pipe.ndjson")
    both = (place.folder / "rec", place.folder / "pipe.ndjson")

    def feed(value, between=None):
        def go():
            for turn in range(2):
                with open(both[1], "w") as out:
                    out.write(json.dumps(record("p1", value)) + "\n")
                if turn == 0 and between:
                    between()
                time.sleep(0.3)
        thread = threading.Thread(target=go, daemon=True)
        thread.start()
        return thread

    thread = feed(1)
    ran = sync(place, server, *both)
    thread.join(5)
    place.check(ran.code == 0, "the first run")
    thread = feed(2, lambda: place.write("rec/a.json", record("r05", 55)))
    ran = sync(place, server, *both)
    thread.join(5)
    place.check(55 not in values(server), "a second text of a record that came between two readings was sent")
    place.check(2 in values(server), "the others were not sent")
    (place.folder / "rec/r05.json").unlink()
    thread = feed(2)
    ran = sync(place, server, *both)
    thread.join(5)
    place.check(ran.code == 0 and 55 in values(server), "a record that moved to another file, and changed, does not come")


@case
def a_source_that_changes_all_the_time(place):
    """Every reading may see another half of the records."""
    server = place.serve(Server())
    whole = "".join(json.dumps(record(name)) + "\n" for name in NAMES)
    place.write("in.ndjson", whole)
    sync(place, server, "in.ndjson")
    going = True

    def change():
        turn = 0
        while going:
            turn += 1
            kept = NAMES if turn % 3 == 0 else NAMES[:6] if turn % 3 == 1 else NAMES[6:]
            (place.folder / "new").write_text("".join(json.dumps(record(name, turn)) + "\n" for name in kept))
            os.replace(place.folder / "new", place.folder / "in.ndjson")
            time.sleep(0.001)

    thread = threading.Thread(target=change, daemon=True)
    thread.start()
    codes = set()
    for _ in range(12):
        codes.add(sync(place, server, "in.ndjson").code)
        place.check(len(retracted(server)) == 0, "half of the records were retracted")
    going = False
    thread.join()
    place.check(codes <= {0, 4, 5}, f"codes {codes}")
    place.write("in.ndjson", whole)
    ran = sync(place, server, "in.ndjson")
    place.check(ran.code == 0 and values(server) == [1] * 12, "it does not settle")


@case
def lines_behind_a_long_one(place):
    server = place.serve(Server())
    lines = [json.dumps(record(name)) + "\n" for name in NAMES]
    place.write("in.ndjson", *lines)
    sync(place, server, "in.ndjson")
    long = json.dumps({**record("r03"), "note": "x" * 40000}) + "\n"
    place.write("in.ndjson", *lines[:3], long, *lines[4:-1], json.dumps(record("r11", 9)) + "\n")
    ran = sync(place, server, "in.ndjson", arguments=("--limit", "json-size=20000"))
    place.check(9 in values(server) and not retracted(server) and ran.code == 1, "what is behind a long line is not read, or r03 is retracted")


@case
def sources_that_are_not_there(place):
    server = begun(place)
    (place.folder / "rec").rename(place.folder / "away")
    ran = sync(place, server, "rec")
    place.check(ran.code not in (0, None) and not retracted(server), "a source that is away")
    (place.folder / "rec").mkdir()
    ran = sync(place, server, "rec")
    place.check(ran.code not in (0, None) and not retracted(server), "a source that is empty")
    (place.folder / "rec").rmdir()
    (place.folder / "rec").symlink_to(place.folder / "nowhere")
    ran = sync(place, server, "rec")
    place.check(ran.code not in (0, None) and not retracted(server), "a link that leads nowhere")


@case
def one_source_written_in_many_ways(place):
    server = begun(place)
    for written in ("./rec", "rec/", "rec/../rec", str(place.folder / "rec")):
        ran = sync(place, server, written)
        place.check(ran.code == 0 and "does not read" not in ran.messages, f"{written} is another source")


@case
def sources_that_lie_in_each_other(place):
    server = begun(place)
    for sources in (("rec", "rec/ward"), ("rec/r01.json", "rec"), ("rec", "rec/../rec")):
        before = len(server.asked)
        ran = sync(place, server, *sources)
        place.check(ran.code == 2 and len(server.asked) == before, f"{sources}")
    ran = sync(place, server, "rec")
    place.check(ran.code == 0 and not retracted(server), "the run after it")


@case
def a_record_of_another_source(place):
    server = begun(place)
    fill(place, "other", ["x1", "x2"])
    place.write("other/r04.json", record("r04", 44))
    ran = sync(place, server, "other")
    place.check(ran.code == 1 and 44 not in values(server) and not retracted(server), "a record of another source is taken over")
    ran = sync(place, server, "rec")
    place.check(ran.code == 0 and len(values(server)) == 16, "the source that has it is not left in peace")

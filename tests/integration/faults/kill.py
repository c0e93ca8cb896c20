"""Kills `paraneo sync run` at random moments while a proxy injects faults, and compares what the
server holds in the end, version by version, with what runs without kills and faults left there.

  kill.py PARANEO URL CA_FILE CERTIFICATE KEY RECORDS

PARANEO_KILLS: how many (40). PARANEO_SEED: of edits, faults and moments (1).
"""
import collections
import contextlib
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

import proxy
import records
import server

KILLS_A_ROUND = 8
FAULTS_A_ROUND = 25
FAULT_PERCENT = 35
RUNS_TO_FINISH = 40
MADE_RECORDS = 12
DONE, PARTLY, NETWORK = 0, 4, 3


class Side:
    """A folder of records, a ledger, and where they go."""

    def __init__(self, work, name, paraneo, url, authority):
        self.prefix = f"{name}-{os.getpid()}-"
        self.folder = work / name
        self.ledger = work / f"{name}.sqlite"
        self.errors = work / f"{name}.log"
        self.command = [paraneo, "sync", "run", "--server", url, "--certificate-authority", authority,
                        "--source", str(self.folder), "--ledger", str(self.ledger), "--shrink-max", "100",
                        "--transaction-entries", "40", "--no-progress"]

    def start(self):
        with self.errors.open("wb") as log:
            return subprocess.Popen(self.command, stderr=log)

    def run(self):
        return self.start().wait()

    def on_the_way(self):
        """Whether the ledger holds an intent whose outcome it does not know: looked up in a copy."""
        with tempfile.TemporaryDirectory() as folder:
            for path in self.ledger.parent.glob(self.ledger.name + "*"):
                shutil.copy(path, folder)
            with contextlib.closing(sqlite3.connect(pathlib.Path(folder) / self.ledger.name)) as database:
                try:
                    return database.execute("SELECT count(*) FROM intent").fetchone()[0] > 0
                except sqlite3.OperationalError:
                    return False  # killed while it was made


class Proof:
    def __init__(self, arguments, work):
        paraneo, self.url, self.authority, certificate, key, committed = arguments
        self.kills_wanted = int(os.environ.get("PARANEO_KILLS") or 40)
        seed = int(os.environ.get("PARANEO_SEED") or 1)
        self.random = random.Random(seed)
        self.source = records.Source(committed, MADE_RECORDS, seed)
        self.proxy = proxy.Proxy(self.url, certificate, key, seed)
        self.clean = Side(work, "clean", paraneo, self.url, self.authority)
        self.faulty = Side(work, "faulty", paraneo, self.proxy.url, self.authority)
        self.kills = 0
        self.kills_on_the_way = 0
        self.kills_by_tenth = collections.Counter()
        self.ended = collections.Counter()

    def fail(self, what, side=None):
        print(f"FAILED: {what}")
        if side is not None:
            print(side.errors.read_text(errors="replace")[-4000:])
        sys.exit(1)

    def round(self):
        for side in (self.clean, self.faulty):
            self.source.write(side.folder, side.prefix)
        begin = time.monotonic()
        if (code := self.clean.run()) != DONE:
            self.fail(f"the clean run ended with {code}", self.clean)
        pace = time.monotonic() - begin
        self.proxy.allow(FAULT_PERCENT, FAULTS_A_ROUND)
        for _ in range(min(KILLS_A_ROUND, self.kills_wanted - self.kills)):
            if self.killed_within(pace) == DONE:
                break
        self.finish()
        return pace

    def killed_within(self, pace):
        """One run with a kill at a moment of the time that a clean run takes. None when it was killed."""
        share = self.random.random()
        victim = self.faulty.start()
        try:
            code = victim.wait(share * pace)
        except subprocess.TimeoutExpired:
            victim.kill()
            victim.wait()
            self.kills += 1
            self.kills_by_tenth[int(share * 10)] += 1
            self.kills_on_the_way += self.faulty.on_the_way()
            return None
        self.ended[code] += 1
        if code not in (DONE, PARTLY, NETWORK):
            self.fail(f"a run with faults ended with {code}", self.faulty)
        return code

    def finish(self):
        for _ in range(RUNS_TO_FINISH):
            code = self.faulty.run()
            self.ended[code] += 1
            if code == DONE:
                self.proxy.wait_until_quiet()
                return
            if code not in (PARTLY, NETWORK):
                self.fail(f"a run with faults ended with {code}", self.faulty)
        self.fail(f"{RUNS_TO_FINISH} runs without a kill do not come to an end", self.faulty)

    def compare(self):
        histories = server.histories(self.url, self.authority)
        clean = server.of_records(histories, self.clean.prefix)
        faulty = server.of_records(histories, self.faulty.prefix)
        for name in sorted(clean.keys() | faulty.keys()):
            if clean.get(name) == faulty.get(name):
                continue
            print(f"{name}\n  without faults: {clean.get(name)}\n  with faults:    {faulty.get(name)}")
            self.fail("the server does not hold what it holds without kills and faults")
        return len(clean), sum(len(versions) for versions in clean.values())

    def prove(self):
        rounds, pace = 0, 0.0
        while self.kills < self.kills_wanted:
            if rounds > 0:
                self.source.edit()
            pace += self.round()
            rounds += 1
        resources, versions = self.compare()
        self.proxy.stop()
        print(f"ok: {self.kills} kills in {rounds} rounds of {pace / rounds:.1f} s, {self.kills_on_the_way} of them "
              f"with something on its way; {sum(self.proxy.made.values())} faults: {self.proxy.made}")
        print(f"ok: kills by tenth of a run: {[self.kills_by_tenth[i] for i in range(10)]}; "
              f"ends of runs by code: {dict(self.ended)}")
        print(f"ok: {resources} resources in {versions} versions, each version as without kills and faults")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as work:
        Proof(sys.argv[1:], pathlib.Path(work)).prove()

"""Case records that change from round to round, the same way for the same seed."""
import copy
import json
import pathlib
import random

TEXTS = ("myalgia", "dysphagia", "heliotrope rash", "fatigue")


class Source:
    def __init__(self, committed, generated, seed):
        self.random = random.Random(seed)
        self.made = 0
        self.gone = {}
        self.records = {}
        for path in sorted(pathlib.Path(committed).rglob("*.json")):
            record = json.loads(path.read_text())
            self.records[record["id"]] = record
        for _ in range(generated):
            self.create()

    def create(self):
        self.made += 1
        record = {"resourceType": "CaseRecord", "version": "1", "id": f"made-{self.made}",
                  "subject": {"sex": "female"}, "observations": []}
        for number in range(1 + self.random.randrange(8)):
            self.add_fact(record, f"o{number}")
        if self.random.random() < 0.3:  # a type that cannot say "entered in error": it is deleted
            record["adverseEvents"] = [{"key": "ae", "code": {"text": self.random.choice(TEXTS)}}]
        self.records[record["id"]] = record

    def add_fact(self, record, key):
        record["observations"].append({"key": key, "code": {"text": self.random.choice(TEXTS)},
                                       "value": {"number": self.random.randrange(1000), "unit": "U/L"}})

    def pick(self, share):
        names = sorted(self.records)
        return self.random.sample(names, max(1, int(len(names) * share)))

    def edit(self):
        """Records and facts that come, change, vanish and come back."""
        for name in self.pick(0.25):
            record = self.records[name]
            facts = record.get("observations", [])
            if not facts:
                record["subject"]["words"] = f"round {self.random.randrange(1000)}"
            elif self.random.random() < 0.2 and len(facts) > 1 and name.startswith("made-"):
                facts.pop(self.random.randrange(len(facts)))
            elif self.random.random() < 0.2:
                self.add_fact(record, f"n{self.random.randrange(10**9)}")
            else:
                fact = facts[self.random.randrange(len(facts))]
                fact["code"]["text"] = f"{self.random.choice(TEXTS)} {self.random.randrange(1000)}"
        back = sorted(self.gone)
        for name in self.pick(0.06):
            self.gone[name] = self.records.pop(name)
        if back:
            name = self.random.choice(back)
            self.records[name] = self.gone.pop(name)
        for _ in range(4):
            self.create()

    def write(self, folder, prefix):
        """One file each; the prefix makes records of their own, whose ids have nothing in common."""
        folder = pathlib.Path(folder)
        folder.mkdir(exist_ok=True)
        for name, record in self.records.items():
            named = copy.copy(record)
            named["id"] = prefix + name
            (folder / f"{name}.json").write_text(json.dumps(named))
        for path in folder.iterdir():
            if path.stem not in self.records:
                path.unlink()

"""Which LOINC code a result has: one test has several, by the kind of property that was measured.

A test's variants are the concepts with one `base` in codes.csv. The kind of a result is seen from its
value: the unit, a titre, a yes or no. Only properties that a value can contradict are judged here.
"""
import re

# The property of LOINC -> the kinds of result that it is the code for.
FITS = {
    "enzymatic activity": {"units"},
    "units": {"units"},
    "mass": {"mass"},
    "mole": {"mole"},
    "number": {"count"},
    "number fraction": {"percent"},
    "ratio": {"percent"},
    "mass rate": {"mass-rate"},
    "presence": {"presence"},
    "titer": {"titre"},
}
JUDGED = {"enzymatic activity", "units", "mass", "mole", "number", "number fraction", "presence", "titer"}
KINDS = sorted(set().union(*FITS.values()))

# FHIR's profiles of vital signs follow from the code; each has its units (FHIR R4, vital signs).
VITAL_SIGNS = {
    "8310-5": ["Cel", "[degF]"],
    "29463-7": ["kg", "g", "[lb_av]"],
    "8302-2": ["cm", "[in_i]"],
    "39156-5": ["kg/m2"],
    "8480-6": ["mm[Hg]"],
    "8462-4": ["mm[Hg]"],
    "8867-4": ["/min"],
    "9279-1": ["/min"],
    "59408-5": ["%"],
    "85354-9": [],
}

# The kind of a concept -> the category of observation that it implies.
CATEGORIES = {
    "lab": "laboratory",
    "antibody": "laboratory",
    "ihc": "laboratory",
    "grade": "laboratory",
    "stage": "exam",
    "performance": "survey",
}

PREFIXES = ["", "k", "d", "c", "m", "u", "n", "p", "f"]
VOLUMES = ["L", "dL", "mL", "uL", "nL", "pL", "fL", "l", "dl", "ml", "ul", "cm3", "mm3", "m3"]
TIMES = ["d", "h", "min", "(24.h)"]
# Units of activity and arbitrary units: laboratories print one for the other.
UNITS = ["U", "[IU]", "[arb'U]", "kat", "{RU}", "{EU}", "{CU}", "[CFU]"]


def kind_of_unit(code):
    """The kind of result that a UCUM code tells; "other" is no test's that is judged here."""
    if code.startswith("%"):
        return "percent"
    if code == "{titer}":
        return "titre"
    # To UCUM, what stands in braces is no unit.
    if code == "1" or re.fullmatch(r"\{\w+\}", code.replace("-", "_")):
        return "number"
    above, _, below = code.partition("/")
    amount = re.sub(r"^10\*-?\d+\.", "", above)
    prefix = "(" + "|".join(p for p in PREFIXES if p) + ")?"

    def is_one_of(atoms):
        return re.fullmatch(prefix + "(" + "|".join(map(re.escape, atoms)) + ")", amount) is not None

    is_volume = below in VOLUMES
    if is_one_of(UNITS):
        return "units" if is_volume or not below else "other"
    if is_one_of(["g"]):
        return "mass" if is_volume or not below else "mass-rate" if below in TIMES else "other"
    if is_one_of(["mol", "eq"]):
        return "mole" if is_volume else "other"
    if is_volume and re.fullmatch(r"(10\*\d+|)(\{\w+\})?", above):
        return "count"
    return "other"


def unit_codes():
    """UCUM codes that no table of spellings needs: every prefix of every amount in every volume."""
    amounts = ["g", "mol", "eq", "U", "[IU]", "[arb'U]", "kat"]
    volumes = ["L", "dL", "mL", "uL", "l", "dl", "ml", "ul"]
    return [prefix + amount + "/" + volume for amount in amounts for prefix in PREFIXES for volume in volumes]


def test_of(display):
    """A LOINC name without its property: what was measured, and in what."""
    component, _, rest = re.sub(r" \[[^\]]*\]", "\t", display).partition("\t")
    specimen, _, method = rest.partition(" by ")
    return component.strip(), specimen.strip().removeprefix("in "), method.strip()


def may_be_one(specimen, other):
    """Serum is serum or plasma; a name that says no specimen may mean any."""
    return not specimen or not other or any(
        a.endswith(b) or b.endswith(a) for a in specimen.split(" or ") for b in other.split(" or "))


class Tests:
    def __init__(self, rows):
        self.tests = {}   # concept -> its row of LOINC
        self.groups = {}  # base -> concepts
        for row in rows:
            if row["system"] != "LOINC" or row["equivalence"] != "equivalent" or row["property"] not in FITS:
                continue
            self.tests[row["concept_id"]] = row
            self.groups.setdefault(row["base"] or row["concept_id"], []).append(row["concept_id"])

    def judged(self):
        return [c for c, row in self.tests.items() if row["property"] in JUDGED and row["field"].startswith("observation")]

    def variants(self, concept):
        return self.groups[self.tests[concept]["base"] or concept]

    def row_for(self, concept, kind):
        """The row whose code such a result has: the concept's own, else the one variant that is nearest; None."""
        own = self.tests[concept]
        if kind in FITS[own["property"]]:
            return own
        wanted = test_of(own["display"])
        best, choice = None, None
        for other in self.variants(concept):
            row = self.tests[other]
            if kind not in FITS[row["property"]]:
                continue
            component, specimen, method = test_of(row["display"])
            if not may_be_one(specimen, wanted[1]):
                continue
            # Of two that are as near, the shorter id is the more general test.
            nearness = (component == wanted[0], method == wanted[2], other == row["base"], -len(other))
            if best is None or nearness > best:
                best, choice = nearness, row
            elif nearness == best:
                choice = None
        return choice

    def row_without_unit(self, concept):
        """A number alone does not contradict a measured property; of presence it is none."""
        own = self.tests[concept]
        return self.row_for(concept, "units") if own["property"] == "presence" else own

    def row_of_unknown_unit(self, concept):
        """A unit that tells nothing decides nothing: the code of a test that has but one."""
        own = self.tests[concept]
        measured = {self.tests[v]["property"] for v in self.variants(concept)} - {"presence", "titer"}
        return own if measured == {own["property"]} else None

    def rows(self):
        """(concept, kind, row) for each result that has a code."""
        for concept in self.judged():
            chosen = [(kind, self.row_for(concept, kind)) for kind in KINDS]
            chosen += [("number", self.row_without_unit(concept)), ("unknown", self.row_of_unknown_unit(concept))]
            for kind, row in chosen:
                if row is not None:
                    yield concept, kind, row

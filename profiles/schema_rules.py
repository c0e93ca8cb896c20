"""What JSON Schema can say of the model's invariants, by their keys: profiles/schema.py adds it where the model has them.

What compares two values, or facts with each other (keys that name a fact, circles), it cannot say: `paraneo export` does.
"""


def not_both(*names):
    return {"not": {"required": list(names)}}


def one_of(*forms):
    """Exactly one of the forms; a form of several names is there when one of them is."""
    return {"oneOf": [{"required": [form]} if isinstance(form, str) else {"anyOf": [{"required": [name]} for name in form]} for form in forms]}


def any_of(*names):
    return {"anyOf": [{"required": [name]} for name in names]}


def needs(**names):
    return {"dependencies": {name: list(others) for name, others in names.items()}}


def least(name, **limit):
    return {"properties": {name: limit}}


def only_with(name, other, *values):
    """`name` only where `other` is there, and one of the values."""
    return {"if": {"required": [name]}, "then": {"required": [other], "properties": {other: {"enum": list(values)}}}}


ENDS = ("low", "high")
RULES = {
    "timespan-positive": [least("number", exclusiveMinimum=0)],
    "moment-content": [any_of("date", "relation", "text")],
    "moment-form": [not_both("date", "relation")],
    "moment-relative": [needs(relation=["anchor"], anchor=["relation"], anchorTime=["anchor"])],
    "moment-offset": [least("offset", minimum=0), needs(offset=["unit"], unit=["relation"])],
    "moment-range": [needs(offsetMax=["offset"]), not_both("offsetMax", "comparator")],
    "moment-day": [needs(day=["relation"]), not_both("day", "offset"), not_both("day", "unit")],
    "moment-comparator": [{"if": {"required": ["comparator"]}, "then": any_of("offset", "day", "date")}],
    "amount-form": [one_of("number", ENDS, "numerator")],
    "value-form": [one_of("number", ENDS, "numerator", "concept", "text", "flag", "integer", "moment", "missing")],
    "value-printed": [not_both("moment", "printed")],
    "numbers-complete": [needs(numerator=["denominator"], denominator=["numerator"], perUnit=["denominator"], perUnitCode=["denominator"]),
                         {"if": any_of("unit", "unitCode"), "then": any_of("number", "low", "high", "numerator")},
                         {"if": {"required": ["comparator"]}, "then": any_of("number", "numerator")}],
    "interval-content": [any_of("low", "high", "text"), {"if": any_of("unit", "unitCode"), "then": any_of(*ENDS)}],
    "coding-content": [any_of("code", "display")],
    "coding-foreign": [least("system", **{"not": {"enum": [
        "https://paraneo.github.io/fhir/CodeSystem/concepts", "https://paraneo.github.io/fhir/CodeSystem/local"]}})],
    "identifier-foreign": [least("system", **{"not": {"const": "https://paraneo.github.io/fhir/NamingSystem/fact"}})],
    "concept-content": [any_of("code", "coding", "text")],
    "fact-key": [least("key", **{"not": {"enum": ["subject", "subject-age", "source"]}})],
    "time-form": [not_both("at", "start"), not_both("at", "end")],
    "onset-form": [not_both("onset", "onsetAge")],
    "abatement-form": [not_both("abatement", "abatementAge")],
    "abatement-status": [{"if": any_of("abatement", "abatementAge"),
                          "then": {"required": ["clinicalStatus"], "properties": {"clinicalStatus": {"enum": ["inactive", "remission", "resolved"]}}}}],
    "behavior-neoplasm": [only_with("behavior", "kind", "primary-neoplasm", "metastasis")],
    "histology-other": [needs(otherHistology=["histology"])],
    "stage-content": [any_of("summary", "assessment")],
    "evidence-content": [any_of("code", "fact")],
    "cause-form": [one_of("fact", "concept")],
    "needed-form": [not_both("asNeeded", "asNeededFor")],
    "dose-form": [least("dose", **{"allOf": [not_both("numerator"), not_both("comparator")]})],
    "rate-form": [least("rate", **not_both("comparator"))],
    "step-bounds": [not_both("lasts", "start"), not_both("lasts", "end")],
    "repeat-complete": [needs(period=["periodUnit"], periodUnit=["period"], periodMax=["period"], frequencyMax=["frequency"]), least("period", minimum=0)],
    "strength-form": [least("strength", **{"allOf": [not_both("comparator"), not_both("low"), not_both("high")]})],
    "order-intent": [only_with("orderIntent", "basis", "ordered")],
    "radiation-content": [any_of("dose", "fractions")],
    "radiation-dose": [least("dose", required=["number"])],
    "death-form": [not_both("deceased", "deceasedAge")],
    "relative-onset": [not_both("onsetAge", "onsetText")],
    "subject-death": [not_both("deceased", "died")],
    "subject-age": [needs(ageAt=["age"])],
    "origin-version": [needs(version=["reference"], updated=["reference"])],
}

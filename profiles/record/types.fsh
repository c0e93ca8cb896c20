// The reusable types of the record. No element carries `id` or `extension`: what a record can say
// is what these pages name.

RuleSet: Closed
* id 0..0
* extension 0..0

Logical: Coding_
Id: RecordCoding
Parent: Element
Title: "Coding of the record"
Description: "A code of a code system that no ConceptMap of ours answers for."
* insert Closed
* obeys coding-content and coding-foreign
* system 0..1 uri "Code system"
* version 0..1 string "Version of the code system"
* code 0..1 code "Code"
* display 0..1 string "Display of the code system"

Invariant: coding-content
Description: "A coding has a code or a display."
Severity: #error
Expression: "code.exists() or display.exists()"

Invariant: coding-foreign
Description: "Local codes stand in `code` of the concept, never in a coding."
Severity: #error
Expression: "system.empty() or (system in ('https://paraneo.github.io/fhir/CodeSystem/concepts' | 'https://paraneo.github.io/fhir/CodeSystem/local')).not()"

Logical: Concept
Parent: Element
Characteristics: #can-bind
Title: "Concept"
Description: "A meaning: local code, further codings, the source's own words. Normal form: `coding` never repeats what `code` translates to, and without `code` holds no code that translates back to one."
* insert Closed
* obeys concept-content
* code 0..1 code "Local code"
* code from LocalCodes (extensible)
* coding 0..* RecordCoding "Codes of other systems"
* text 0..1 string "As printed"

Invariant: concept-content
Description: "A concept has a code, a coding or a text."
Severity: #error
Expression: "code.exists() or coding.exists() or text.exists()"

Logical: Site
Parent: Concept
Characteristics: #can-bind
Title: "Body site"
Description: "A place in the body, with its side."
* laterality 0..1 code "Side"
* laterality from Laterality (required)

Logical: Timespan
Parent: Element
Title: "Timespan"
Description: "A length of time or an age."
* insert Closed
* obeys timespan-positive
* number 1..1 decimal "How many"
* comparator 0..1 code "< | <= | >= | >"
* comparator from http://hl7.org/fhir/ValueSet/quantity-comparator (required)
* unit 1..1 code "s | min | h | d | wk | mo | a"
* unit from http://hl7.org/fhir/ValueSet/units-of-time (required)
* text 0..1 string "As printed"

Invariant: timespan-positive
Description: "A timespan is longer than nothing."
Severity: #error
Expression: "number > 0"

Logical: Moment
Parent: Element
Title: "Moment"
Description: "A point in time: a date of any precision, or a place relative to another fact of the record, or words alone."
* insert Closed
* obeys moment-content and moment-form and moment-relative and moment-offset and moment-range and moment-count and moment-day and moment-comparator
* date 0..1 dateTime "Date as precise as known"
* relation 0..1 code "Relation to the anchor"
* relation from http://hl7.org/fhir/ValueSet/action-relationship-type (required)
* anchor 0..1 id "Key of the fact that the moment is relative to"
* anchorTime 0..1 code "onset | abatement | asserted | recorded: which time of a condition or allergy; left out: the first that it has of onset, asserted, recorded"
* anchorTime from AnchorTime (required)
* day 0..1 positiveInt "Which day: that of the anchor is day 1"
* offset 0..1 decimal "Distance from the anchor, not negative"
* offsetMax 0..1 decimal "At most, where the distance is a range"
* comparator 0..1 code "< | <= | >= | > on the offset, the day or the date (by March 2019: <=)"
* comparator from http://hl7.org/fhir/ValueSet/quantity-comparator (required)
* unit 0..1 code "s | min | h | d | wk | mo | a | cycle | dose; without an offset: some"
* unit from OffsetUnit (required)
* text 0..1 string "As printed"

Invariant: moment-content
Description: "A moment has a date, a relation or words."
Severity: #error
Expression: "date.exists() or relation.exists() or text.exists()"

Invariant: moment-form
Description: "A moment is either dated or relative."
Severity: #error
Expression: "date.empty() or relation.empty()"

Invariant: moment-relative
Description: "A relation and its anchor come together; a time of the anchor goes with it."
Severity: #error
Expression: "relation.exists() = anchor.exists() and (anchorTime.empty() or anchor.exists())"

Invariant: moment-offset
Description: "An offset is not negative (the relation says before or after) and has a unit; a unit belongs to a relation."
Severity: #error
Expression: "(offset.empty() or (offset >= 0 and unit.exists())) and (unit.empty() or relation.exists())"

Invariant: moment-range
Description: "A range of offsets has its ends in order, and no comparator."
Severity: #error
Expression: "offsetMax.empty() or (offset.exists() and offset < offsetMax and comparator.empty())"

Invariant: moment-count
Description: "Cycles and doses are counted, and compared by <= and >= only."
Severity: #error
Expression: "unit.empty() or (unit in ('cycle' | 'dose')).not() or (offset.exists() and (comparator.empty() or comparator in ('<=' | '>=')))"

Invariant: moment-day
Description: "A day is counted from the start of its anchor (after-start), and stands instead of an offset."
Severity: #error
Expression: "day.empty() or (relation.exists() and relation = 'after-start' and offset.empty() and unit.empty())"

Invariant: moment-comparator
Description: "A comparator belongs to an offset, a day or a date."
Severity: #error
Expression: "comparator.empty() or offset.exists() or day.exists() or date.exists()"

Logical: Amount
Parent: Element
Title: "Amount"
Description: "A number, a range or a ratio, with units as printed."
* insert Closed
* insert Numbers
* obeys amount-form and numbers-complete and numbers-ordered

RuleSet: Numbers
* number 0..1 decimal "The number, with its digits"
* comparator 0..1 code "< | <= | >= | > on the number, or on the denominator of a titre"
* comparator from http://hl7.org/fhir/ValueSet/quantity-comparator (required)
* low 0..1 decimal "Lower end of a range"
* high 0..1 decimal "Upper end of a range"
* numerator 0..1 decimal "Numerator of a ratio or titre"
* denominator 0..1 decimal "Denominator of a ratio or titre"
* unit 0..1 string "Unit as printed, of the number, the range or the numerator"
* unitCode 0..1 code "UCUM code where `unit` does not say it"
* unitCode from http://hl7.org/fhir/ValueSet/ucum-units (required)
* perUnit 0..1 string "Unit of the denominator as printed"
* perUnitCode 0..1 code "UCUM code where `perUnit` does not say it"
* perUnitCode from http://hl7.org/fhir/ValueSet/ucum-units (required)
* printed 0..1 string "The whole as printed, where it says more"

Invariant: amount-form
Description: "An amount is a number, a range or a ratio."
Severity: #error
Expression: "number.exists().toInteger() + (low.exists() or high.exists()).toInteger() + numerator.exists().toInteger() = 1"

Invariant: numbers-complete
Description: "A ratio has both ends; a unit, a comparator belongs to a number."
Severity: #error
Expression: "numerator.exists() = denominator.exists() and ((unit.empty() and unitCode.empty()) or number.exists() or low.exists() or high.exists() or numerator.exists()) and ((perUnit.empty() and perUnitCode.empty()) or denominator.exists()) and (comparator.empty() or number.exists() or numerator.exists())"

Invariant: numbers-ordered
Description: "The ends of a range are in order."
Severity: #error
Expression: "low.empty() or high.empty() or low <= high"

Logical: Value
Parent: Element
Title: "Value"
Description: "A result: exactly one form."
* insert Closed
* insert Numbers
* concept 0..1 Concept "A coded or worded result"
* concept from ResultValueCodes (extensible)
* text 0..1 string "A result in words only"
* flag 0..1 boolean "Yes or no"
* integer 0..1 integer "A score"
* moment 0..1 Moment "A date"
* missing 0..1 code "Why there is no result"
* missing from http://hl7.org/fhir/ValueSet/data-absent-reason (required)
* obeys value-form and numbers-complete and numbers-ordered and value-printed

Invariant: value-form
Description: "A value has exactly one form."
Severity: #error
Expression: "number.exists().toInteger() + (low.exists() or high.exists()).toInteger() + numerator.exists().toInteger() + concept.exists().toInteger() + text.exists().toInteger() + flag.exists().toInteger() + integer.exists().toInteger() + moment.exists().toInteger() + missing.exists().toInteger() = 1"

Invariant: value-printed
Description: "A moment has printed words of its own."
Severity: #error
Expression: "moment.empty() or printed.empty()"

Logical: Interval
Parent: Element
Title: "Reference interval"
Description: "What is normal, as the source states it."
* insert Closed
* obeys interval-content and numbers-ordered
* low 0..1 decimal "Lower limit, inclusive"
* high 0..1 decimal "Upper limit, inclusive"
* unit 0..1 string "Unit as printed"
* unitCode 0..1 code "UCUM code where `unit` does not say it"
* unitCode from http://hl7.org/fhir/ValueSet/ucum-units (required)
* text 0..1 string "As printed; the only place of a strict limit"

Invariant: interval-content
Description: "An interval has a limit or words; a unit belongs to a limit."
Severity: #error
Expression: "(low.exists() or high.exists() or text.exists()) and (low.exists() or high.exists() or (unit.empty() and unitCode.empty()))"

Logical: Name
Id: RecordIdentifier
Parent: Element
Title: "Identifier of the record"
Description: "A name given by a system."
* insert Closed
* obeys identifier-foreign
* system 0..1 uri "Who gave it"
* value 1..1 string "The name"

Invariant: identifier-foreign
Description: "The names of facts are the adapter's."
Severity: #error
Expression: "system.empty() or system != 'https://paraneo.github.io/fhir/NamingSystem/fact'"

Logical: Origin
Parent: Element
Title: "Origin of a fact"
Description: "What an imported fact was made of, so that a newer version, a person's edit and a conflict can be told apart. The adapter writes it."
* insert Closed
* obeys origin-version
* source 0..1 string "Name of the sender, or the address of its server"
* reference 0..1 string "The resource: Type/id; Type?identifier=SYSTEM|VALUE of one without an id"
* version 0..1 string "Version of the resource"
* updated 0..1 dateTime "When the resource was last changed"
* digest 1..1 string "Of the fact as it was imported, without its origin"
* replaces 0..* string "Of a subject: patients that were merged into this one: Patient/id of the same source, SOURCE|Patient/id of another one"
* pending 0..* BackboneElement "References to what had not come, and what the fact has of another resource, such as its Specimen"
  * insert Closed
  * modifierExtension 0..0
  * element 1..1 string "Element of the resource, such as evidence[0].detail"
  * reference 1..1 string "What it refers to"
  * version 0..1 string "Of a resource from which the fact has the element: its version"
  * updated 0..1 dateTime "When that was last changed"

Invariant: origin-version
Description: "A version is one of a resource that has a name."
Severity: #error
Expression: "reference.exists() or (version.empty() and updated.empty())"

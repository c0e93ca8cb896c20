Extension: SourceWords
Id: source-words
Title: "Source words"
Description: "The words of the source that a resource was made of."
Context: DomainResource
* value[x] only string
* value[x] 1..1

Extension: Note
Id: note
Title: "Note"
Description: "A remark on a resource that has no element for notes."
Context: AdverseEvent, DiagnosticReport, DocumentReference, Encounter, Patient
* value[x] only string
* value[x] 1..1

Extension: Behavior
Id: behavior
Title: "Behaviour of a neoplasm"
Description: "The behaviour that the source states in words."
Context: Condition
* value[x] only code
* value[x] 1..1
* value[x] from NeoplasmBehavior (required)

Extension: OrderIntentOfMedication
Id: order-intent
Title: "Intent of an order"
Description: "Of a medication that is known from an order: whether it was proposed, planned or ordered."
Context: MedicationStatement
* value[x] only code
* value[x] 1..1
* value[x] from MedicationOrderIntent (required)

Extension: OriginOfResource
Id: origin
Title: "Origin"
Description: "What a resource was imported from."
Context: DomainResource
* extension contains
    source 0..1 and
    reference 0..1 and
    version 0..1 and
    updated 0..1 and
    digest 0..1 and
    replaces 0..* and
    pending 0..*
* extension[source].value[x] only string
* extension[reference].value[x] only string
* extension[version].value[x] only string
* extension[updated].value[x] only dateTime
* extension[digest].value[x] only string
* extension[replaces].value[x] only string
* extension[pending].extension contains
    element 1..1 and
    reference 1..1 and
    version 0..1 and
    updated 0..1
* extension[pending].extension[element].value[x] only string
* extension[pending].extension[reference].value[x] only string
* extension[pending].extension[version].value[x] only string
* extension[pending].extension[updated].value[x] only dateTime

Extension: DateBound
Id: date-bound
Title: "Bound of a date"
Description: "A date of which only a bound is known: by March 2019. It stands in the place of the date, which would say more than is known."
Context: Element
* extension contains
    comparator 1..1 and
    date 1..1
* extension[comparator].value[x] only code
* extension[comparator].value[x] from http://hl7.org/fhir/ValueSet/quantity-comparator (required)
* extension[date].value[x] only dateTime

Extension: OrdinalDay
Id: ordinal-day
Title: "Ordinal day"
Description: "Which day the source counts: the offset that it stands on is one less, since the day of the anchor is day 1."
Context: Duration
* value[x] only positiveInt
* value[x] 1..1

Extension: AsOf
Id: as-of
Title: "As of"
Description: "When the dosage was so, where nobody says since when."
Context: Dosage
* value[x] only dateTime
* value[x] 1..1

Extension: AddsTo
Id: adds-to
Title: "Adds to"
Description: "The concept map of this adapter to which a concept map of somebody else adds its rows. Where both have a row for one code and target system, that of the other counts."
Context: ConceptMap
* value[x] only canonical
* value[x] 1..1

Extension: RadiationDelivered
Id: radiation
Title: "Radiation"
Description: "What was delivered to one volume. Where the dose is in centigrays it is mCODE's extension."
Context: Procedure
* extension contains
    volume 0..1 and
    totalDoseDelivered 0..1 and
    fractionsDelivered 0..1
* extension[volume].value[x] only Reference
* extension[totalDoseDelivered].value[x] only Quantity
* extension[fractionsDelivered].value[x] only unsignedInt

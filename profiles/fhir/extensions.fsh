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
    reference 1..1
* extension[pending].extension[element].value[x] only string
* extension[pending].extension[reference].value[x] only string

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
Context: AdverseEvent, DocumentReference, Encounter, Patient
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

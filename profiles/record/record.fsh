Logical: Source
Id: RecordSource
Parent: Element
Title: "Source of the record"
Description: "Where the record comes from."
* insert Closed
* title 0..1 string "Citation, or name of the source"
* identifier 0..1 RecordIdentifier "DOI, or system and name of the row or file"
* url 0..1 url "Where it can be read"
* date 0..1 dateTime "When it was published"
* locator 0..1 string "Place in the source"
* words 0..1 string "The source's own words"
* note 0..* string "Remarks"

Logical: Subject
Parent: Element
Title: "Subject"
Description: "The patient, as far as told."
* insert Closed
* obeys subject-death and subject-age and life-order
* sex 0..1 code "male | female | other | unknown"
* sex from http://hl7.org/fhir/ValueSet/administrative-gender (required)
* birthDate 0..1 date "Birth date as precise as known"
* age 0..1 Timespan "Age"
* ageAt 0..1 Moment "When the patient was that old"
* deceased 0..1 boolean "Dead at an unknown time, or said to be alive"
* died 0..1 Moment "When the patient died"
* race 0..1 BackboneElement "Race, as told"
  * insert Heritage
  * category 0..5 code "Category of the OMB"
  * category from RaceCategory (required)
* ethnicity 0..1 BackboneElement "Ethnicity, as told"
  * insert Heritage
  * category 0..1 code "Category of the OMB"
  * category from EthnicityCategory (required)
* sameAs 0..* BackboneElement "Other records of the same person"
  * insert Closed
  * modifierExtension 0..0
  * obeys same-namespace
  * record 1..1 id "Id of the other record"
  * namespace 0..1 uri "Its namespace, where it is another one"
* identifier 0..* RecordIdentifier "Names given by others"
* words 0..1 string "The source's own words"
* note 0..* string "Remarks"
* origin 0..1 Origin "What it was imported from"

RuleSet: Heritage
* insert Closed
* modifierExtension 0..0
* text 1..1 string "As printed"
* detailed 0..* code "Further codes of the CDC's code set"

Invariant: same-namespace
Description: "A namespace is an absolute URI."
Severity: #error
Expression: "namespace.empty() or namespace.matches('^[A-Za-z][A-Za-z0-9+.-]*:[^|#]+$')"

Invariant: subject-death
Description: "Death is a flag or a moment."
Severity: #error
Expression: "deceased.empty() or died.empty()"

Invariant: subject-age
Description: "A moment of age belongs to an age."
Severity: #error
Expression: "ageAt.empty() or age.exists()"

Invariant: life-order
Description: "A patient is born before dying."
Severity: #warning
Expression: "birthDate.empty() or died.date.empty() or birthDate <= died.date"

Logical: CaseRecord
Parent: Element
Title: "Case record"
Description: "One patient of one source: who, and a set of facts. The order of facts means nothing."
* id 1..1
* id obeys record-id
* extension 0..0
* version 1..1 string "Version of this format"
* version = "1" (exactly)
* source 0..1 RecordSource "Where it comes from"
* subject 0..1 Subject "The patient"
* encounters 0..* EncounterFact "Admissions, visits, stays"
* conditions 0..* ConditionFact "Diseases, symptoms, neoplasms"
* observations 0..* ObservationFact "Measurements and findings"
* medications 0..* MedicationFact "Drugs"
* procedures 0..* ProcedureFact "Acts"
* adverseEvents 0..* AdverseEventFact "Harms of treatment"
* allergies 0..* AllergyFact "Allergies and intolerances"
* familyHistory 0..* FamilyHistoryFact "Diseases of relatives"
* reports 0..* ReportFact "Reports"
* immunizations 0..* ImmunizationFact "Vaccines"
* orders 0..* OrderFact "Acts that were ordered or planned"
* obeys record-keys and record-reserved and record-anchor and record-encounter and record-any and record-condition and record-observation and record-act and record-reason and record-regimen and record-anchor-time and record-birth

Invariant: record-id
Description: "An id is made of letters, digits, dots and hyphens."
Severity: #error
Expression: "$this.matches('^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$')"

Invariant: record-keys
Description: "A key names one fact."
Severity: #error
Expression: "children().key.isDistinct()"

Invariant: record-reserved
Description: "The adapter's own keys name no fact."
Severity: #error
Expression: "children().key.intersect('subject' | 'subject-age' | 'source').empty()"

Invariant: record-anchor
Description: "An anchor is a fact."
Severity: #error
Expression: "descendants().where(relation.exists()).anchor.distinct().subsetOf(children().key)"

Invariant: record-encounter
Description: "`encounter` names an encounter."
Severity: #error
Expression: "children().encounter.distinct().subsetOf(encounters.key)"

Invariant: record-any
Description: "`about` and evidence name facts."
Severity: #error
Expression: "(observations.about | conditions.evidence.fact).subsetOf(children().key)"

Invariant: record-condition
Description: "Related, resulting and complicating conditions are conditions."
Severity: #error
Expression: "(conditions.related | adverseEvents.condition | procedures.complication).subsetOf(conditions.key)"

Invariant: record-observation
Description: "Members, origins, predecessors, stage assessments and results of reports are observations."
Severity: #error
Expression: "(observations.member | observations.derivedFrom | observations.follows | conditions.stage.assessment | reports.result).subsetOf(observations.key)"

Invariant: record-act
Description: "Causes are conditions, medications or procedures; suspects are medications or procedures."
Severity: #error
Expression: "(conditions.dueTo.fact | conditions.following.fact).subsetOf(conditions.key | medications.key | procedures.key) and adverseEvents.suspect.fact.distinct().subsetOf(medications.key | procedures.key)"

Invariant: record-reason
Description: "Reasons are conditions or observations."
Severity: #error
Expression: "children().reasonFact.distinct().subsetOf(conditions.key | observations.key)"

Invariant: record-regimen
Description: "A fact is part of a procedure, a medication or an observation, as its resource allows."
Severity: #error
Expression: "observations.partOf.distinct().subsetOf(procedures.key | medications.key) and medications.partOf.distinct().subsetOf(procedures.key | medications.key | observations.key) and procedures.partOf.distinct().subsetOf(procedures.key | observations.key)"

Invariant: record-anchor-time
Description: "Only conditions and allergies have several times to name."
Severity: #error
Expression: "descendants().where(anchorTime.exists()).anchor.subsetOf(conditions.key | allergies.key)"

Invariant: record-birth
Description: "A patient's facts are not from before the birth."
Severity: #warning
Expression: "subject.birthDate.empty() or (conditions.onset.date | conditions.asserted.date | observations.at.date | observations.start.date | medications.start.date | procedures.at.date | procedures.start.date | encounters.start.date).where($this < %context.subject.birthDate).empty()"

// One fact of the record is one resource of FHIR. A status that is left out is the ordinary one
// (its value set leaves that code out, so that there is one way to say it).

Logical: Fact
Parent: Element
Title: "Fact"
Description: "What all facts have."
* insert Closed
* obeys fact-key
* key 1..1 id "Name of the fact in its record"
* identifier 0..* RecordIdentifier "Names given by others"
* encounter 0..1 id "Key of the encounter it belongs to"
* words 0..1 string "The source's own words"
* note 0..* string "Remarks"
* origin 0..1 Origin "What it was imported from"

Invariant: fact-key
Description: "A key begins with a letter or a digit."
Severity: #error
Expression: "key.matches('^[A-Za-z0-9]')"

RuleSet: Period
* start 0..1 Moment "When it began"
* end 0..1 Moment "When it ended"
* obeys period-order

RuleSet: Timed
* at 0..1 Moment "When"
* insert Period
* obeys time-form

Invariant: time-form
Description: "A fact has a moment or a period."
Severity: #error
Expression: "at.empty() or (start.empty() and end.empty())"

Invariant: period-order
Description: "A period begins before it ends."
Severity: #error
Expression: "start.date.empty() or end.date.empty() or start.date <= end.date"

RuleSet: Reasons
* reason 0..* Concept "Why"
* reason from ReasonCodes (extensible)
* reasonFact 0..* id "Keys of the conditions or observations that are the reason"

Logical: EncounterFact
Parent: Fact
Title: "Encounter"
Description: "An admission, visit or stay; often the anchor of moments."
* status 0..1 code "Left out: finished"
* status from EncounterStatus (required)
* class 0..1 code "AMB | EMER | IMP ..."
* class from EncounterClass (required)
* code 0..1 Concept "What kind"
* department 0..1 Concept "Which service or department"
* place 0..* string "Where: wards, rooms"
* provider 0..1 string "Which hospital or practice"
* insert Period
* lasts 0..1 Timespan "How long"
* admittedFrom 0..1 Concept "From where the patient came"
* admittedFrom from AdmissionCodes (extensible)
* discharge 0..1 Concept "To where the patient went, or how"
* discharge from DischargeCodes (extensible)
* insert Reasons

Logical: ConditionFact
Parent: Fact
Title: "Condition"
Description: "A disease, symptom or neoplasm, asserted, suspected or refuted."
* obeys onset-form and abatement-form and abatement-status and course-order and behavior-neoplasm and histology-other
* kind 0..1 code "diagnosis | symptom | primary-neoplasm | metastasis"
* kind from ConditionKind (required)
* code 1..1 Concept "What"
* code from ConditionCodes (extensible)
* clinicalStatus 0..1 code "active | recurrence | relapse | inactive | remission | resolved"
* clinicalStatus from http://hl7.org/fhir/ValueSet/condition-clinical (required)
* verificationStatus 0..1 code "unconfirmed | provisional | differential | confirmed | refuted"
* verificationStatus from ConditionVerification (required)
* severity 0..1 Concept "How severe"
* severity from SeverityCodes (extensible)
* site 0..* Site "Where"
* site from BodySiteCodes (extensible)
* histology 0..1 Concept "Morphology of a neoplasm"
* histology from HistologyCodes (extensible)
* otherHistology 0..* Concept "Further morphologies of the same neoplasm"
* otherHistology from HistologyCodes (extensible)
* behavior 0..1 code "benign | uncertain | in-situ | malignant"
* behavior from NeoplasmBehavior (required)
* onset 0..1 Moment "When it began"
* onsetAge 0..1 Timespan "Age when it began"
* abatement 0..1 Moment "When it ended"
* abatementAge 0..1 Timespan "Age when it ended"
* asserted 0..1 Moment "When it was diagnosed"
* recorded 0..1 Moment "When it was written down"
* dueTo 0..* Cause "Asserted causes"
* following 0..* Cause "What it came after"
* related 0..* id "Keys of related conditions; of a metastasis its primary"
* stage 0..* BackboneElement "Stages"
  * insert Closed
  * modifierExtension 0..0
  * obeys stage-content
  * summary 0..1 Concept "The stage"
  * summary from StageValueCodes (extensible)
  * type 0..1 Concept "Pathological, clinical ..."
  * type from StageValueCodes (extensible)
  * assessment 0..* id "Keys of the observations behind it"
* evidence 0..* BackboneElement "What speaks for it"
  * insert Closed
  * modifierExtension 0..0
  * obeys evidence-content
  * code 0..* Concept "Manifestations"
  * code from EvidenceValueCodes (extensible)
  * fact 0..* id "Keys of the facts"

Invariant: onset-form
Description: "An onset is a moment or an age."
Severity: #error
Expression: "onset.empty() or onsetAge.empty()"

Invariant: abatement-form
Description: "An abatement is a moment or an age."
Severity: #error
Expression: "abatement.empty() or abatementAge.empty()"

Invariant: abatement-status
Description: "Only what is inactive, in remission or resolved has abated (con-4)."
Severity: #error
Expression: "(abatement.empty() and abatementAge.empty()) or (clinicalStatus.exists() and clinicalStatus in ('inactive' | 'remission' | 'resolved'))"

// Who sends such times is asked; what each of them says is kept.
Invariant: course-order
Description: "A condition begins before it ends."
Severity: #warning
Expression: "onset.date.empty() or abatement.date.empty() or onset.date <= abatement.date"

Invariant: behavior-neoplasm
Description: "Only neoplasms have a behaviour."
Severity: #error
Expression: "behavior.empty() or (kind.exists() and kind in ('primary-neoplasm' | 'metastasis'))"

Invariant: histology-other
Description: "A further histology stands beside a first one."
Severity: #error
Expression: "otherHistology.empty() or histology.exists()"

Invariant: stage-content
Description: "A stage has a summary or an assessment (con-1)."
Severity: #error
Expression: "summary.exists() or assessment.exists()"

Invariant: evidence-content
Description: "Evidence is a manifestation or a fact (con-2)."
Severity: #error
Expression: "code.exists() or fact.exists()"

Logical: Cause
Parent: Element
Title: "Cause"
Description: "A fact of the record or a concept."
* insert Closed
* obeys cause-form
* fact 0..1 id "Key of a condition, medication or procedure"
* concept 0..1 Concept "A cause that is no fact of the record"
* concept from CauseValueCodes (extensible)

Invariant: cause-form
Description: "A cause is a fact or a concept."
Severity: #error
Expression: "fact.exists() != concept.exists()"

RuleSet: Result
* value 0..1 Value "Result"
* interpretation 0..* Concept "High, normal, positive ..."
* interpretation from InterpretationCodes (extensible)
* range 0..* Interval "Reference intervals"

Logical: ObservationFact
Parent: Fact
Title: "Observation"
Description: "A measurement, finding, negative finding, stain, image finding, stage, score or course."
* obeys component-code and observation-self
* status 0..1 code "Left out: final"
* status from ObservationStatus (required)
* category 0..1 code "laboratory | imaging | exam ..."
* category from http://hl7.org/fhir/ValueSet/observation-category (required)
* code 1..1 Concept "What was looked at"
* code from ObservationCodes (extensible)
* insert Timed
* insert Result
* method 0..1 Concept "How"
* method from MethodCodes (extensible)
* site 0..1 Site "Where"
* site from BodySiteCodes (extensible)
* specimen 0..1 string "Specimen in words"
* collection 0..1 Concept "How the specimen was taken: needle biopsy, resection ..."
* collection from MethodCodes (extensible)
* about 0..* id "Keys of the facts it tells about"
* partOf 0..* id "Keys of the procedures or medications it was made in"
* member 0..* id "Keys of the observations of this panel"
* derivedFrom 0..* id "Keys of the observations it was derived from"
* follows 0..* id "Keys of the observations of the same series that came before it"
* component 0..* BackboneElement "Parts of the result"
  * insert Closed
  * modifierExtension 0..0
  * code 1..1 Concept "What"
  * code from ObservationCodes (extensible)
  * insert Result

Invariant: component-code
Description: "A value is said once: by the observation or by the component of the same code (obs-7)."
Severity: #error
Expression: "value.empty() or value.missing.exists() or (component.code.code.intersect(code.code).empty() and component.code.coding.intersect(code.coding).empty())"

Invariant: observation-self
Description: "An observation is no member of itself, nor derived from itself, nor does it follow itself."
Severity: #error
Expression: "(member.empty() and derivedFrom.empty() and follows.empty()) or (member | derivedFrom | follows).intersect(key).empty()"

Logical: DosageStep
Parent: Element
Title: "Dosage step"
Description: "One step of a dosage; a taper or pulse has several."
* insert Closed
* obeys needed-form and dose-form and rate-form and step-bounds and period-order and repeat-complete
* sequence 0..1 integer "Order; the same number means at the same time"
* text 0..1 string "As printed"
* asNeeded 0..1 boolean "Taken when needed"
* asNeededFor 0..1 Concept "Taken when this occurs"
* asNeededFor from ConditionCodes (extensible)
* site 0..1 Site "Where"
* site from BodySiteCodes (extensible)
* route 0..1 Concept "By which way"
* route from RouteCodes (extensible)
* method 0..1 Concept "How"
* method from MethodCodes (extensible)
* dose 0..1 Amount "Amount of one dose"
* rate 0..1 Amount "Amount per time"
* event 0..* Moment "The times themselves"
* schedule 0..1 Concept "Named schedule"
* frequency 0..1 positiveInt "Doses in a period"
* frequencyMax 0..1 positiveInt "At most"
* period 0..1 decimal "Length of the period"
* periodMax 0..1 decimal "At most"
* periodUnit 0..1 code "s | min | h | d | wk | mo | a"
* periodUnit from http://hl7.org/fhir/ValueSet/units-of-time (required)
* count 0..1 positiveInt "Repetitions"
* lasts 0..1 Timespan "How long this step lasts"
* start 0..1 Moment "When this step begins"
* end 0..1 Moment "When this step ends"
* asOf 0..1 Moment "When it was so, where nobody says since when"

Invariant: needed-form
Description: "As needed is a flag or a reason."
Severity: #error
Expression: "asNeeded.empty() or asNeededFor.empty()"

Invariant: dose-form
Description: "A dose is a number or a range, without comparator."
Severity: #error
Expression: "dose.numerator.empty() and dose.comparator.empty()"

Invariant: rate-form
Description: "A rate has no comparator."
Severity: #error
Expression: "rate.comparator.empty()"

Invariant: step-bounds
Description: "A step has a length or a beginning and end."
Severity: #error
Expression: "lasts.empty() or (start.empty() and end.empty())"

Invariant: repeat-complete
Description: "A period is not negative and has a unit, maxima have minima (tim-2, tim-5, tim-6)."
Severity: #error
Expression: "period.exists() = periodUnit.exists() and (period.empty() or period >= 0) and (periodMax.empty() or period.exists()) and (frequencyMax.empty() or frequency.exists())"

Logical: MedicationFact
Parent: Fact
Title: "Medication"
Description: "A drug taken, refused or planned, as told, ordered, dispensed or given."
* obeys order-intent
* basis 0..1 code "ordered | dispensed | given: how it is known; left out: stated"
* basis from MedicationBasis (required)
* orderIntent 0..1 code "Of what was ordered; left out: order"
* orderIntent from MedicationOrderIntent (required)
* status 0..1 code "Left out: unknown"
* status from MedicationStatus (required)
* statusReason 0..* Concept "Why stopped or not taken"
* statusReason from ReasonCodes (extensible)
* code 1..1 Concept "Drug, or class of drugs, as named"
* code from MedicationCodes (extensible)
* form 0..1 Concept "Tablet, ointment ..."
* ingredient 0..* BackboneElement "What is in it, where that is told"
  * insert Closed
  * modifierExtension 0..0
  * obeys strength-form
  * code 1..1 Concept "What"
  * code from MedicationCodes (extensible)
  * strength 0..1 Amount "How much: 0.1 %, or 500 mg in 1 tablet"
* insert Timed
* recorded 0..1 Moment "When it was stated, ordered or handed out"
* insert Reasons
* intent 0..1 Concept "Curative, palliative ..."
* intent from IntentCodes (extensible)
* partOf 0..* id "Keys of the regimen or of the procedure it belongs to"
* dosage 0..* DosageStep "Steps of the dosage"

Invariant: strength-form
Description: "A strength is a number or a ratio of two units; what is in 1 of no unit is a number."
Severity: #error
Expression: "strength.comparator.empty() and strength.low.empty() and strength.high.empty() and (strength.denominator.empty() or strength.denominator != 1 or strength.perUnit.exists() or strength.perUnitCode.exists())"

Invariant: order-intent
Description: "Only what was ordered has the intent of an order."
Severity: #error
Expression: "orderIntent.empty() or (basis.exists() and basis = 'ordered')"

Logical: ProcedureFact
Parent: Fact
Title: "Procedure"
Description: "An operation, biopsy, imaging, regimen or other act; also one that was not done."
* status 0..1 code "Left out: completed"
* status from ProcedureStatus (required)
* statusReason 0..1 Concept "Why not done or stopped"
* statusReason from ReasonCodes (extensible)
* category 0..1 Concept "What kind"
* category from ProcedureCodes (extensible)
* code 1..1 Concept "What"
* code from ProcedureCodes (extensible)
* insert Timed
* insert Reasons
* intent 0..1 Concept "Curative, palliative ..."
* intent from IntentCodes (extensible)
* site 0..* Site "Where"
* site from BodySiteCodes (extensible)
* outcome 0..1 Concept "Result of the act"
* outcome from OutcomeCodes (extensible)
* sessions 0..1 positiveInt "Sessions of radiotherapy"
* radiation 0..* BackboneElement "What radiotherapy delivered, to each volume"
  * insert Closed
  * modifierExtension 0..0
  * obeys radiation-content and radiation-dose
  * volume 0..1 string "Volume in words: left chest wall"
  * dose 0..1 Amount "Total dose: 60 Gy"
  * fractions 0..1 positiveInt "Fractions"
* complication 0..* id "Keys of conditions that came of it"
* partOf 0..* id "Keys of the procedures or observations it belongs to"

Invariant: radiation-content
Description: "Radiation has a dose or a number of fractions."
Severity: #error
Expression: "dose.exists() or fractions.exists()"

Invariant: radiation-dose
Description: "A dose that was delivered is a number."
Severity: #error
Expression: "dose.empty() or dose.number.exists()"

Logical: AdverseEventFact
Parent: Fact
Title: "Adverse event"
Description: "Harm that came of, or is suspected to come of, a treatment."
* identifier 0..0
* code 1..1 Concept "What happened"
* code from ConditionCodes (extensible)
* at 0..1 Moment "When"
* condition 0..* id "Keys of the conditions that resulted"
* seriousness 0..1 Concept "Seriousness or grade"
* seriousness from SeverityCodes (extensible)
* severity 0..1 code "mild | moderate | severe"
* severity from http://hl7.org/fhir/ValueSet/adverse-event-severity (required)
* outcome 0..1 code "How it ended"
* outcome from http://hl7.org/fhir/ValueSet/adverse-event-outcome (required)
* suspect 0..* BackboneElement "Suspected causes"
  * insert Closed
  * modifierExtension 0..0
  * fact 1..1 id "Key of a medication or procedure"
  * assessment 0..1 Concept "How likely"
  * assessment from ResultValueCodes (extensible)

Logical: AllergyFact
Parent: Fact
Title: "Allergy"
Description: "An allergy or intolerance."
* obeys onset-form
* code 1..1 Concept "To what"
* code from AllergyCauseCodes (extensible)
* clinicalStatus 0..1 code "active | inactive | resolved; left out: unknown"
* clinicalStatus from http://hl7.org/fhir/ValueSet/allergyintolerance-clinical (required)
* verificationStatus 0..1 code "unconfirmed | confirmed | refuted"
* verificationStatus from AllergyVerification (required)
* type 0..1 code "allergy | intolerance"
* type from http://hl7.org/fhir/ValueSet/allergy-intolerance-type (required)
* category 0..* code "food | medication | environment | biologic"
* category from http://hl7.org/fhir/ValueSet/allergy-intolerance-category (required)
* criticality 0..1 code "low | high | unable-to-assess"
* criticality from http://hl7.org/fhir/ValueSet/allergy-intolerance-criticality (required)
* onset 0..1 Moment "When it began"
* onsetAge 0..1 Timespan "Age when it began"
* recorded 0..1 Moment "When it was written down"
* reaction 0..* BackboneElement "Reactions"
  * insert Closed
  * modifierExtension 0..0
  * manifestation 1..* Concept "What was seen"
  * manifestation from ConditionCodes (extensible)
  * severity 0..1 code "mild | moderate | severe"
  * severity from http://hl7.org/fhir/ValueSet/reaction-event-severity (required)
  * at 0..1 Moment "When"

Logical: FamilyHistoryFact
Parent: Fact
Title: "Family history"
Description: "A relative and what the relative had. A negated family history is an observation."
* encounter 0..0
* obeys death-form
* status 0..1 code "Left out: partial"
* status from FamilyHistoryStatus (required)
* relationship 1..1 Concept "Mother, brother ..."
* relationship from RelationCodes (extensible)
* sex 0..1 code "male | female | other | unknown"
* sex from http://hl7.org/fhir/ValueSet/administrative-gender (required)
* at 0..1 Moment "When it was told"
* deceased 0..1 boolean "Dead or alive"
* deceasedAge 0..1 Timespan "Age at death"
* condition 0..* BackboneElement "Diseases of the relative"
  * insert Closed
  * modifierExtension 0..0
  * obeys relative-onset
  * code 1..1 Concept "What"
  * code from ConditionCodes (extensible)
  * outcome 0..1 Concept "How it ended"
  * outcome from OutcomeCodes (extensible)
  * contributedToDeath 0..1 boolean "Whether the relative died of it"
  * onsetAge 0..1 Timespan "Age when it began"
  * onsetText 0..1 string "Onset in words"
  * note 0..* string "Remarks"

Invariant: death-form
Description: "A relative's death is a flag or an age."
Severity: #error
Expression: "deceased.empty() or deceasedAge.empty()"

Invariant: relative-onset
Description: "An onset is an age or words."
Severity: #error
Expression: "onsetAge.empty() or onsetText.empty()"

Logical: ReportFact
Parent: Fact
Title: "Report"
Description: "What a laboratory, pathologist or radiologist reported as a whole: its results and its conclusion."
* status 0..1 code "Left out: final"
* status from ReportStatus (required)
* category 0..* Concept "Which department"
* category from ReportCodes (extensible)
* code 1..1 Concept "What kind of report"
* code from ReportCodes (extensible)
* insert Timed
* result 0..* id "Keys of the observations"
* conclusion 0..1 string "Conclusion in words"
* conclusionCode 0..* Concept "Conclusion"
* conclusionCode from ConclusionCodes (extensible)

Logical: ImmunizationFact
Parent: Fact
Title: "Immunization"
Description: "A vaccine that was given, or was not."
* status 0..1 code "Left out: completed"
* status from ImmunizationStatus (required)
* statusReason 0..1 Concept "Why not given"
* statusReason from ReasonCodes (extensible)
* code 1..1 Concept "Vaccine"
* code from MedicationCodes (extensible)
* at 1..1 Moment "When"
* recorded 0..1 Moment "When it was written down"
* site 0..1 Site "Where"
* site from BodySiteCodes (extensible)
* route 0..1 Concept "By which way"
* route from RouteCodes (extensible)
* insert Reasons

Logical: OrderFact
Parent: Fact
Title: "Order"
Description: "An act that was ordered, planned or proposed; that it was done is a procedure or an observation."
* status 0..1 code "Left out: unknown"
* status from OrderStatus (required)
* intent 0..1 code "Left out: order"
* intent from OrderIntent (required)
* notToDo 0..1 boolean "It is not to be done"
* category 0..* Concept "What kind"
* category from ProcedureCodes (extensible)
* code 1..1 Concept "What"
* code from ReportCodes (extensible)
* insert Timed
* recorded 0..1 Moment "When it was ordered"
* insert Reasons
* site 0..* Site "Where"
* site from BodySiteCodes (extensible)

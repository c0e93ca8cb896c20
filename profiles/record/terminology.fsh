ValueSet: Concepts
Id: concepts
Title: "Concepts"
Description: "All local codes of the list that is published here."
* include codes from system $concepts

CodeSystem: UnlistedCodes
Id: local
Title: "Local codes of others"
Description: "Local codes that the list published here has not: those of whoever keeps a record. What one means is known there; the same code of two namespaces of records need not mean the same."
* ^caseSensitive = true
* ^content = #not-present

ValueSet: LocalCodes
Id: local-codes
Title: "Local codes"
Description: "What the code of a concept may be: listed here, or of whoever keeps the record."
* include codes from valueset Concepts
* include codes from system $local

ValueSet: Laterality
Id: laterality
Title: "Laterality"
Description: "Sides of the body."
* $concepts#laterality-left
* $concepts#laterality-right
* $concepts#laterality-bilateral

CodeSystem: ConditionKinds
Id: condition-kind
Title: "Kinds of condition"
Description: "What a condition is to the case."
* ^caseSensitive = true
* #diagnosis "Diagnosis"
* #symptom "Symptom or sign"
* #primary-neoplasm "Primary neoplasm"
* #metastasis "Metastasis"

ValueSet: ConditionKind
Id: condition-kind
Title: "Kinds of condition"
Description: "What a condition is to the case."
* include codes from system ConditionKinds

CodeSystem: NeoplasmBehaviors
Id: neoplasm-behavior
Title: "Behaviour of a neoplasm"
Description: "As far as the source says it in words."
* ^caseSensitive = true
* #benign "Benign"
* #uncertain "Uncertain whether benign or malignant"
* #in-situ "In situ"
* #malignant "Malignant"

ValueSet: NeoplasmBehavior
Id: neoplasm-behavior
Title: "Behaviour of a neoplasm"
Description: "As far as the source says it in words."
* include codes from system NeoplasmBehaviors

CodeSystem: AnchorTimes
Id: anchor-time
Title: "Times of a fact"
Description: "Which time of a fact a moment is relative to."
* ^caseSensitive = true
* #onset "When it began"
* #abatement "When it ended"
* #asserted "When it was diagnosed"
* #recorded "When it was written down"

ValueSet: AnchorTime
Id: anchor-time
Title: "Times of a fact"
Description: "Which time of a fact a moment is relative to."
* include codes from system AnchorTimes

CodeSystem: OffsetUnits
Id: offset-unit
Title: "What is counted beside time"
Description: "In what the distance between two moments is told where it is not told in time."
* ^caseSensitive = true
* #cycle "Cycle of a treatment"
* #dose "Dose of a drug"

ValueSet: OffsetUnit
Id: offset-unit
Title: "Units of an offset"
Description: "Units of time, and what else is counted."
* $ucum#s
* $ucum#min
* $ucum#h
* $ucum#d
* $ucum#wk
* $ucum#mo
* $ucum#a
* include codes from system OffsetUnits

ValueSet: RaceCategory
Id: race-category
Title: "Categories of race"
Description: "Those of the US Office of Management and Budget, as US Core has them."
* $race#1002-5 "American Indian or Alaska Native"
* $race#2028-9 "Asian"
* $race#2054-5 "Black or African American"
* $race#2076-8 "Native Hawaiian or Other Pacific Islander"
* $race#2106-3 "White"
* $null-flavor#UNK "unknown"
* $null-flavor#ASKU "asked but unknown"

ValueSet: EthnicityCategory
Id: ethnicity-category
Title: "Categories of ethnicity"
Description: "Those of the US Office of Management and Budget, as US Core has them."
* $race#2135-2 "Hispanic or Latino"
* $race#2186-5 "Not Hispanic or Latino"
* $null-flavor#UNK "unknown"
* $null-flavor#ASKU "asked but unknown"

// The value sets of status leave out the ordinary code, which is said by silence, and the codes
// that cancel a fact.

ValueSet: EncounterStatus
Id: encounter-status
Title: "Status of an encounter"
Description: "All but finished, cancelled and entered in error."
* $encounter-status#planned
* $encounter-status#arrived
* $encounter-status#triaged
* $encounter-status#in-progress
* $encounter-status#onleave
* $encounter-status#unknown

ValueSet: EncounterClass
Id: encounter-class
Title: "Class of an encounter"
Description: "Where care was given."
* $act-code#AMB
* $act-code#EMER
* $act-code#FLD
* $act-code#HH
* $act-code#IMP
* $act-code#ACUTE
* $act-code#NONAC
* $act-code#OBSENC
* $act-code#PRENC
* $act-code#SS
* $act-code#VR

ValueSet: ConditionVerification
Id: condition-verification
Title: "Verification of a condition"
Description: "All but entered in error."
* $condition-verification#unconfirmed
* $condition-verification#provisional
* $condition-verification#differential
* $condition-verification#confirmed
* $condition-verification#refuted

ValueSet: ObservationStatus
Id: observation-status
Title: "Status of an observation"
Description: "All but final, cancelled and entered in error."
* $observation-status#registered
* $observation-status#preliminary
* $observation-status#amended
* $observation-status#corrected
* $observation-status#unknown

ValueSet: MedicationStatus
Id: medication-status
Title: "Status of a medication"
Description: "All but unknown and entered in error."
* $medication-status#active
* $medication-status#completed
* $medication-status#intended
* $medication-status#stopped
* $medication-status#on-hold
* $medication-status#not-taken

ValueSet: ProcedureStatus
Id: procedure-status
Title: "Status of a procedure"
Description: "All but completed and entered in error."
* $event-status#preparation
* $event-status#in-progress
* $event-status#not-done
* $event-status#on-hold
* $event-status#stopped
* $event-status#unknown

ValueSet: AllergyVerification
Id: allergy-verification
Title: "Verification of an allergy"
Description: "All but entered in error."
* $allergy-verification#unconfirmed
* $allergy-verification#confirmed
* $allergy-verification#refuted

ValueSet: FamilyHistoryStatus
Id: family-history-status
Title: "Status of a family history"
Description: "All but partial and entered in error."
* $family-status#completed
* $family-status#health-unknown

CodeSystem: MedicationBases
Id: medication-basis
Title: "How a drug is known"
Description: "What says that the patient had, has or is to have it, other than a statement."
* ^caseSensitive = true
* #ordered "Ordered, or prescribed"
* #dispensed "Dispensed"
* #given "Given"

ValueSet: MedicationBasis
Id: medication-basis
Title: "How a drug is known"
Description: "What says that the patient had, has or is to have it, other than a statement."
* include codes from system MedicationBases

ValueSet: MedicationOrderIntent
Id: medication-order-intent
Title: "Intent of an order of a drug"
Description: "All but order."
* $medication-intent#proposal
* $medication-intent#plan
* $medication-intent#original-order
* $medication-intent#reflex-order
* $medication-intent#filler-order
* $medication-intent#instance-order
* $medication-intent#option

ValueSet: OrderIntent
Id: order-intent
Title: "Intent of an order"
Description: "All but order."
* $request-intent#proposal
* $request-intent#plan
* $request-intent#directive
* $request-intent#original-order
* $request-intent#reflex-order
* $request-intent#filler-order
* $request-intent#instance-order
* $request-intent#option

ValueSet: OrderStatus
Id: order-status
Title: "Status of an order"
Description: "All but unknown and entered in error."
* $request-status#draft
* $request-status#active
* $request-status#on-hold
* $request-status#revoked
* $request-status#completed

ValueSet: ReportStatus
Id: report-status
Title: "Status of a report"
Description: "All but final, cancelled and entered in error."
* $report-status#registered
* $report-status#partial
* $report-status#preliminary
* $report-status#amended
* $report-status#corrected
* $report-status#appended
* $report-status#unknown

ValueSet: ImmunizationStatus
Id: immunization-status
Title: "Status of an immunization"
Description: "All but completed and entered in error."
* $event-status#not-done

// What every resource of a record has: the fact it was made of, and the record it comes from.
RuleSet: FromRecord
* meta.source MS
* identifier 1..* MS
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier contains fact 1..1 MS
* identifier[fact].system 1..1
* identifier[fact].system = $fact (exactly)
* identifier[fact].value 1..1

Profile: RecordPatient
Parent: Patient
Id: record-patient
Title: "Subject of a record"
Description: "The one patient of a case record."
* insert FromRecord

Profile: RecordCondition
Parent: Condition
Id: record-condition
Title: "Condition of a record"
Description: "A diagnosis, neoplasm, metastasis, symptom or sign, present or absent."
* insert FromRecord
* category 1..* MS
* code 1..1 MS

Profile: RecordObservation
Parent: Observation
Id: record-observation
Title: "Observation of a record"
Description: "A laboratory value, an antibody, a finding of pathology or imaging, a stage, a score."
* insert FromRecord
* subject 1..1 MS

Profile: RecordMedication
Parent: MedicationStatement
Id: record-medication
Title: "Medication of a record"
Description: "A drug that the patient had, refused or was to have. What is in it stands in a Medication that it contains."
* insert FromRecord

Profile: RecordProcedure
Parent: Procedure
Id: record-procedure
Title: "Procedure of a record"
Description: "What was done: surgery, biopsy, radiotherapy, an examination."
* insert FromRecord
* code 1..1 MS

Profile: RecordEncounter
Parent: Encounter
Id: record-encounter
Title: "Encounter of a record"
Description: "A stay or a visit that other facts refer to."
* insert FromRecord
* subject 1..1 MS

Profile: RecordAllergy
Parent: AllergyIntolerance
Id: record-allergy
Title: "Allergy of a record"
Description: "An allergy or intolerance."
* insert FromRecord

Profile: RecordFamilyHistory
Parent: FamilyMemberHistory
Id: record-family-history
Title: "Family history of a record"
Description: "What a relative had, or that there is nothing."
* insert FromRecord

Profile: RecordReport
Parent: DiagnosticReport
Id: record-report
Title: "Report of a record"
Description: "What a laboratory, pathologist or radiologist reported as a whole."
* insert FromRecord
* subject 1..1 MS

Profile: RecordImmunization
Parent: Immunization
Id: record-immunization
Title: "Immunization of a record"
Description: "A vaccine that was given, or was not."
* insert FromRecord

Profile: RecordOrder
Parent: ServiceRequest
Id: record-order
Title: "Order of a record"
Description: "An act that was ordered, planned or proposed."
* insert FromRecord
* code 1..1 MS

// An adverse event has one identifier at most.
Profile: RecordAdverseEvent
Parent: AdverseEvent
Id: record-adverse-event
Title: "Adverse event of a record"
Description: "Harm that came from a treatment."
* meta.source MS
* identifier 1..1 MS
* identifier.system 1..1
* identifier.system = $fact (exactly)
* identifier.value 1..1

Profile: RecordDocument
Parent: DocumentReference
Id: record-document
Title: "Source of a record"
Description: "The publication or document that a record was taken from."
* insert FromRecord

Profile: RecordPrimaryCancer
Parent: $mcode-primary-cancer
Id: record-primary-cancer
Title: "Primary cancer of a record"
Description: "A malignant primary neoplasm that is asserted."
* insert FromRecord

Profile: RecordSecondaryCancer
Parent: $mcode-secondary-cancer
Id: record-secondary-cancer
Title: "Metastasis of a record"
Description: "A metastasis that is asserted."
* insert FromRecord

Profile: RecordTumorMarker
Parent: $mcode-tumor-marker
Id: record-tumor-marker
Title: "Tumour marker of a record"
Description: "A tumour marker in serum or tissue."
* insert FromRecord

Profile: RecordCancerStage
Parent: $mcode-stage
Id: record-cancer-stage
Title: "Cancer stage of a record"
Description: "A stage of a primary cancer, in the terms of a staging system."
* insert FromRecord

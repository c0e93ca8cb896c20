// The resources that a record can hold as facts, or is made from.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace paraneo::record {

// In the order in which they leave: what others refer to comes first.
inline constexpr std::array<std::string_view, 16> kFactTypes = {"Patient",
                                                                "DocumentReference",
                                                                "Encounter",
                                                                "Condition",
                                                                "Procedure",
                                                                "MedicationStatement",
                                                                "Observation",
                                                                "AdverseEvent",
                                                                "AllergyIntolerance",
                                                                "FamilyMemberHistory",
                                                                "DiagnosticReport",
                                                                "Immunization",
                                                                "ServiceRequest",
                                                                "MedicationRequest",
                                                                "MedicationDispense",
                                                                "MedicationAdministration"};

// A resource of this type becomes a fact: not the Patient, who is the subject, nor a document,
// which is only ever the record's source.
inline bool is_fact_type(std::string_view type) {
  return std::find(kFactTypes.begin() + 2, kFactTypes.end(), type) != kFactTypes.end();
}

}  // namespace paraneo::record

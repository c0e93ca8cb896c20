// What a validator is made with.
#pragma once

#include <string>
#include <vector>

#include "definition/profiles.h"
#include "element/canonicals.h"
#include "fhirpath/fhirpath.h"
#include "terminology/code_service.h"
#include "terminology/value_set.h"
#include "validate/policy.h"

namespace paraneo::validate {

// Outlives the validator, as do the things that it refers to.
struct Context {
  const fhirpath::Engine& engine;
  const terminology::ValueSets& value_sets;
  const Limits& limits;
  // With them also what profiles and FHIR's pages (families.h) say beside the definitions of types,
  // and that something could not be checked; messages then name an element by its FHIRPath instead
  // of its JSON pointer. Null for a case record, which has nothing of it.
  const definition::Profiles* profiles = nullptr;
  std::vector<std::string> of_root = {};  // URLs of profiles that each input must be of
  diag::Severity level = diag::Severity::information;  // the mildest that is reported
  const element::Canonicals* canonicals = nullptr;  // forms that answers are held to; null: those
                                                    // of the input alone
  Policy policy = {};
  terminology::CodeService* codes = nullptr;  // a terminology server; null: what is not here is not
                                              // checked
};

}  // namespace paraneo::validate

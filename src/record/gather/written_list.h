// What a record leaves out of what others send, by written lists that are data (mappings/sources):
// what it never needs, and who a person is to the outside. It is counted, and is no finding.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "element/element.h"
#include "record/gather/account.h"
#include "terminology/value_set.h"

namespace paraneo::record {

inline constexpr std::string_view kNotNeeded =
    "https://paraneo.github.io/fhir/ValueSet/not-needed-on-import";
inline constexpr std::string_view kIdentifying =
    "https://paraneo.github.io/fhir/ValueSet/identifying-on-import";

// How often each thing was left out: "Observation.performer", "Organization", "Patient.identifier".
using LeftOut = std::map<std::string, std::uint64_t, std::less<>>;

// Immutable; may be shared by threads. What it is made of must outlive it.
class WrittenList {
 public:
  WrittenList(const definition::Definitions& definitions, const terminology::ValueSets& value_sets)
      : definitions_(definitions), value_sets_(value_sets) {}

  // The listed path ("Observation.performer", "Reference.display", "Patient.extension('URL')") that
  // the element is, or is below, or that all it has is of; empty when there is none.
  std::string covers(const element::Element& element) const;
  // What the report says of what covers() gives: kIdentifyingReason or kNotNeededReason.
  std::string_view reason(std::string_view path) const;
  // A whole resource.
  bool covers_type(std::string_view type) const;
  // An identifier of a person that everybody knows them by: by the code of its kind, or by its
  // system.
  bool is_identifying(const element::Element& identifier) const;

 private:
  bool lists(std::string_view path) const;
  std::string path_of(const element::Element& element) const;

  const definition::Definitions& definitions_;
  const terminology::ValueSets& value_sets_;
};

}  // namespace paraneo::record

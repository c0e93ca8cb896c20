// Codes in data, and what terminology says of them. Internal to this folder.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "fhirpath/run.h"

namespace paraneo::fhirpath {

// Points into the data, or into the run's arena.
struct Coded {
  std::string_view system, code;  // no system: a code or a string, which does not say it
  bool is_text = false;           // a string, of which not even its element says it
};

// Of a code or string, a Coding, all codings of a CodeableConcept; none of anything else.
std::vector<Coded> codes_of(Run& run, const Item& item);
const TerminologyPort& terminology_of(const Run& run);
// Whether the value set has one of the codes; none, with the run failed, where that is not known
// here.
std::optional<bool> is_member(Run& run, const Node& node, std::string_view value_set,
                              std::span<const Coded> codes);

}  // namespace paraneo::fhirpath

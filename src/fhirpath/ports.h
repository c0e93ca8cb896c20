// What expressions ask of the world outside: terminology and profiles. Implementations are called
// from the thread of the evaluation and must be safe for as many threads as evaluate.
#pragma once

#include <optional>
#include <string_view>

#include "element/element.h"

namespace paraneo::fhirpath {

class TerminologyPort {
 public:
  virtual ~TerminologyPort() = default;
  // Whether the code is in the value set; none when that cannot be known here. An empty system
  // stands for the one that the value set implies.
  virtual std::optional<bool> member_of(std::string_view value_set, std::string_view system,
                                        std::string_view code) const = 0;
  // Whether code a is b or above it.
  virtual std::optional<bool> subsumes(std::string_view system, std::string_view a, std::string_view b) const = 0;
};

// The value sets that are built into the binary; subsumption is not known.
const TerminologyPort& builtin_terminology();

class ProfilePort {
 public:
  virtual ~ProfilePort() = default;
  // None when there is no such profile.
  virtual std::optional<bool> conforms(const element::Element& element, std::string_view profile_url) const = 0;
};

}  // namespace paraneo::fhirpath

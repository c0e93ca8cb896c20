#include "validate/profile_answers.h"

namespace paraneo::validate {
using InSlice = fhirpath::ProfilePort::InSlice;

std::optional<bool> ProfileAnswers::conforms(const element::Element& element,
                                             std::string_view profile_url) const {
  arena_.reset();
  const auto answer = rules_.conforms(element, profile_url, arena_);
  if (answer != true) return answer;
  diag::Sink sink(0);
  return base_.validate(element, nullptr, arena_, sink);
}

InSlice ProfileAnswers::in_slice(const element::Element& element, std::string_view profile_url,
                                 std::string_view slice) const {
  arena_.reset();
  return rules_.in_slice(element, profile_url, slice, arena_);
}

}  // namespace paraneo::validate

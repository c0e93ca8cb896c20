// Terminology without a server.
#include "fhirpath/ports.h"

namespace paraneo::fhirpath {

const terminology::ValueSets& KnownTerminology::value_sets() const {
  return own_value_sets_ != nullptr ? *own_value_sets_ : terminology::ValueSets::builtin();
}

bool KnownTerminology::has_value_set(std::string_view value_set) const {
  return value_sets().has_set(value_set);
}

bool KnownTerminology::has_several_systems(std::string_view value_set) const {
  return value_sets().has_several_systems(value_set);
}

std::optional<bool> KnownTerminology::member_of(std::string_view value_set, std::string_view system,
                                                std::string_view code) const {
  return value_sets().contains(value_set, system, code);
}

std::optional<bool> KnownTerminology::subsumes(std::string_view system, std::string_view a,
                                               std::string_view b) const {
  return value_sets().code_systems().subsumes(system, a, b);
}

std::optional<std::vector<terminology::Code>> KnownTerminology::codes_of(
    std::string_view value_set) const {
  return value_sets().codes_of(value_set);
}

std::optional<bool> KnownTerminology::has_code(std::string_view system,
                                               std::string_view code) const {
  return value_sets().code_systems().contains(system, code);
}

std::string_view KnownTerminology::display(std::string_view system, std::string_view code) const {
  return value_sets().code_systems().display(system, code);
}

const terminology::ConceptMap* KnownTerminology::concept_map(std::string_view url) const {
  return concept_maps_ == nullptr ? nullptr : concept_maps_->find(url);
}

const TerminologyPort& builtin_terminology() {
  static const KnownTerminology kBuiltin;
  return kBuiltin;
}

}  // namespace paraneo::fhirpath

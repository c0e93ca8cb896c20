// What the validator's expressions ask of terminology: as the engine, and behind it the terminology server of the run.
#pragma once

#include "fhirpath/ports.h"
#include "terminology/codes.h"

namespace paraneo::validate {

// Both must outlive this. As thread-safe as the codes.
class AskedTerminology final : public fhirpath::TerminologyPort {
 public:
  // `asks`: there is a server, which may have value sets that are not here.
  AskedTerminology(const fhirpath::TerminologyPort& known, const terminology::Codes& codes, bool asks) : known_(known), codes_(codes), asks_(asks) {}

  bool has_value_set(std::string_view value_set) const override { return asks_ || known_.has_value_set(value_set); }
  bool has_several_systems(std::string_view value_set) const override { return known_.has_several_systems(value_set); }
  std::optional<bool> member_of(std::string_view value_set, std::string_view system, std::string_view code) const override {
    const auto known = known_.member_of(value_set, system, code);
    return known || !asks_ ? known : codes_.contains(value_set, {system, code});
  }
  std::optional<bool> subsumes(std::string_view system, std::string_view a, std::string_view b) const override { return known_.subsumes(system, a, b); }
  std::optional<std::vector<terminology::Code>> codes_of(std::string_view value_set) const override { return known_.codes_of(value_set); }
  std::optional<bool> has_code(std::string_view system, std::string_view code) const override {
    const auto known = known_.has_code(system, code);
    return known || !asks_ ? known : codes_.has({system, code});
  }
  std::string_view display(std::string_view system, std::string_view code) const override { return known_.display(system, code); }
  const terminology::ConceptMap* concept_map(std::string_view url) const override { return known_.concept_map(url); }

 private:
  const fhirpath::TerminologyPort& known_;
  const terminology::Codes& codes_;
  const bool asks_;
};

}  // namespace paraneo::validate

// What expressions ask of terminology, with a terminology server behind it.
#pragma once

#include "fhirpath/ports.h"
#include "terminology/codes.h"

namespace paraneo::fhirpath {

// Both must outlive this. As thread-safe as the codes. While the server is still to be asked, what
// nobody knows yet is taken for untrue, so that an expression goes on to whatever else it asks.
class AskedTerminology final : public TerminologyPort {
 public:
  AskedTerminology(const TerminologyPort& known, const terminology::Codes& codes)
      : known_(known), codes_(codes) {}

  // A server may have value sets that are not here.
  bool has_value_set(std::string_view value_set) const override {
    return codes_.has_server() || known_.has_value_set(value_set);
  }
  bool has_several_systems(std::string_view value_set) const override {
    return known_.has_several_systems(value_set);
  }
  std::optional<bool> member_of(std::string_view value_set, std::string_view system,
                                std::string_view code) const override {
    const auto known = known_.member_of(value_set, system, code);
    return known || !codes_.has_server() ? known
                                         : for_now(codes_.contains(value_set, {system, code}));
  }
  std::optional<bool> subsumes(std::string_view system, std::string_view a,
                               std::string_view b) const override {
    return known_.subsumes(system, a, b);
  }
  std::optional<std::vector<terminology::Code>> codes_of(
      std::string_view value_set) const override {
    return known_.codes_of(value_set);
  }
  std::optional<bool> has_code(std::string_view system, std::string_view code) const override {
    const auto known = known_.has_code(system, code);
    return known || !codes_.has_server() ? known : for_now(codes_.has({system, code}));
  }
  std::string_view display(std::string_view system, std::string_view code) const override {
    const auto known = known_.display(system, code);
    return known.empty() && codes_.has_server() ? codes_.display({system, code}) : known;
  }
  const terminology::ConceptMap* concept_map(std::string_view url) const override {
    return known_.concept_map(url);
  }

 private:
  std::optional<bool> for_now(std::optional<bool> answer) const {
    return !answer && codes_.is_open() ? std::optional<bool>(false) : answer;
  }

  const TerminologyPort& known_;
  const terminology::Codes& codes_;
};

}  // namespace paraneo::fhirpath

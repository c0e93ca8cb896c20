#include "validate/vital_signs.h"

namespace paraneo::validate {
namespace {

constexpr std::string_view kOfR4 = "http://hl7.org/fhir/StructureDefinition/";
constexpr std::string_view kVitalSigns = "http://hl7.org/fhir/StructureDefinition/vitalsigns";

std::string_view fixed_text(const definition::ProfileNode& node, definition::Symbol child) {
  const auto* found = node.child(child);
  return found == nullptr || found->fixed == nullptr ? std::string_view() : found->fixed->text();
}

}  // namespace

void VitalSigns::read(const Names& names) {
  is_read_ = true;
  for (const auto url : profiles_.standing_on(kVitalSigns, kOfR4)) {
    const auto* profile = built_.find(url);
    const auto* code = profile == nullptr ? nullptr : profile->root.child(names.code);
    const auto* coding = code == nullptr ? nullptr : code->child(names.coding);
    if (coding == nullptr) continue;
    for (const auto& slice : coding->slices)
      if (const auto fixed = fixed_text(*slice, names.code); slice->min > 0 && !fixed.empty())
        by_code_.emplace(std::pair(fixed_text(*slice, names.system), fixed), profile);
  }
}

const definition::Profile* VitalSigns::find(const element::Element& coding, const Names& names) {
  if (!is_read_) read(names);
  const auto found =
      by_code_.find({Visit::text_of(coding, names.system), Visit::text_of(coding, names.code)});
  return found == by_code_.end() ? nullptr : found->second;
}

}  // namespace paraneo::validate

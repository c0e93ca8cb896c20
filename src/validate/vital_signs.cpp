// "When a FHIR implementation supports any of the vital signs [...], the implementation SHALL
// conform to this profile for the vital sign observation" (FHIR R4, Vital Signs Profile): an
// Observation with the code that a profile of R4's fixes is held to it, though it does not say so.
#include "validate/profile_rules.h"

#include <algorithm>

namespace paraneo::validate {
namespace {

constexpr std::string_view kOfR4 = "http://hl7.org/fhir/StructureDefinition/";
constexpr std::string_view kVitalSigns = "http://hl7.org/fhir/StructureDefinition/vitalsigns";

std::string_view fixed_text(const ProfileNode& node, definition::Symbol child) {
  const auto* found = node.child(child);
  return found == nullptr || found->fixed == nullptr ? std::string_view() : found->fixed->text();
}

}  // namespace

void ProfileRules::read_vital_signs(const Names& names) {
  knows_vital_signs_ = true;
  for (const auto url : profiles_.standing_on(kVitalSigns, kOfR4)) {
    const auto* profile = built_.find(url);
    const auto* code = profile == nullptr ? nullptr : profile->root.child(names.code);
    const auto* coding = code == nullptr ? nullptr : code->child(names.coding);
    if (coding == nullptr) continue;
    for (const auto& slice : coding->slices)
      if (const auto fixed = fixed_text(*slice, names.code); slice->min > 0 && !fixed.empty())
        vital_signs_.emplace(std::pair(fixed_text(*slice, names.system), fixed), profile);
  }
}

void ProfileRules::add_vital_signs(const element::Element& at, Nodes& nodes, const Visit& visit) {
  const auto* code = at.child(visit.names.code);
  for (const auto* coding = code == nullptr ? nullptr : code->first; coding != nullptr;
       coding = coding->next) {
    if (coding->name != visit.names.coding) continue;
    if (!knows_vital_signs_) read_vital_signs(visit.names);
    const auto found = vital_signs_.find(
        {Visit::text_of(*coding, visit.names.system), Visit::text_of(*coding, visit.names.code)});
    if (found == vital_signs_.end()) continue;
    const auto* root = &found->second->root;
    if (std::find(nodes.begin(), nodes.end(), root) == nodes.end()) nodes.push_back(root);
  }
}

}  // namespace paraneo::validate

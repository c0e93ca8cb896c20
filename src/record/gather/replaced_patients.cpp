#include "record/gather/replaced_patients.h"

#include <algorithm>

#include "record/gather/literal_reference.h"
#include "record/identity.h"
#include "record/origin.h"

namespace paraneo::record {

using element::Element;

bool ReplacedPatients::covers(const ChartEntry& patient) const {
  if (existing_ == nullptr || patient.type != "Patient") return false;
  const auto is_among = std::any_of(chart_.replaced.begin(), chart_.replaced.end(), [&](const auto& each) { return each.patient == patient.reference(); });
  const auto* subject = is_among ? existing_->find(std::string(kSubjectKey)) : nullptr;
  return subject != nullptr && subject->origin.reference != name_of(patient.type, patient.id);
}

void ReplacedPatients::take_out_links(Element& patient, const ChartEntry& entry) const {
  const auto name = definitions_.find_symbol("link");
  const auto other_name = definitions_.find_symbol("other");
  for (auto* each = patient.first; each != nullptr;) {
    auto* next = each->next;
    const auto* other = each->name == name && text_of(definitions_, *each, "type") == "replaces" ? each->child(other_name) : nullptr;
    const auto reference = other == nullptr ? std::string_view() : text_of(definitions_, *other, "reference");
    // What was replaced means the one who remains.
    if (!reference.empty() && charts_.target_of(entry, reference) == chart_.patient && entry.reference() == chart_.patient &&
        !chart_.replaced.empty())
      remove_child(patient, *each);
    each = next;
  }
}

void ReplacedPatients::name_in(Element& bundle) const {
  std::vector<std::string> patients;
  for (const auto& each : chart_.replaced)
    if (const auto parts = literal_parts(each.patient); !parts.id.empty()) patients.push_back(name_of(parts.type, parts.id));
  const auto* subject = existing_ == nullptr ? nullptr : existing_->find(std::string(kSubjectKey));
  if (subject != nullptr) patients.insert(patients.end(), subject->origin.replaces.begin(), subject->origin.replaces.end());
  if (patients.empty()) return;
  std::sort(patients.begin(), patients.end());
  patients.erase(std::unique(patients.begin(), patients.end()), patients.end());
  const auto resource = definitions_.find_symbol("resource");
  for (auto* entry = bundle.first; entry != nullptr; entry = entry->next) {
    auto* patient = entry->child(resource);
    if (patient == nullptr || definitions_.type_name(patient->type) != "Patient") continue;
    if (add_replaces(definitions_, arena_, *patient, patients) || subject != nullptr) continue;
    const auto parts = literal_parts(chart_.patient);
    set_origin(definitions_, arena_, *patient, {charts_.source_of(parts.base), name_of(parts.type, parts.id), {}, {}, patients, {}});
  }
}

}  // namespace paraneo::record

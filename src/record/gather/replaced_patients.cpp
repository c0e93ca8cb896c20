#include "record/gather/replaced_patients.h"

#include <algorithm>

#include "record/gather/literal_reference.h"
#include "record/gather/senders.h"
#include "record/identity.h"
#include "record/origin.h"

namespace paraneo::record {

using element::Element;

bool ReplacedPatients::covers(const ChartEntry& patient) const {
  if (existing_ == nullptr || patient.type != "Patient") return false;
  const auto* subject = existing_->find(std::string(kSubjectKey));
  if (subject == nullptr) return false;
  const auto is_same = subject->origin.reference == name_of(patient.type, patient.id) &&
                       subject->origin.source == source_of_base(patient.base);
  if (!chart_.is_person) {
    const auto is_among =
        std::any_of(chart_.replaced.begin(), chart_.replaced.end(),
                    [&](const auto& each) { return each.patient == patient.reference(); });
    return is_among && subject->origin.reference != name_of(patient.type, patient.id);
  }
  const auto& senders = charts_.options().senders;
  const auto known =
      charts_.rank_of(senders.base_of_source(subject->origin.source) + subject->origin.reference);
  if (!subject->has_origin || is_same) return false;
  // Whoever came first stays, where nobody knows the order.
  return known == Charts::kNoRank ? subject->origin.source != source_of_base(patient.base)
                                  : known <= charts_.rank_of(patient.reference());
}

void ReplacedPatients::take_out_links(Element& patient, const ChartEntry& entry) const {
  const auto name = definitions_.find_symbol("link");
  const auto other_name = definitions_.find_symbol("other");
  for (auto* each = patient.first; each != nullptr;) {
    auto* next = each->next;
    const auto* other = each->name == name && text_of(definitions_, *each, "type") == "replaces"
                            ? each->child(other_name)
                            : nullptr;
    const auto reference =
        other == nullptr ? std::string_view() : text_of(definitions_, *other, "reference");
    // What was replaced means the one who remains.
    if (!reference.empty() && charts_.target_of(entry, reference) == chart_.patient &&
        (chart_.is_person || entry.reference() == chart_.patient) && !chart_.replaced.empty())
      remove_child(patient, *each);
    each = next;
  }
}

void ReplacedPatients::name_in(Element& bundle) const {
  std::vector<std::string> patients;
  for (const auto& each : chart_.replaced)
    if (const auto parts = literal_parts(each.patient); !parts.id.empty() && !each.is_by_row)
      patients.push_back(
          (chart_.is_person ? source_of_reference(each.patient) + "|" : std::string()) +
          name_of(parts.type, parts.id));
  const auto* subject = existing_ == nullptr ? nullptr : existing_->find(std::string(kSubjectKey));
  if (subject != nullptr)
    patients.insert(patients.end(), subject->origin.replaces.begin(),
                    subject->origin.replaces.end());
  if (patients.empty()) return;
  std::sort(patients.begin(), patients.end());
  patients.erase(std::unique(patients.begin(), patients.end()), patients.end());
  const auto resource = definitions_.find_symbol("resource");
  for (auto* entry = bundle.first; entry != nullptr; entry = entry->next) {
    auto* patient = entry->child(resource);
    if (patient == nullptr || definitions_.type_name(patient->type) != "Patient") continue;
    if (add_replaces(definitions_, arena_, *patient, patients) || subject != nullptr) continue;
    if (chart_.is_person) continue;
    const auto parts = literal_parts(chart_.patient);
    set_origin(
        definitions_, arena_, *patient,
        {source_of_reference(chart_.patient), name_of(parts.type, parts.id), {}, {}, patients, {}});
  }
}

}  // namespace paraneo::record

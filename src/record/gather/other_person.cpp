#include "record/gather/other_person.h"

#include <algorithm>
#include <array>
#include <string>

#include "record/gather/literal_reference.h"
#include "record/identity.h"

namespace paraneo::record {

using element::Element;

std::optional<Refusal> OtherPerson::refuse(const Element& resource, const ChartEntry& entry) const {
  for (const auto* each = resource.first; each != nullptr; each = each->next)
    if (each->name == focus_ && each->type == reference_)
      if (auto why = refuse_focus(resource, *each, entry)) return why;
  const auto* specimen = resource.child(specimen_);
  if (specimen == nullptr || specimen->type != reference_) return std::nullopt;
  const auto reference = text_of(definitions_, *specimen, "reference");
  const auto* inner =
      reference.starts_with('#') ? contained(resource, reference.substr(1)) : nullptr;
  if (inner != nullptr && descriptions_.is_of_somebody_else(entry, *inner))
    return Refusal{"its specimen is somebody else's"};
  const auto* taken = charts_.find(charts_.target_of(entry, reference));
  const auto from = taken == nullptr ? std::string() : charts_.patient_of(*taken);
  if (from.empty() || from == chart_.patient) return std::nullopt;
  return Refusal{"its specimen is somebody else's"};
}

// "The actual focus of an observation when it is not the patient of record". Where nobody can tell
// what that is, it is not the patient for that reason.
std::optional<Refusal> OtherPerson::refuse_focus(const Element& resource, const Element& focus,
                                                 const ChartEntry& entry) const {
  constexpr std::array<std::string_view, 6> kPersons = {
      "Patient", "RelatedPerson", "Group", "Person", "Practitioner", "PractitionerRole"};
  const auto reference = text_of(definitions_, focus, "reference");
  std::string type(text_of(definitions_, focus, "type"));
  if (reference.starts_with('#')) {
    if (chart_.patient.ends_with(reference)) return std::nullopt;
    const auto* inner = contained(resource, reference.substr(1));
    type = inner == nullptr ? std::string() : std::string(definitions_.type_name(inner->type));
  } else if (!reference.empty()) {
    const auto target = charts_.target_of(entry, reference);
    if (target == chart_.patient) return std::nullopt;
    if (const auto* found = charts_.find(target)) type = found->type;
    else if (const auto named = literal_parts(target).type; !named.empty()) type = named;
  }
  if (type.empty()) return Refusal{"nobody can tell what it is about (focus)"};
  if (std::find(kPersons.begin(), kPersons.end(), type) == kPersons.end()) return std::nullopt;
  return Refusal{"it is about somebody else (focus)"};
}

const Element* OtherPerson::contained(const Element& resource, std::string_view id) const {
  for (const auto* each = resource.first; each != nullptr; each = each->next)
    if (each->name == contained_ && text_of(definitions_, *each, "id") == id) return each;
  return nullptr;
}

}  // namespace paraneo::record

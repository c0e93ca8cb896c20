#include "fetch/compartment.h"

#include <algorithm>
#include <array>

#include "rest/url.h"

namespace paraneo::fetch {
namespace {

constexpr std::array kOwners = {"subject", "patient", "individual", "beneficiary", "for"};

bool is_patient(const json::Value& reference, const std::vector<std::string>& patients) {
  auto text = reference.text_of("reference");
  text = text.substr(0, text.find("/_history"));
  constexpr std::string_view kType = "Patient/";
  const auto at = text.rfind(kType);
  const bool whole = at == 0 || (at != std::string_view::npos && text[at - 1] == '/');
  return whole && is_one_of(patients, text.substr(at + kType.size()));
}

}  // namespace

bool is_one_of(const std::vector<std::string>& ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

bool belongs_to(const json::Value& resource, const std::vector<std::string>& patients) {
  bool has_owner = false;
  for (const auto* name : kOwners)
    if (const auto* owner = resource.find(name);
        owner != nullptr && owner->find("reference") != nullptr) {
      if (is_patient(*owner, patients)) return true;
      has_owner = true;
    }
  if (has_owner) return false;
  std::vector<const json::Value*> open{&resource};
  while (!open.empty()) {
    const auto* value = open.back();
    open.pop_back();
    if (is_patient(*value, patients)) return true;
    for (const auto& member : value->members()) open.push_back(&member.value);
    for (const auto& item : value->items()) open.push_back(&item);
  }
  return false;
}

bool belongs_to_another(const json::Value& resource, const std::vector<std::string>& patients) {
  if (resource.text_of("resourceType") == "Patient")
    return !is_one_of(patients, resource.text_of("id"));
  bool another = false;
  for (const auto* name : kOwners)
    if (const auto* owner = resource.find(name); owner != nullptr) {
      if (is_patient(*owner, patients)) return false;
      another = another || rest::target_in(owner->text_of("reference")).starts_with("Patient/");
    }
  return another;
}

}  // namespace paraneo::fetch

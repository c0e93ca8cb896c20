#include "fetch/references.h"

#include "rest/url.h"

namespace paraneo::fetch {

References::References(std::string base, const std::vector<std::string>& types)
    : base_(std::move(base) + "/"), types_{"BodyStructure", "Medication", "Specimen", "Substance"} {
  types_.insert(types.begin(), types.end());
}

bool References::is_followed(std::string_view target) const {
  return types_.contains(target.substr(0, target.find('/')));
}

void References::add(std::string_view reference) {
  if (reference.starts_with(base_)) {
    reference.remove_prefix(base_.size());
  } else if (reference.starts_with("http://") || reference.starts_with("https://")) {
    if (foreign_.size() < kReferencesMax) foreign_.emplace(reference);
    return;
  }
  reference = reference.substr(0, reference.find("/_history/"));
  const auto slash = reference.find('/');
  if (slash == std::string_view::npos || !rest::is_type_name(reference.substr(0, slash)) ||
      !rest::is_id(reference.substr(slash + 1)))
    return;  // contained, a urn, or a search
  const std::string target(reference);
  if (settled_.contains(target) || to_follow_.size() + others_.size() >= kReferencesMax) return;
  (is_followed(target) ? to_follow_ : others_).insert(target);
}

void References::take(const json::Value& resource) {
  std::vector<const json::Value*> open{&resource};
  while (!open.empty()) {
    const auto* value = open.back();
    open.pop_back();
    for (const auto& member : value->members()) {
      if (member.name == "reference" && member.value.is_string()) add(member.value.text());
      open.push_back(&member.value);
    }
    for (const auto& item : value->items()) open.push_back(&item);
  }
}

void References::settle(const std::string& target) {
  settled_.insert(target);
  to_follow_.erase(target);
  others_.erase(target);
}

std::string References::next_to_follow() {
  return to_follow_.empty() ? std::string() : *to_follow_.begin();
}

std::map<std::string, std::size_t> References::left() const {
  std::map<std::string, std::size_t> counts;
  for (const auto& target : others_) ++counts[target.substr(0, target.find('/'))];
  return counts;
}

}  // namespace paraneo::fetch

#include "validate/definition_rule.h"

#include <charconv>

#include "validate/fixed.h"

namespace paraneo::validate {
namespace {

using diag::Code;

std::uint32_t number(std::string_view text) {
  std::uint32_t out = 0;
  return std::from_chars(text.data(), text.data() + text.size(), out).ec == std::errc()
             ? out
             : definition::kUnbounded;
}

}  // namespace

void check_definition(const element::Element& at, const definition::Profiles& profiles,
                      definition::BuiltProfiles& built, Visit& visit) {
  if (at.type != visit.names.structure_definition) return;
  const auto* base_url = at.child(visit.definitions.find_symbol("baseDefinition"));
  const auto* base = base_url == nullptr || profiles.find(base_url->value()).empty()
                         ? nullptr
                         : built.find(base_url->value());
  const auto* differential = at.child(visit.names.differential);
  if (base == nullptr || differential == nullptr) return;
  for (const auto* each = differential->first; each != nullptr; each = each->next) {
    // Slices are counted in themselves.
    if (each->name != visit.names.element ||
        Visit::text_of(*each, visit.names.id).find(':') != std::string_view::npos)
      continue;
    const auto* node = node_at(visit.definitions, *base, Visit::text_of(*each, visit.names.path));
    if (node == nullptr) continue;
    const auto* fixed = each->child(visit.names.fixed);
    if (fixed != nullptr && node->fixed != nullptr &&
        !is_fixed(visit.definitions, *fixed, *node->fixed))
      visit.say(Code::validate_profile, *fixed,
                "the profile " + base->url + " that this one stands on fixes another value");
    if (const auto* min = each->child(visit.names.min);
        min != nullptr && number(min->value()) < node->min)
      visit.say(Code::validate_profile, *min,
                "the profile " + base->url + " that this one stands on asks for at least " +
                    std::to_string(node->min));
    if (const auto* max = each->child(visit.names.max);
        max != nullptr && node->max != definition::kUnbounded && number(max->value()) > node->max)
      visit.say(Code::validate_profile, *max,
                "the profile " + base->url + " that this one stands on allows at most " +
                    std::to_string(node->max));
  }
}

}  // namespace paraneo::validate

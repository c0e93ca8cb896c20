#include "validate/bounds.h"

#include <algorithm>

namespace paraneo::validate {
namespace {

// A primitive, or a Quantity: what can be compared has no elements further inside.
const element::Element* made_of(const definition::Bound& bound, Visit& visit) {
  auto* out = element::make_root(visit.arena, bound.type);
  if (!bound.value->is_object()) {
    out->set_value(bound.value->text());
    return out;
  }
  for (const auto& each : bound.value->members()) {
    const auto* member = visit.definitions.member(bound.type, each.name);
    if (member == nullptr || each.value.is_object() || each.value.is_array()) continue;
    element::append_child(visit.arena, visit.definitions, *out,
                          visit.definitions.element_at(member->element), member->type)
        ->set_value(each.value.text());
  }
  return out;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

}  // namespace

void Bounds::check(const element::Element& at, const ProfileNode& node, Visit& visit) {
  if (node.length_max != definition::kUnbounded && at.has_value &&
      characters(at.value()) > node.length_max)
    visit.say(diag::Code::validate_primitive, at,
              "the value has " + std::to_string(characters(at.value())) + " characters; at most " +
                  std::to_string(node.length_max) + " are allowed" + of_profile(node));
  check_bound(at, node, node.min_value, true, visit);
  check_bound(at, node, node.max_value, false, visit);
}

void Bounds::check_bound(const element::Element& at, const ProfileNode& node,
                         const definition::Bound& bound, bool is_least, Visit& visit) {
  if (bound.value == nullptr || bound.type == 0 || !visit.definitions.is_a(at.type, bound.type))
    return;
  const auto mark = visit.arena.mark();
  const auto* limit = made_of(bound, visit);
  const auto holds = comparison_.holds(is_least ? ">=" : "<=", at, *limit, visit);
  visit.arena.rewind(mark);
  if (holds == false)
    visit.say(diag::Code::validate_primitive, at,
              std::string(is_least ? "the value is less than the least"
                                   : "the value is more than the most") +
                  " that is allowed" + of_profile(node),
              bound.value->is_object() ? std::string()
                                       : "the bound is " + std::string(bound.value->text()));
}

}  // namespace paraneo::validate

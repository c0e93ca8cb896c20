#include "validate/fixed.h"

namespace paraneo::validate {
namespace {

using definition::Definitions;
using element::Element;

bool is_scalar(const Element& at, const json::Value& value) {
  const auto text = value.kind == json::Kind::boolean
                        ? std::string_view(value.truth ? "true" : "false")
                        : value.text();
  return at.has_value && at.value() == text;
}

// Extensions of primitives are no part of what is compared.
bool is_member_of_value(std::string_view name) {
  return name != "resourceType" && !name.starts_with('_');
}

std::size_t count_of(const json::Value& value) {
  return value.is_array() ? value.items().size() : 1;
}

bool is_child(const Definitions& definitions, const Element& child,
              const definition::Member& member) {
  return child.def == member.element && (member.type == 0 || child.type == member.type ||
                                         !definitions.element_at(member.element).choice);
}

// Lists: the same items in the same order.
bool has_fixed_member(const Definitions& definitions, const Element& at,
                      const definition::Member& member, const json::Value& value) {
  std::size_t i = 0;
  for (const auto* child = at.first; child != nullptr; child = child->next) {
    if (!is_child(definitions, *child, member)) continue;
    if (i >= count_of(value) ||
        !is_fixed(definitions, *child, value.is_array() ? value.items()[i] : value))
      return false;
    ++i;
  }
  return i == count_of(value);
}

// Lists: each item of the pattern is there, somewhere.
bool has_pattern_item(const Definitions& definitions, const Element& at,
                      const definition::Member& member, const json::Value& item) {
  for (const auto* child = at.first; child != nullptr; child = child->next)
    if (is_child(definitions, *child, member) && has_pattern(definitions, *child, item))
      return true;
  return false;
}

}  // namespace

bool is_fixed(const Definitions& definitions, const Element& at, const json::Value& value) {
  if (!value.is_object()) return is_scalar(at, value);
  std::size_t expected = 0;
  for (const auto& each : value.members()) {
    if (!is_member_of_value(each.name)) continue;
    const auto* member = definitions.member(at.type, each.name);
    if (member == nullptr || !has_fixed_member(definitions, at, *member, each.value)) return false;
    expected += count_of(each.value);
  }
  std::size_t found = 0;
  for (const auto* child = at.first; child != nullptr; child = child->next) ++found;
  return found == expected;
}

bool has_pattern(const Definitions& definitions, const Element& at, const json::Value& pattern) {
  if (!pattern.is_object()) return is_scalar(at, pattern);
  for (const auto& each : pattern.members()) {
    if (!is_member_of_value(each.name)) continue;
    const auto* member = definitions.member(at.type, each.name);
    if (member == nullptr) return false;
    if (each.value.is_array()) {
      for (const auto& item : each.value.items())
        if (!has_pattern_item(definitions, at, *member, item)) return false;
    } else if (!has_pattern_item(definitions, at, *member, each.value)) {
      return false;
    }
  }
  return true;
}

}  // namespace paraneo::validate

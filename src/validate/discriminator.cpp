#include "validate/discriminator.h"

#include <algorithm>

#include "validate/fixed.h"
#include "validate/path_step.h"

namespace paraneo::validate {
namespace {

using By = definition::Slicing::By;

constexpr std::size_t kDepthMax = 20;  // of values inside of each other that tell slices apart

std::optional<bool> either(std::optional<bool> a, std::optional<bool> b) {
  if (a == true || b == true) return true;
  return a ? a : b;
}

}  // namespace

std::optional<bool> Discriminators::is_in(const element::Element& at, const ProfileNode& slice,
                                          const definition::Slicing& slicing) {
  std::optional<bool> all;
  for (const auto& discriminator : slicing.discriminators) {
    const auto one = holds(at, slice, discriminator);
    if (one == false) return false;
    if (!one) return std::nullopt;
    all = true;
  }
  return all;
}

std::optional<bool> Discriminators::holds(const element::Element& at, const ProfileNode& slice,
                                          const definition::Slicing::Discriminator& discriminator) {
  if (discriminator.path == "url" && at.type == visit_.names.extension_type &&
      !slice.types.empty() && !slice.types[0].profiles.empty()) {
    // Whether or not its definition is loaded.
    const auto url = Visit::text_of(at, visit_.names.url);
    return std::any_of(
        slice.types[0].profiles.begin(), slice.types[0].profiles.end(),
        [&](const auto& each) { return url == std::string_view(each).substr(0, each.find('|')); });
  }
  Elements values{&at};
  Nodes nodes{&slice};
  bool is_target = false;
  is_elsewhere_ = false;
  auto path = std::string_view(discriminator.path);
  while (!path.empty()) {
    const auto name = next_step(path);
    if (name == "$this") continue;
    is_target = name == "resolve()" && path.empty();
    values = step(values, name);
    // What a reference leads to is said by its targets, at its own node.
    if (!is_target) nodes = step(nodes, name);
  }
  // What is not in the input may be anything of its type.
  if (is_elsewhere_)
    return is_target && discriminator.by == By::type ? has_stated_type(at, nodes, discriminator)
                                                     : std::nullopt;
  switch (discriminator.by) {
    case By::type: return has_type(values, nodes, is_target);
    case By::profile: return has_profile(values, nodes, is_target);
    case By::exists:
      for (const auto* node : nodes) {
        if (node->max == 0) return values.empty();
        if (node->min > 0) return !values.empty();
      }
      return std::nullopt;
    case By::value: break;
  }
  return has_value(values, nodes);
}

Discriminators::Elements Discriminators::step(const Elements& from, std::string_view name) {
  Elements out;
  const auto& names = visit_.names;
  if (const auto type = type_argument(name)) {
    for (const auto* each : from)
      if (rules_.definitions_.type_name(each->type) == *type) out.push_back(each);
    return out;
  }
  if (name == "resolve()") {
    for (const auto* each : from) {
      const auto reference = Visit::text_of(*each, names.reference);
      const auto found = rules_.references_->resolve(*each, reference);
      if (found.resource != nullptr) out.push_back(found.resource);
      else if (!reference.starts_with('#')) is_elsewhere_ = true;
    }
    return out;
  }
  const auto url = argument(name, "extension");
  if (name.ends_with("[x]")) name.remove_suffix(3);
  const auto symbol = url ? names.extension : rules_.definitions_.find_symbol(name);
  for (const auto* each : from)
    for (const auto* child = each->first; child != nullptr; child = child->next)
      if (child->name == symbol && (!url || Visit::text_of(*child, names.url) == *url))
        out.push_back(child);
  return out;
}

void Discriminators::children(const ProfileNode& node, definition::Symbol name, Nodes& to) {
  const auto* child = node.child(name);
  if (child == nullptr && !node.content_reference.empty())
    if (const auto* other = node_at(rules_.definitions_, *node.profile, node.content_reference);
        other != nullptr)
      child = other->child(name);
  if (child != nullptr) {
    to.push_back(child);
    for (const auto& slice : child->slices) to.push_back(slice.get());
  }
  for (const auto& type : node.types)
    for (const auto& url : type.profiles)
      if (const auto* profile = rules_.profile(url);
          profile != nullptr && child == nullptr && &node != &profile->root)
        children(profile->root, name, to);
}

Nodes Discriminators::step(const Nodes& from, std::string_view name) {
  Nodes out;
  if (const auto type = type_argument(name)) {
    for (const auto* node : from)
      if (node->types.empty() || std::any_of(node->types.begin(), node->types.end(),
                                             [&](const auto& each) { return each.name == *type; }))
        out.push_back(node);
    return out;
  }
  if (name == "resolve()") {
    for (const auto* node : from)
      for (const auto& type : node->types)
        for (const auto& url : type.targets)
          if (const auto* profile = rules_.profile(url); profile != nullptr)
            out.push_back(&profile->root);
    return out;
  }
  const auto url = argument(name, "extension");
  if (name.ends_with("[x]")) name.remove_suffix(3);
  const auto symbol = url ? visit_.names.extension : rules_.definitions_.find_symbol(name);
  for (const auto* node : from) children(*node, symbol, out);
  if (!url) return out;
  Nodes of_url;
  for (const auto* node : out)
    for (const auto& type : node->types)
      if (std::find(type.profiles.begin(), type.profiles.end(), *url) != type.profiles.end())
        of_url.push_back(node);
  return of_url;
}

std::optional<bool> Discriminators::has_value(const Elements& values, const Nodes& nodes) {
  std::optional<bool> found;
  for (const auto* node : nodes) {
    // Whether the profile says anything is seen at any value; without one, at none.
    if (values.empty() &&
        (node->fixed != nullptr || node->pattern != nullptr || !node->children.empty() ||
         node->strength == definition::BindingStrength::required))
      found = either(found, false);
    for (const auto* value : values) found = either(found, has_value(*value, *node, 0));
  }
  return found;
}

std::optional<bool> Discriminators::has_value(const element::Element& value,
                                              const ProfileNode& node, std::size_t depth) {
  const auto& definitions = rules_.definitions_;
  if (depth > kDepthMax) return std::nullopt;
  if (node.fixed != nullptr) return is_fixed(definitions, value, *node.fixed);
  if (node.pattern != nullptr) return has_pattern(definitions, value, *node.pattern);
  const auto by_children = has_children(value, node, depth);
  if (by_children || node.strength != definition::BindingStrength::required ||
      node.value_set.empty())
    return by_children;
  const auto& names = visit_.names;
  if (value.has_value) return rules_.codes_.contains(node.value_set, {{}, value.value()});
  if (value.type == names.coding_type)
    return rules_.codes_.contains(node.value_set, Visit::code_of(value, names));
  std::optional<bool> found;
  for (const auto* child = value.first; child != nullptr; child = child->next)
    if (child->name == names.coding)
      found = either(found, rules_.codes_.contains(node.value_set, Visit::code_of(*child, names)));
  return found;
}

// Values that stand further inside.
std::optional<bool> Discriminators::has_children(const element::Element& value,
                                                 const ProfileNode& node, std::size_t depth) {
  std::optional<bool> all;
  for (const auto& child : node.children) {
    std::optional<bool> one;
    Nodes alternatives{child.get()};
    for (const auto& slice : child->slices)
      if (slice->min > 0) alternatives.push_back(slice.get());
    for (const auto* alternative : alternatives) {
      bool is_there = false;
      for (const auto* each = value.first; each != nullptr; each = each->next) {
        if (each->name != child->name) continue;
        is_there = true;
        one = either(one, has_value(*each, *alternative, depth + 1));
      }
      if (!is_there && alternative->min > 0 &&
          (alternative->fixed != nullptr || alternative->pattern != nullptr))
        one = either(one, false);
    }
    if (one == false) return false;
    if (one) all = true;
  }
  return all;
}

// By the reference itself: "Patient/1", or Reference.type.
std::optional<bool> Discriminators::has_stated_type(
    const element::Element& at, const Nodes& nodes,
    const definition::Slicing::Discriminator& discriminator) {
  Elements references{&at};
  auto path = std::string_view(discriminator.path);
  for (auto name = next_step(path); name != "resolve()"; name = next_step(path))
    if (name != "$this") references = step(references, name);
  std::optional<bool> found;
  for (const auto* reference : references) {
    const auto parts =
        parts_of(rules_.definitions_, Visit::text_of(*reference, visit_.names.reference));
    const auto stated = rules_.definitions_.find_type(
        parts.type.empty() ? Visit::text_of(*reference, visit_.names.type) : parts.type);
    if (stated == 0) return std::nullopt;
    for (const auto* node : nodes)
      for (const auto& type : node->types)
        for (const auto& url : type.targets) {
          const auto wanted = rules_.type_of_target(url);
          if (wanted != 0) found = either(found, rules_.definitions_.is_a(stated, wanted));
        }
  }
  return found;
}

std::optional<bool> Discriminators::has_type(const Elements& values, const Nodes& nodes,
                                             bool is_target) {
  std::optional<bool> found;
  const auto is_one = [&](definition::TypeId type) {
    return type != 0 && std::any_of(values.begin(), values.end(), [&](const auto* value) {
             return is_of_type(rules_.definitions_, value->type, type);
           });
  };
  for (const auto* node : nodes) {
    if (is_target) {
      for (const auto& type : node->types)
        for (const auto& url : type.targets)
          found = either(found, is_one(rules_.type_of_target(url)));
    } else if (node->types.empty()) {
      if (node->type != 0) found = either(found, is_one(node->type));
    } else {
      for (const auto& type : node->types) found = either(found, is_one(type.type));
    }
  }
  return found;
}

std::optional<bool> Discriminators::has_profile(const Elements& values, const Nodes& nodes,
                                                bool is_target) {
  std::optional<bool> found;
  for (const auto* node : nodes)
    for (const auto& type : node->types)
      for (const auto& url : is_target ? type.targets : type.profiles) {
        const auto* profile = rules_.profile(url);
        if (profile == nullptr) {
          const auto of_type = rules_.definitions_.find_type(url);
          if (of_type == 0) continue;
          found = either(found, std::any_of(values.begin(), values.end(), [&](const auto* value) {
                           return rules_.definitions_.is_a(value->type, of_type);
                         }));
          continue;
        }
        found = either(found, std::any_of(values.begin(), values.end(), [&](const auto* value) {
                         return rules_.definitions_.is_a(value->type, profile->type) &&
                                rules_.conforms(*value, profile->root, visit_);
                       }));
      }
  return found;
}

}  // namespace paraneo::validate

#include "definition/snapshot/build_profile.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "definition/definition_json.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "json/write.h"

namespace paraneo::definition {
namespace {

constexpr std::size_t kDepthMax = 100;  // of an element
constexpr std::string_view kAdditionalBinding =
    "http://hl7.org/fhir/tools/StructureDefinition/additional-binding";

std::vector<std::string> texts_of(const json::Value& object, std::string_view name) {
  std::vector<std::string> out;
  for (const auto& item : items_of(object, name)) out.emplace_back(item.text());
  return out;
}

Slicing slicing_of(const json::Value& json) {
  Slicing slicing;
  for (const auto& each : items_of(json, "discriminator")) {
    const auto type = each.text_of("type");
    using By = Slicing::By;
    const auto by = type == "exists"    ? By::exists
                    : type == "type"    ? By::type
                    : type == "profile" ? By::profile
                                        : By::value;
    slicing.discriminators.push_back({by, std::string(each.text_of("path"))});
  }
  const auto rules = json.text_of("rules");
  slicing.rules = rules == "closed"      ? Slicing::Rules::closed
                  : rules == "openAtEnd" ? Slicing::Rules::open_at_end
                                         : Slicing::Rules::open;
  const auto* ordered = json.find("ordered");
  slicing.ordered = ordered != nullptr && ordered->truth;
  return slicing;
}

std::string text_of(const json::Value& value) {
  std::string out;
  json::Writer writer(out);
  writer.value(value);
  return out;
}
bool is_same(const json::Value& a, const json::Value& b) { return text_of(a) == text_of(b); }

std::unique_ptr<ProfileNode> copy_of(const ProfileNode& node, const Profile& owner) {
  auto copy = std::make_unique<ProfileNode>();
  static_cast<NodeRules&>(*copy) = node;
  copy->profile = &owner;
  for (const auto& child : node.children) copy->children.push_back(copy_of(*child, owner));
  for (const auto& slice : node.slices) copy->slices.push_back(copy_of(*slice, owner));
  return copy;
}

class Builder {
 public:
  Builder(const Definitions& definitions, Profile& to) : definitions_(definitions), to_(to) {}

  void apply(const json::Value& element) {
    auto* node = place_of(element);
    if (node == nullptr) return;
    if (const auto* min = element.find("min"); min != nullptr) set_min(*node, *min, element);
    if (const auto max = element.text_of("max"); !max.empty()) set_max(*node, max, element);
    if (element.find("type") != nullptr) set_types(*node, element);
    for (const auto& member : element.members()) set_value(*node, member, element);
    if (const auto* binding = element.find("binding"); binding != nullptr)
      set_binding(*node, *binding);
    for (const auto& constraint : items_of(element, "constraint"))
      add_constraint(*node, constraint);
    if (const auto* slicing = element.find("slicing"); slicing != nullptr)
      node->slicing = slicing_of(*slicing);
    if (const auto reference = element.text_of("contentReference"); !reference.empty())
      node->content_reference = reference.substr(reference.find('#') + 1);
    if (const auto* must = element.find("mustSupport"); must != nullptr)
      node->must_support = must->truth;
    if (const auto* modifier = element.find("isModifier"); modifier != nullptr && node == &to_.root)
      to_.is_modifier = modifier->truth;
  }

 private:
  // What stands on a profile cannot allow more than that does: then the profile's own rule stays.
  void set_min(ProfileNode& node, const json::Value& min, const json::Value& element) {
    const auto count = count_of(min.text());
    if (to_.parent != nullptr && count < node.min) return contradict(element);
    node.min = count;
  }
  void set_max(ProfileNode& node, std::string_view max, const json::Value& element) {
    const auto count = count_of(max);
    if (to_.parent != nullptr && count > node.max) return contradict(element);
    node.max = count;
  }
  void contradict(const json::Value& element) {
    auto& all = to_.contradictions;
    const auto id = element.text_of("id");
    std::string name(id.empty() ? element.text_of("path") : id);
    const auto at = std::lower_bound(all.begin(), all.end(), name);
    if (at == all.end() || *at != name) all.insert(at, std::move(name));
  }

  void set_value(ProfileNode& node, const json::Member& member, const json::Value& element) {
    const auto bound = [&](std::string_view name) {
      auto type = std::string(member.name.substr(name.size()));
      if (const auto found = definitions_.find_type(type); found != 0)
        return Bound{&member.value, found};
      if (!type.empty()) type[0] = static_cast<char>(std::tolower(type[0]));
      return Bound{&member.value, definitions_.find_type(type)};
    };
    constexpr std::string_view kMin = "minValue", kMax = "maxValue";
    if (member.name.starts_with("fixed")) {
      if (to_.parent != nullptr && node.fixed != nullptr && !is_same(*node.fixed, member.value))
        contradict(element);
      node.fixed = &member.value;
    }
    if (member.name.starts_with("pattern")) node.pattern = &member.value;
    if (member.name.starts_with(kMin)) node.min_value = bound(kMin);
    if (member.name.starts_with(kMax)) node.max_value = bound(kMax);
    if (member.name == "maxLength") node.length_max = count_of(member.value.text());
  }

  // By the element's id, which names each slice on the way; where there is none, by its path, below
  // the last element with the path above it.
  ProfileNode* place_of(const json::Value& element) {
    const auto path = element.text_of("path");
    auto id = element.text_of("id");
    const auto is_usable = !id.empty() && std::count(id.begin(), id.end(), '.') ==
                                              std::count(path.begin(), path.end(), '.');
    if (static_cast<std::size_t>(std::count(path.begin(), path.end(), '.')) > kDepthMax)
      return nullptr;
    while (!open_.empty() && !is_below(path, open_.back().first)) open_.pop_back();
    auto* node = &to_.root;
    auto rest = is_usable ? id : path;
    if (!is_usable && !open_.empty()) {
      node = open_.back().second;
      rest = path.substr(open_.back().first.size());
      if (rest.starts_with('.')) rest.remove_prefix(1);
    } else {
      rest = rest.find('.') == std::string_view::npos ? std::string_view()
                                                      : rest.substr(rest.find('.') + 1);
    }
    while (!rest.empty()) {
      const auto segment = rest.substr(0, rest.find('.'));
      rest.remove_prefix(std::min(segment.size() + 1, rest.size()));
      const auto colon = segment.find(':');
      node = child_of(*node, segment.substr(0, colon));
      auto slice = colon == std::string_view::npos ? std::string_view() : segment.substr(colon + 1);
      if (rest.empty() && !is_usable) slice = element.text_of("sliceName");
      if (!slice.empty()) node = slice_of(*node, slice);
    }
    open_.emplace_back(path, node);
    return node;
  }

  static bool is_below(std::string_view path, std::string_view upper) {
    return path.size() > upper.size() && path.starts_with(upper) && path[upper.size()] == '.';
  }

  ProfileNode* child_of(ProfileNode& node, std::string_view name) {
    const auto is_choice = name.ends_with("[x]");
    if (is_choice) name.remove_suffix(3);
    const auto symbol = definitions_.find_symbol(name);
    const auto* def = node.type == 0 ? nullptr : definitions_.element(node.type, symbol);
    // "valueQuantity" for value[x] of one type.
    const auto* member = def == nullptr && node.type != 0 && !is_choice
                             ? definitions_.member(node.type, name)
                             : nullptr;
    if (member != nullptr) {
      const auto& choice = definitions_.element_at(member->element);
      auto* slice = slice_of(*named_child(node, choice.name, &choice), name);
      slice->types = {{member->type, std::string(definitions_.type_name(member->type)), {}, {}}};
      slice->type = member->type;
      return slice;
    }
    return named_child(node, symbol, def);
  }

  ProfileNode* named_child(ProfileNode& node, Symbol name, const ElementDef* def) {
    for (const auto& child : node.children)
      if (child->name == name) return child.get();
    auto& made = node.children.emplace_back(std::make_unique<ProfileNode>());
    made->profile = &to_;
    made->name = name;
    const auto types = def == nullptr ? std::span<const TypeRef>() : definitions_.types(*def);
    if (types.size() == 1) made->type = types[0].type;
    return made.get();
  }

  // "a/b" is a slice b of the slice a.
  ProfileNode* slice_of(ProfileNode& node, std::string_view name) {
    auto* holder = &node;
    for (const auto& slice : node.slices) {
      if (slice->slice == name) return slice.get();
      if (name.starts_with(slice->slice) && name[slice->slice.size()] == '/') holder = slice.get();
    }
    if (holder != &node) return slice_within(*holder, name);
    return new_slice(node, name);
  }
  ProfileNode* slice_within(ProfileNode& outer, std::string_view name) {
    for (const auto& slice : outer.slices)
      if (slice->slice == name) return slice.get();
    return new_slice(outer, name);
  }
  ProfileNode* new_slice(ProfileNode& node, std::string_view name) {
    auto& made = node.slices.emplace_back(std::make_unique<ProfileNode>());
    made->profile = &to_;
    made->name = node.name;
    made->type = node.type;
    made->slice = name;
    // "valueQuantity" of value[x] says its type.
    if (node.type == 0 && !node.slicing)
      made->type = choice_type(definitions_.name(node.name), name);
    return made.get();
  }
  TypeId choice_type(std::string_view element, std::string_view slice) const {
    if (!slice.starts_with(element)) return 0;
    auto type = std::string(slice.substr(element.size()));
    if (const auto found = definitions_.find_type(type); found != 0) return found;
    if (!type.empty() && type[0] >= 'A' && type[0] <= 'Z')
      type[0] = static_cast<char>(type[0] + 32);
    return definitions_.find_type(type);
  }

  void set_types(ProfileNode& node, const json::Value& element) {
    node.types.clear();
    for (const auto& type : items_of(element, "type")) {
      auto code = type.text_of("code");
      if (code.starts_with("http://hl7.org/fhirpath/")) continue;
      if (code.starts_with(kFhirBase)) code.remove_prefix(kFhirBase.size());
      AllowedType allowed{definitions_.find_type(code), std::string(code),
                          texts_of(type, "profile"), texts_of(type, "targetProfile")};
      for (const auto& way : texts_of(type, "aggregation")) {
        allowed.contained = allowed.contained || way == "contained";
        allowed.referenced = allowed.referenced || way == "referenced";
        allowed.bundled = allowed.bundled || way == "bundled";
      }
      node.types.push_back(std::move(allowed));
    }
    // A backbone's own type knows more than its name.
    if (node.types.size() == 1 && node.types[0].type != 0 &&
        (node.type == 0 || !definitions_.is_a(node.type, node.types[0].type)))
      node.type = node.types[0].type;
  }

  static BindingStrength strength_of(std::string_view word) {
    return word == "required"     ? BindingStrength::required
           : word == "extensible" ? BindingStrength::extensible
                                  : BindingStrength::preferred;
  }

  static void set_binding(ProfileNode& node, const json::Value& binding) {
    node.strength = strength_of(binding.text_of("strength"));
    node.value_set = binding.text_of("valueSet");
    node.additional_bindings.clear();
    for (const auto& extension : items_of(binding, "extension")) {
      if (extension.text_of("url") == kMaxValueSet) {
        const auto canonical = extension.text_of("valueCanonical");
        add_additional(node, "maximum",
                       canonical.empty() ? extension.text_of("valueUri") : canonical);
      }
      if (extension.text_of("url") != kAdditionalBinding) continue;
      std::string_view purpose, value_set;
      bool is_for_some = false;  // depends on where the data is used
      for (const auto& part : items_of(extension, "extension")) {
        if (part.text_of("url") == "purpose") purpose = part.text_of("valueCode");
        if (part.text_of("url") == "valueSet") value_set = part.text_of("valueCanonical");
        is_for_some = is_for_some || part.text_of("url") == "usage";
      }
      if (!is_for_some) add_additional(node, purpose, value_set);
    }
    for (const auto& each : items_of(binding, "additional"))
      if (each.find("usage") == nullptr)
        add_additional(node, each.text_of("purpose"), each.text_of("valueSet"));
  }

  static void add_additional(ProfileNode& node, std::string_view purpose, std::string_view url) {
    const auto is_maximum = purpose == "maximum";
    if (url.empty() || (!is_maximum && purpose != "required" && purpose != "extensible")) return;
    node.additional_bindings.push_back(
        {is_maximum ? BindingStrength::required : strength_of(purpose), std::string(url),
         is_maximum});
  }

  // Those of the types are asked wherever the types are.
  void add_constraint(ProfileNode& node, const json::Value& json) {
    const auto source = json.text_of("source");
    const auto key = json.text_of("key");
    if (json.text_of("expression").empty() ||
        (!source.empty() && definitions_.find_type(source) != 0) ||
        (source.empty() && is_known(key)))
      return;
    for (const auto& extension : items_of(json, "extension"))
      if (extension.text_of("url") == kBestPractice) return;
    for (const auto& known : node.constraints)
      if (known.key == key) return;
    node.constraints.push_back({std::string(key), std::string(json.text_of("human")),
                                std::string(json.text_of("expression")),
                                json.text_of("severity") != "warning"});
  }
  // Of a definition that says no source.
  bool is_known(std::string_view key) const {
    const auto dash = key.find('-');
    const auto prefix = key.substr(0, dash);
    return prefix == "ele" || prefix == "ext" || prefix == "dom" || prefix == "txt" ||
           prefix == "ref" || prefix == "per" || prefix == "qty";
  }

  const Definitions& definitions_;
  Profile& to_;
  std::vector<std::pair<std::string_view, ProfileNode*>> open_;
};

void add_contexts(const json::Value& json, Profile& to) {
  using Kind = ExtensionContext::Kind;
  for (const auto& context : items_of(json, "context")) {
    const auto type = context.text_of("type");
    const auto kind = type == "element"     ? Kind::element
                      : type == "extension" ? Kind::extension
                                            : Kind::expression;
    to.contexts.push_back({kind, std::string(context.text_of("expression"))});
  }
}

}  // namespace

BuiltProfile build_profile(
    const Definitions& definitions, const Source& text, const Limits& limits,
    const std::function<std::shared_ptr<const Profile>(std::string_view url)>& base_of) {
  auto made = std::make_shared<Profile>();
  diag::Sink sink;
  const auto* json = json::read(text, made->values, limits, sink);
  if (json == nullptr)
    return {nullptr, sink.all().empty() ? "it is no JSON" : sink.all().front().message};
  made->url = json->text_of("url");
  made->version = json->text_of("version");
  made->base = json->text_of("baseDefinition");
  made->type = definitions.find_type(json->text_of("type"));
  if (made->type == 0)
    return {nullptr, "its type \"" + std::string(json->text_of("type")) + "\" is not defined"};
  made->root.profile = made.get();
  made->root.type = made->type;
  add_contexts(*json, *made);
  const auto* snapshot = json->find("snapshot");
  if (snapshot == nullptr && definitions.find_type(made->base) == 0) {
    const auto base = base_of(made->base);
    if (base == nullptr) return {nullptr, "what it stands on, " + made->base + ", is not known"};
    if (!definitions.is_a(base->type, made->type))
      return {nullptr, "it is of another type than what it stands on"};
    made->root = std::move(*copy_of(base->root, *made));
    made->parent = base;
    made->is_modifier = base->is_modifier;
    if (made->contexts.empty()) made->contexts = base->contexts;
  }
  const auto* elements = snapshot != nullptr ? snapshot : json->find("differential");
  if (elements == nullptr) return {made, {}};
  Builder builder(definitions, *made);
  for (const auto& element : items_of(*elements, "element")) builder.apply(element);
  return {made, {}};
}

const ProfileNode* node_at(const Definitions& definitions, const Profile& profile,
                           std::string_view path) {
  const auto* node = &profile.root;
  const auto dot = path.find('.');
  auto rest = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  while (!rest.empty() && node != nullptr) {
    auto segment = rest.substr(0, rest.find('.'));
    rest.remove_prefix(std::min(segment.size() + 1, rest.size()));
    segment = segment.substr(0, segment.find(':'));
    if (segment.ends_with("[x]")) segment.remove_suffix(3);
    node = node->child(definitions.find_symbol(segment));
  }
  return node;
}

}  // namespace paraneo::definition

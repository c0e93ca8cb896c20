#include "validate/profile_rules.h"

#include <algorithm>

#include "base/canonical.h"
#include "diag/counted.h"
#include "validate/fixed.h"
#include "validate/profile_extension.h"

namespace paraneo::validate {
namespace {

using diag::Code;
using diag::Severity;

constexpr std::string_view kFhirBase = "http://hl7.org/fhir/StructureDefinition/";
// Of questions whether something conforms that come up while another one is answered: from
// reference to reference.
constexpr std::size_t kDepthMax = 20;

void add(const ProfileNode& node, Nodes& nodes) {
  if (std::find(nodes.begin(), nodes.end(), &node) == nodes.end()) nodes.push_back(&node);
}

}  // namespace

std::string of_profile(const ProfileNode& node) {
  return " (" + (node.slice.empty() ? std::string() : "slice " + node.slice + " of ") + "profile " +
         node.profile->url + ")";
}

const definition::AllowedType* allowed_type(const definition::Definitions& definitions,
                                            const ProfileNode& node, definition::TypeId type) {
  for (const auto& each : node.types)
    if (is_of_type(definitions, type, each.type)) return &each;
  return nullptr;
}

// A code is a string by derivation, and yet "valueCode" is no "valueString".
bool is_of_type(const definition::Definitions& definitions, definition::TypeId type,
                definition::TypeId allowed) {
  if (allowed == 0) return false;
  if (definitions.is_named_alike(type, allowed)) return true;
  return (definitions.is_resource(allowed) || definitions.type(allowed).abstract) &&
         definitions.is_a(type, allowed);
}

void ProfileRules::add_profile(const element::Element& at, const element::Element& named_at,
                               std::string_view url, Nodes& nodes, Visit& visit) {
  // A type names itself by its own URL.
  if (const auto type = definitions_.find_type(without_version(url)); type != 0) {
    if (!definitions_.is_a(at.type, type))
      visit.say(Code::validate_type, named_at,
                "this is no " + std::string(definitions_.type_name(type)) + ", as the profile says",
                "the profile is that of another type");
    return;
  }
  const auto* found = built_.find(url);
  if (found == nullptr)
    return visit.report(Code::validate_profile, named_at,
                        "the profile " + std::string(url) + " was not checked: " + built_.why(url),
                        "load the package that defines it with --ig", Severity::warning);
  if (!is_version(found->version, split_canonical(url).version))
    return visit.report(Code::validate_profile, named_at,
                        "the profile " + std::string(url) + " was not checked: version " +
                            found->version + " of it is loaded",
                        "load the package that has this version with --ig", Severity::warning);
  if (!definitions_.is_a(at.type, found->type))
    return visit.say(Code::validate_type, named_at,
                     "this is no " + std::string(definitions_.type_name(found->type)) +
                         ", which the profile " + std::string(url) + " is about");
  if (!found->contradictions.empty())
    visit.report(Code::validate_profile, named_at,
                 "the profile " + std::string(url) + " contradicts what it stands on, " +
                     found->base + ", at " + found->contradictions.front() +
                     (found->contradictions.size() > 1
                          ? " and " + diag::counted(found->contradictions.size() - 1, "other place")
                          : ""),
                 "a profile cannot allow what its base does not: both are held against the data",
                 Severity::warning);
  add(found->root, nodes);
}

void ProfileRules::add_own(const element::Element& at, const std::vector<std::string>& of_run,
                           Nodes& nodes, Visit& visit) {
  if (at.type == visit.names.extension_type) {
    if (const auto* found = check_extension_place(at, built_, visit); found != nullptr)
      nodes.push_back(&found->root);
    return;
  }
  if (at.parent == nullptr)
    for (const auto& url : of_run) add_profile(at, at, url, nodes, visit);
  if (definitions_.is_resource(at.type)) {
    const auto* meta = at.child(visit.names.meta);
    for (const auto* child = meta == nullptr ? nullptr : meta->first; child != nullptr;
         child = child->next)
      if (child->name == visit.names.profile && child->has_value)
        add_profile(at, *child, child->value(), nodes, visit);
    if (at.type == visit.names.observation) add_vital_signs(at, nodes, visit);
  } else if (at.parent != nullptr) {
    for (const auto& type : definitions_.types(definitions_.element_at(at.def)))
      if (type.profile != 0 && type.type == at.type)
        if (const auto* found = built_.find(definitions_.text(type.profile)); found != nullptr)
          add(found->root, nodes);
  }
}

void ProfileRules::add_vital_signs(const element::Element& at, Nodes& nodes, const Visit& visit) {
  const auto* code = at.child(visit.names.code);
  for (const auto* coding = code == nullptr ? nullptr : code->first; coding != nullptr;
       coding = coding->next) {
    if (coding->name != visit.names.coding) continue;
    if (const auto* found = vital_signs_.find(*coding, visit.names); found != nullptr)
      add(found->root, nodes);
  }
}

void ProfileRules::add_of_types(const element::Element& at, Nodes& nodes, Visit& visit) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto& node = *nodes[i];
    if (&node == &node.profile->root) continue;
    const auto* type = allowed_type(definitions_, node, at.type);
    // An extension is held to its own URL's definition anyway.
    if (type == nullptr || type->profiles.empty() || at.type == visit.names.extension_type)
      continue;
    std::vector<const definition::Profile*> known;
    for (const auto& url : type->profiles)
      if (const auto* found = built_.find(url); found != nullptr) known.push_back(found);
    if (known.size() < type->profiles.size()) continue;
    if (known.size() == 1) {
      add(known[0]->root, nodes);
      continue;
    }
    if (std::none_of(known.begin(), known.end(),
                     [&](const auto* each) { return conforms(at, each->root, visit); }))
      visit.say(Code::validate_profile, at,
                "this is of none of the profiles that it may be of" + of_profile(node));
  }
}

void ProfileRules::check(const element::Element& at, const ProfileNode& node, Visit& visit) {
  check_type(at, node, visit);
  if (node.fixed != nullptr && !is_fixed(definitions_, at, *node.fixed))
    visit.say(Code::validate_fixed, at, "the value is not the one that is fixed" + of_profile(node),
              node.fixed->is_object() ? std::string()
                                      : "it must be \"" + std::string(node.fixed->text()) + "\"");
  if (node.pattern != nullptr && !has_pattern(definitions_, at, *node.pattern))
    visit.say(
        Code::validate_pattern, at, "the value lacks something of the pattern" + of_profile(node),
        node.pattern->is_object() ? std::string()
                                  : "it must be \"" + std::string(node.pattern->text()) + "\"");
}

void ProfileRules::check_type(const element::Element& at, const ProfileNode& node, Visit& visit) {
  if (node.types.empty() || &node == &node.profile->root) return;
  const auto* type = allowed_type(definitions_, node, at.type);
  if (type != nullptr) {
    check_way(at, node, *type, visit);
    return check_target(at, node, *type, visit);
  }
  std::string allowed;
  for (const auto& each : node.types) {
    if (each.type == 0) return;
    allowed += (allowed.empty() ? "" : ", ") + each.name;
  }
  // Ids and URLs are of System types, which have other names.
  if (definitions_.is_primitive(at.type) && node.types.size() == 1 &&
      !definitions_.element_at(at.def).choice)
    return;
  visit.say(Code::validate_type, at,
            "a value of type " + std::string(definitions_.type_name(at.type)) +
                " is not allowed here" + of_profile(node),
            "allowed: " + allowed);
}

definition::TypeId ProfileRules::type_of_target(std::string_view url) {
  if (url.starts_with(kFhirBase))
    if (const auto type = definitions_.find_type(url.substr(kFhirBase.size())); type != 0)
      return type;
  const auto* found = built_.find(url);
  return found == nullptr ? 0 : found->type;
}

// That something is bundled shows in a Bundle only.
void ProfileRules::check_way(const element::Element& at, const ProfileNode& node,
                             const definition::AllowedType& type, Visit& visit) {
  if (at.type != visit.names.reference_type || !(type.contained || type.referenced || type.bundled))
    return;
  const auto reference = Visit::text_of(at, visit.names.reference);
  if (reference.empty()) return;
  const auto is_contained = reference.starts_with('#');
  const auto is_elsewhere = type.bundled && !type.referenced && !is_contained &&
                            bundle_position(at, visit.names).bundle != nullptr &&
                            references_->resolve(at, reference).resource == nullptr;
  if (is_contained ? !type.contained : !type.referenced && !type.bundled)
    visit.say(Code::validate_reference, at,
              std::string(is_contained ? "what this refers to may not be contained"
                                       : "what this refers to must be contained") +
                  of_profile(node));
  if (is_elsewhere)
    visit.say(Code::validate_reference, at,
              "what this refers to must be in the same Bundle" + of_profile(node));
}

void ProfileRules::check_target(const element::Element& at, const ProfileNode& node,
                                const definition::AllowedType& type, Visit& visit) {
  if (type.targets.empty() || at.type != visit.names.reference_type) return;
  const auto reference = Visit::text_of(at, visit.names.reference);
  const auto found = references_->resolve(at, reference);
  const auto parts = parts_of(definitions_, reference);
  const auto stated = parts.type.empty() ? Visit::text_of(at, visit.names.type) : parts.type;
  const auto target =
      found.resource != nullptr ? found.resource->type : definitions_.find_type(stated);
  if (target == 0) return;
  bool is_right_type = false;
  std::string allowed;
  for (const auto& url : type.targets) {
    const auto wanted = type_of_target(url);
    if (wanted == 0) return;
    allowed += (allowed.empty() ? "" : ", ") + url.substr(url.rfind('/') + 1);
    if (!definitions_.is_a(target, wanted)) continue;
    is_right_type = true;
    const auto* profile = definitions_.find_type(url) != 0 ? nullptr : built_.find(url);
    if (found.resource == nullptr || profile == nullptr ||
        conforms(*found.resource, profile->root, visit))
      return;
  }
  if (is_right_type)
    visit.say(Code::validate_profile, at,
              "what this refers to is of none of the profiles that it may be of" + of_profile(node),
              "allowed: " + allowed);
  else
    visit.say(Code::validate_reference, at,
              "this may not refer to a resource of type " +
                  std::string(definitions_.type_name(target)) + of_profile(node),
              "allowed: " + allowed);
}

bool ProfileRules::conforms(const element::Element& at, const ProfileNode& node, Visit& visit) {
  const auto [place, is_new] = verdicts_.try_emplace({&at, &node});
  // What refers to itself conforms as long as nothing else says that it does not.
  if (!is_new) return place->second.value_or(true);
  if (depth_ >= kDepthMax) return true;
  diag::Sink unheard(0);
  std::vector<Finding> findings;
  Visit trial{visit.definitions,   visit.names,     visit.root,   visit.source,
              visit.arena,         unheard,         findings,     visit.policy,
              visit.says_fhirpath, Severity::error, visit.budget, visit.time};
  trial.root_resource = visit.root_resource;
  trial.only_profiles = true;
  ++depth_;
  walk_(at, {&node}, trial);
  --depth_;
  visit.time = trial.time;
  if (trial.is_over() && !visit.is_over())
    visit.stop(at, "a limit was reached while this was held to the profile " + node.profile->url,
               limit_advice("steps"));
  const auto is_of = unheard.errors() == 0;
  verdicts_[{&at, &node}] = is_of;
  return is_of;
}

}  // namespace paraneo::validate

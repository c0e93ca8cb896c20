#include "validate/profile_extension.h"

#include <algorithm>

#include "validate/references.h"

namespace paraneo::validate {
namespace {

using definition::ExtensionContext;
using diag::Code;

constexpr std::string_view kCoreExtensions = "http://hl7.org/fhir/StructureDefinition/";

std::string without_choice(std::string_view text) {
  std::string out(text);
  for (auto at = out.find("[x]"); at != std::string::npos; at = out.find("[x]")) out.erase(at, 3);
  return out;
}

// "HumanName", "Element"; "Patient.contact.name" from each type above it.
bool is_at(const definition::Definitions& definitions, const element::Element& host,
           const std::string& context) {
  for (auto type = host.type; type != 0; type = definitions.type(type).base)
    if (definitions.type_name(type) == context) return true;
  std::string path;
  for (const auto* at = &host; at->parent != nullptr; at = at->parent) {
    path = "." + std::string(definitions.name(at->name)) + path;
    for (auto type = at->parent->type; type != 0; type = definitions.type(type).base)
      if (std::string(definitions.type_name(type)) + path == context) return true;
    if (definitions.is_resource(at->parent->type)) return false;
  }
  return false;
}

bool may_stand(const definition::Definitions& definitions, const Names& names,
               const element::Element& host, const ExtensionContext& context) {
  switch (context.kind) {
    // An element of a profile is named by the profile's URL, a type may be by its own.
    case ExtensionContext::Kind::element: {
      auto text = std::string_view(context.text);
      if (text.starts_with(kCoreExtensions) && text.find('#') == std::string_view::npos)
        text.remove_prefix(kCoreExtensions.size());
      // By which HL7's definitions mean anything, resources too.
      if (text == "Element") return true;
      return text.find('#') != std::string_view::npos ||
             is_at(definitions, host, without_choice(text));
    }
    case ExtensionContext::Kind::extension: {
      const auto url = std::string_view(context.text).substr(0, context.text.find('#'));
      for (const auto* at = &host; at != nullptr && at->type == names.extension_type;
           at = at->parent)
        if (Visit::text_of(*at, names.url) == url) return true;
      return false;
    }
    case ExtensionContext::Kind::expression: return true;
  }
  return true;
}

void say_unknown(const element::Element& at, std::string_view url, bool is_modifier,
                 const std::string& why, Visit& visit) {
  const auto is_core = url.starts_with(kCoreExtensions) && why == "it is not loaded";
  if (!is_core && !visit.policy.allows_extension(url))
    return visit.say(
        Code::validate_forbidden, at,
        "the extension " + std::string(url) + " is not known here: " + why,
        "load the package that defines it with --ig, or allow it with --allow-extensions");
  if (is_core)
    return visit.report(
        Code::validate_extension, at, "R4 has no extension " + std::string(url),
        "check the URL, or load the package of extensions that defines it with --ig",
        diag::Severity::warning);
  return visit.report(is_modifier ? Code::validate_profile : Code::validate_not_checked, at,
                      std::string(is_modifier ? "the modifier extension " : "the extension ") +
                          std::string(url) + " was not checked: " + why,
                      "load the package that defines it with --ig",
                      is_modifier ? diag::Severity::warning : diag::Severity::information);
}

void check_host(const element::Element& at, std::string_view url,
                const definition::Profile& definition, Visit& visit) {
  const auto& host = *at.parent;
  if (!definition.contexts.empty() &&
      std::none_of(definition.contexts.begin(), definition.contexts.end(),
                   [&](const auto& context) {
                     return may_stand(visit.definitions, visit.names, host, context);
                   })) {
    std::string allowed;
    for (const auto& context : definition.contexts)
      allowed += (allowed.empty() ? "" : ", ") + context.text;
    // R4's own list too few places, which later packages of HL7's add to.
    visit.report(
        Code::validate_extension, at, "this extension may not stand here",
        "it may stand in: " + allowed,
        url.starts_with(kCoreExtensions) ? diag::Severity::warning : diag::Severity::error);
  }
}

}  // namespace

const definition::Profile* check_extension_place(const element::Element& at,
                                                 definition::BuiltProfiles& built, Visit& visit) {
  const auto url = Visit::text_of(at, visit.names.url);
  // A part of a complex extension is what that one's definition says.
  if (at.parent == nullptr || !is_absolute(url)) return nullptr;
  const auto is_modifier = at.name == visit.names.modifier_extension;
  const auto* found = built.find(url);
  if (found == nullptr) {
    say_unknown(at, url, is_modifier, built.why(url), visit);
    return nullptr;
  }
  if (found->type != visit.names.extension_type) {
    visit.say(Code::validate_extension, at,
              "the profile " + std::string(url) + " is about no extension");
    return nullptr;
  }
  if (is_modifier != found->is_modifier)
    visit.say(
        Code::validate_extension, at,
        found->is_modifier
            ? "this extension changes the meaning of what it stands in: it is a modifierExtension"
            : "this extension is none that modifies: it stands in \"extension\"");
  check_host(at, url, *found, visit);
  return found;
}

}  // namespace paraneo::validate

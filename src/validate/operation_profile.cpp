#include "validate/operation_profile.h"

#include <algorithm>
#include <charconv>

namespace paraneo::validate {
namespace {

using definition::ProfileNode;
using definition::TypeId;

// Nothing for what is no number: "*", and what is reported elsewhere.
std::uint32_t count_of(std::string_view text, std::uint32_t otherwise) {
  std::uint32_t out = 0;
  return std::from_chars(text.data(), text.data() + text.size(), out).ec == std::errc() ? out
                                                                                        : otherwise;
}

class OperationProfile {
 public:
  OperationProfile(const definition::Profile& profile, Visit& visit)
      : profile_(profile), visit_(visit), definitions_(visit.definitions) {}

  // `parameter`: of the operation; `slice`: what the profile says of parameters of its name.
  void check(const element::Element& parameter, const ProfileNode& slice) {
    const auto min = count_of(text(parameter, "min"), 0);
    const auto max = count_of(text(parameter, "max"), definition::kUnbounded);
    if (slice.max < min || slice.min > max)
      say(parameter, slice.max < min ? "min" : "max", "asks for another number of them");
    else if (slice.max != definition::kUnbounded && slice.max > max)
      say(parameter, "max", "allows more of them");
    const auto type = definitions_.find_type(text(parameter, "type"));
    if (type == 0) return;
    const auto is_resource = definitions_.is_resource(type) || definitions_.is_a(resource_, type);
    const auto* holder = slice.child(is_resource ? visit_.names.resource : visit_.names.value);
    if (holder == nullptr || holder->types.empty()) return;
    if (holder->max == 0 ||
        std::none_of(holder->types.begin(), holder->types.end(), [&](const auto& each) {
          return each.type == 0 || definitions_.is_a(each.type, type) ||
                 definitions_.is_a(type, each.type);
        }))
      say(parameter, "type", "has values of another type");
  }

 private:
  std::string_view text(const element::Element& at, std::string_view name) const {
    return Visit::text_of(at, definitions_.find_symbol(name));
  }
  void say(const element::Element& parameter, std::string_view name, const std::string& what) {
    const auto* child = parameter.child(definitions_.find_symbol(name));
    visit_.say(diag::Code::validate_profile, child == nullptr ? parameter : *child,
               "the profile " + profile_.url + " of the operation's parameters " + what);
  }

  const definition::Profile& profile_;
  Visit& visit_;
  const definition::Definitions& definitions_;
  const TypeId resource_ = definitions_.find_type("Resource");
};

// The value of `name` that makes it the slice of one parameter; empty without one.
std::string_view name_of(const ProfileNode& slice, definition::Symbol name) {
  const auto* node = slice.child(name);
  if (node == nullptr) return {};
  const auto* value = node->fixed != nullptr ? node->fixed : node->pattern;
  return value == nullptr ? std::string_view() : value->text();
}

void check(const element::Element& operation, std::string_view use, std::string_view member,
           definition::BuiltProfiles& built, Visit& visit) {
  const auto& definitions = visit.definitions;
  const auto* url = operation.child(definitions.find_symbol(member));
  const auto* profile = url == nullptr ? nullptr : built.find(url->value());
  if (profile == nullptr || profile->type != visit.names.parameters) return;
  const auto* sliced = profile->root.child(visit.names.parameter);
  if (sliced == nullptr) return;
  const auto name = definitions.find_symbol("name");
  OperationProfile rules(*profile, visit);
  for (const auto* each = operation.first; each != nullptr; each = each->next) {
    if (each->name != visit.names.parameter ||
        Visit::text_of(*each, definitions.find_symbol("use")) != use)
      continue;
    for (const auto& slice : sliced->slices)
      if (const auto of_slice = name_of(*slice, name);
          !of_slice.empty() && of_slice == Visit::text_of(*each, name))
        rules.check(*each, *slice);
  }
}

}  // namespace

void check_operation_profiles(const element::Element& at, definition::BuiltProfiles& built,
                              Visit& visit) {
  if (at.type == 0 || at.type != visit.names.operation_definition) return;
  check(at, "in", "inputProfile", built, visit);
  check(at, "out", "outputProfile", built, visit);
}

}  // namespace paraneo::validate

// What the validator says of a text, for tests.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "format/json.h"
#include "json/read.h"
#include "validate/validate.h"

namespace paraneo::validate {

using Problems = std::vector<std::string>;

// "code place" of each error or warning: by the type's own definition (places as JSON pointers), or
// by all families and those profiles (places as FHIRPath); `of_root`: URLs of profiles that the
// text must be of.
inline Problems problems_of(std::string text, const definition::Profiles* profiles,
                            std::vector<std::string> of_root = {}) {
  static const fhirpath::Engine engine(definition::Definitions::builtin());
  static const Limits limits;
  const Context context{engine, terminology::ValueSets::builtin(), limits, profiles,
                        std::move(of_root)};
  Validator validator(context);
  const Source source{"x.json", std::move(text)};
  Arena arena;
  diag::Sink sink;
  const auto* root =
      format::read_json(definition::Definitions::builtin(), source, {}, limits, arena, sink);
  if (root != nullptr) validator.validate(*root, &source, arena, sink);
  Problems out;
  for (const auto& d : sink.all())
    if (d.severity != diag::Severity::information)
      out.push_back(std::string(diag::info(d.code).name) + " " + d.element);
  return out;
}

inline Problems problems(std::string text) {
  return problems_of(std::move(text), &definition::Profiles::builtin());
}

// A profile of the type with these elements of a differential (JSON, without the brackets).
inline std::string profile_of(const std::string& name, const std::string& type,
                              const std::string& elements, const std::string& base = {}) {
  return R"({"resourceType":"StructureDefinition","url":"http://example.org/)" + name +
         R"(","kind":"resource","derivation":"constraint","type":")" + type +
         R"(","baseDefinition":")" +
         (base.empty() ? "http://hl7.org/fhir/StructureDefinition/" + type
                       : "http://example.org/" + base) +
         R"(","differential":{"element":[)" + elements + "]}}";
}

// Those built in, and these.
inline definition::Profiles profiles_with(const std::vector<std::string>& profiles) {
  auto all = definition::Profiles::builtin();
  for (const auto& each : profiles) {
    Arena arena;
    diag::Sink sink;
    if (const auto* json = json::read(Source{"profile", each}, arena, Limits{}, sink);
        json != nullptr)
      all.add(*json);
    else throw std::invalid_argument("the profile is no JSON: " + each);
  }
  return all;
}

// Beside the profiles, which the text may refer to.
inline Problems problems_beside(std::string text, const std::vector<std::string>& profiles) {
  const auto all = profiles_with(profiles);
  return problems_of(std::move(text), &all);
}

// Holds the text to the first of the profiles; the others are there to be referred to.
inline Problems problems(std::string text, const std::vector<std::string>& profiles) {
  const auto all = profiles_with(profiles);
  Arena arena;
  diag::Sink sink;
  const auto* first = json::read(Source{"profile", profiles.front()}, arena, Limits{}, sink);
  return problems_of(std::move(text), &all, {std::string(first->text_of("url"))});
}

}  // namespace paraneo::validate

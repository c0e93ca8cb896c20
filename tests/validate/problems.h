// What the validator says of a text, for tests.
#pragma once

#include <string>
#include <vector>

#include "format/json.h"
#include "validate/validate.h"

namespace paraneo::validate {

using Problems = std::vector<std::string>;

// "code place" of each error or warning: of the type's own definition (places as JSON pointers), or of all families (as
// FHIRPath).
inline Problems problems_of(std::string text, bool all_families) {
  static const fhirpath::Engine engine(definition::Definitions::builtin());
  static const Limits limits;
  const Context context{engine, terminology::ValueSets::builtin(), limits, all_families};
  Validator validator(context);
  const Source source{"x.json", std::move(text)};
  Arena arena;
  diag::Sink sink;
  const auto* root = format::read_json(definition::Definitions::builtin(), source, {}, limits, arena, sink);
  if (root != nullptr) validator.validate(*root, &source, arena, sink);
  Problems out;
  for (const auto& d : sink.all())
    if (d.severity != diag::Severity::information) out.push_back(std::string(diag::info(d.code).name) + " " + d.element);
  return out;
}

inline Problems problems(std::string text) { return problems_of(std::move(text), true); }

}  // namespace paraneo::validate

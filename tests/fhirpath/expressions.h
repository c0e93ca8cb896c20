// What tests of expressions share: one Observation, and the text of what an expression gives.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "fhirpath/fhirpath.h"
#include "format/json.h"
#include "json/read.h"
#include "syntax/parse_expression.h"

namespace paraneo::fhirpath {

inline constexpr const char* kObservation =
    R"({"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2157-6"},{"code":"local"}],"text":"CK"},)"
    R"("_effectiveDateTime":{"extension":[{"url":"http://x/absent","valueCode":"unknown"}]},"valueQuantity":{"value":26.0,"unit":"U/L"},"note":[{"text":"a#b"}]})";

// Evaluates over the Observation above.
class Expressions : public testing::Test {
 protected:
  Expressions() : source_{"observation.json", kObservation} {
    root_ = format::read_json(definition::Definitions::builtin(),
                              *json::read(source_, arena_, {}, sink_), source_, {}, arena_, sink_);
  }

  // The result as text, or what is wrong.
  std::string evaluate(const std::string& text, Limits limits = {}) {
    const Source source{"expression", text};
    Arena arena;
    diag::Sink sink;
    const auto* tree = syntax::parse_expression(source, arena, limits, sink);
    if (tree == nullptr) return "syntax";
    const std::string_view names[] = {"key"};
    const auto program = engine_.compile(*tree, {root_->type, names}, sink);
    if (program == nullptr) return std::string(diag::info(sink.all().at(0).code).name);
    const Collection variables[] = {Collection(Item::of_string("ck-1"))};
    const Environment environment{arena, limits, std::nullopt, nullptr, nullptr, variables};
    const auto result = engine_.evaluate(*program, Collection(Item::of(root_)), environment);
    if (!result) return "error: " + result.error().what;
    std::string out;
    for (const auto& item : *result) {
      if (!out.empty()) out += ", ";
      out += text_of(engine_.system_value(item, arena), arena)
                 .value_or("<" + engine_.type_name(item) + ">");
    }
    return out;
  }

  Source source_;
  Arena arena_;
  diag::Sink sink_;
  element::Element* root_ = nullptr;
  Engine engine_{definition::Definitions::builtin()};
};

}  // namespace paraneo::fhirpath

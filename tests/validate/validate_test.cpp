#include "validate/validate.h"

#include <gtest/gtest.h>

#include "format/json.h"
#include "json/read.h"

namespace paraneo::validate {
namespace {

// "code pointer" of each error or warning.
std::vector<std::string> problems(std::string text) {
  static const fhirpath::Engine engine(definition::Definitions::builtin());
  static const Limits limits;
  static const Context context{engine, terminology::ValueSets::builtin(), limits};
  static Validator validator(context);
  const Source source{"x.json", std::move(text)};
  Arena arena;
  diag::Sink sink;
  const auto* root = format::read_json(definition::Definitions::builtin(), *json::read(source, arena, limits, sink), source, {}, arena, sink);
  if (root != nullptr) validator.validate(*root, &source, arena, sink);
  std::vector<std::string> out;
  for (const auto& d : sink.all())
    if (d.severity != diag::Severity::information) out.push_back(std::string(diag::info(d.code).name) + " " + d.element);
  return out;
}

using Problems = std::vector<std::string>;

TEST(Validate, AcceptsWhatIsRight) {
  EXPECT_EQ(problems(R"({"resourceType":"Patient","gender":"male","birthDate":"2003-10"})"), Problems{});
  EXPECT_EQ(problems(R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.0}})"), Problems{});
}

TEST(Validate, CountsElements) {
  EXPECT_EQ(problems(R"({"resourceType":"Observation","code":{"text":"x"}})"), Problems{"validate-cardinality /"});
  EXPECT_EQ(problems(R"({"resourceType":"Patient","link":[{"type":"seealso"}]})"), Problems{"validate-cardinality /link/0"});
}

TEST(Validate, ReadsPrimitives) {
  EXPECT_EQ(problems(R"({"resourceType":"Patient","birthDate":"10/2003"})"), Problems{"validate-primitive /birthDate"});
  EXPECT_EQ(problems(R"({"resourceType":"Patient","name":[{"period":{"start":"2003-02-30"}}]})"), Problems{"validate-primitive /name/0/period/start"});
}

TEST(Validate, HoldsCodesToRequiredBindings) {
  EXPECT_EQ(problems(R"({"resourceType":"Patient","gender":"m"})"), Problems{"validate-binding /gender"});
}

TEST(Validate, ChecksInvariantsOfTypesAndElements) {
  EXPECT_EQ(problems(R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"valueInteger":1,"dataAbsentReason":{"text":"x"}})"),
            Problems{"validate-invariant /"});
  EXPECT_EQ(problems(R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"referenceRange":[{"low":{"value":1,"comparator":"<"},"appliesTo":[{"text":"x"}]}]})").size(), 0U);
  EXPECT_EQ(problems(R"({"resourceType":"Patient","contact":[{"gender":"male"}]})"), Problems{"validate-invariant /contact/0"});
}

}  // namespace
}  // namespace paraneo::validate

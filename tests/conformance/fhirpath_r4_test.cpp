// HL7's FHIRPath cases for R4, from ../shared/suites. The list beside this file names those that
// fail: a new failure fails the test, and so does a listed case that passes by now. The list of
// contradictions names those where the suite asks for something else than the specification says.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

#include "fhirpath/fhirpath.h"
#include "format/json.h"
#include "json/read.h"
#include "syntax/parse_expression.h"

namespace paraneo::fhirpath {
namespace {

namespace fs = std::filesystem;

const fs::path kSuite = fs::path(PARANEO_SHARED_DIR) / "suites/fhirpath-r4";
const fs::path kKnown =
    fs::path(PARANEO_SOURCE_DIR) / "tests/conformance/fhirpath_r4_known_failures.txt";

const fs::path kContradictions =
    fs::path(PARANEO_SOURCE_DIR) / "tests/conformance/fhirpath_r4_contradictions.txt";

// The first word of each line that is no comment.
std::set<std::string> names_in(const fs::path& path) {
  std::set<std::string> names;
  std::ifstream list(path);
  for (std::string line; std::getline(list, line);)
    if (!line.empty() && line[0] != '#') names.insert(line.substr(0, line.find(' ')));
  return names;
}

std::string text_of_file(const fs::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(out).str();
}

struct Loaded {
  Source source;
  Arena arena;
  diag::Sink sink;
  const json::Value* json = nullptr;
  const element::Element* element = nullptr;
};

std::unique_ptr<Loaded> load(const fs::path& path, bool as_element) {
  auto loaded = std::make_unique<Loaded>();
  loaded->source = {path.string(), text_of_file(path)};
  loaded->json = json::read(loaded->source, loaded->arena, {}, loaded->sink);
  if (as_element && loaded->json != nullptr)
    loaded->element = format::read_json(definition::Definitions::builtin(), *loaded->json,
                                        loaded->source, {}, loaded->arena, loaded->sink);
  return loaded;
}

std::string short_type(std::string name) { return name.substr(name.rfind('.') + 1); }

bool same_output(const Engine& engine, const json::Value& expected, const Item& item,
                 Arena& arena) {
  const auto value = engine.system_value(item, arena);
  auto wanted = std::string(expected.text_of("value"));
  if (value.kind == ItemKind::element) return expected.find("value") == nullptr || wanted.empty();
  const auto got = std::string(text_of(value, arena).value_or("?"));
  auto type = short_type(engine.type_name(item));
  const auto wanted_type = std::string(expected.text_of("type"));
  if (wanted.starts_with('@')) wanted = wanted.substr(wanted.starts_with("@T") ? 2 : 1);
  const auto lower = [](std::string t) {
    if (!t.empty()) t[0] = static_cast<char>(std::tolower(t[0]));
    return t;
  };
  if (!wanted_type.empty() && lower(type) != lower(wanted_type) && value.kind != ItemKind::string)
    return false;
  if (value.kind == ItemKind::decimal) return Decimal::parse(wanted) == *value.decimal;
  if (value.kind == ItemKind::date_time) {
    const auto date = value.date_time->kind == DateTime::Kind::time
                          ? DateTime::parse_time(wanted)
                          : DateTime::parse_date_time(wanted);
    return date && date->compare(*value.date_time) == 0;
  }
  return got == wanted;
}

class Suite {
 public:
  std::string run(const json::Value& test) {
    const auto invalid = test.text_of("invalid");
    const Source source{"case", std::string(test.text_of("expression"))};
    Arena arena;
    diag::Sink sink;
    const Limits limits;
    const auto* input = input_of(test.text_of("input"));
    const auto* tree = syntax::parse_expression(source, arena, limits, sink);
    const auto program =
        tree == nullptr
            ? nullptr
            : engine_.compile(
                  *tree,
                  {input == nullptr ? 0U : input->type, {}, test.text_of("mode") == "strict"},
                  sink);
    if (program == nullptr) return invalid.empty() ? "compile: " + sink.all().at(0).message : "";
    Environment environment{arena,   limits,  DateTime::parse_date_time("2026-01-01T00:00:00.000Z"),
                            nullptr, nullptr, {}};
    const auto result = engine_.evaluate(
        *program, input == nullptr ? Collection() : Collection(Item::of(input)), environment);
    if (!result) return invalid.empty() ? "error: " + result.error().what : "";
    if (!invalid.empty()) return "should be refused: " + std::string(invalid);
    return compare(test, *result, arena);
  }

 private:
  std::string compare(const json::Value& test, const Collection& result, Arena& arena) {
    const auto outputs = test.find("outputs")->items();
    if (test.find("predicate")->truth) {
      const auto truth = is_true(engine_, result, arena) ? "true" : "false";
      return outputs.size() == 1 && outputs[0].text_of("value") != truth
                 ? "not " + std::string(outputs[0].text_of("value"))
                 : "";
    }
    std::string got;
    for (const auto& item : result)
      got += " " + engine_.type_name(item) + "=" +
             std::string(text_of(engine_.system_value(item, arena), arena).value_or("?"));
    if (outputs.size() != result.size())
      return std::to_string(outputs.size()) + " expected, got" + got;
    for (std::size_t i = 0; i < outputs.size(); ++i)
      if (!same_output(engine_, outputs[i], result[i], arena))
        return "expected " + std::string(outputs[i].text_of("type")) + "=" +
               std::string(outputs[i].text_of("value")) + ", got" + got;
    return "";
  }

  const element::Element* input_of(std::string_view name) {
    if (name.empty()) return nullptr;
    auto& loaded = inputs_[std::string(name)];
    if (loaded == nullptr)
      loaded = load(kSuite / "input-json" / (std::string(name) + ".json"), true);
    return loaded->element;
  }

  Engine engine_{definition::Definitions::builtin()};
  std::map<std::string, std::unique_ptr<Loaded>> inputs_;
};

TEST(FhirPathR4Suite, FailsOnlyWhereItIsKnownTo) {
  if (!fs::exists(kSuite))
    GTEST_SKIP() << "SKIPPED: " << kSuite << " is not there; HL7's FHIRPath cases did not run";
  const auto contradictions = names_in(kContradictions);
  auto known = names_in(kKnown);
  known.insert(contradictions.begin(), contradictions.end());
  const auto tests = load(kSuite / "tests-fhir-r4.json", false);
  ASSERT_NE(tests->json, nullptr);
  Suite suite;
  std::ostringstream failures;
  std::size_t passed = 0;
  for (const auto& test : tests->json->items()) {
    const auto name = std::string(test.text_of("name"));
    const auto failure = suite.run(test);
    passed += failure.empty() ? 1U : 0U;
    if (!failure.empty() && !contradictions.contains(name)) failures << name << "\n";
    EXPECT_EQ(failure.empty(), !known.contains(name))
        << name << ": " << test.text_of("expression") << "\n  "
        << (failure.empty() ? "passes now: take it off the list" : failure);
  }
  std::cout << passed << " of " << tests->json->items().size() << " cases of HL7's suite pass, "
            << contradictions.size() << " contradict the specification\n";
  if (std::getenv("PARANEO_UPDATE") != nullptr)
    std::ofstream(kKnown)
        << "# Cases of HL7's FHIRPath suite for R4 that fail; this list may only shrink.\n"
        << failures.str();
}

}  // namespace
}  // namespace paraneo::fhirpath

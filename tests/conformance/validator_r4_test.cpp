// HL7's cases for validators (R4, JSON), from ../shared/suites: how many errors each input has. The
// list beside this file names those where another number is found here, whose verdict is right, and
// why: a new difference fails the test, and so does a listed one that is none any more, or one
// without a reason.
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <regex>
#include <sstream>

#include "format/json.h"
#include "json/read.h"
#include "knowledge/knowledge.h"
#include "suite.h"
#include "validate/validate.h"

namespace paraneo::validate {
namespace {

namespace fs = std::filesystem;

const fs::path kSuite = fs::path(PARANEO_SHARED_DIR) / "suites/validator";

// Ours of what cases name and the suite has no file of; each says in its description which case.
const fs::path kDefinitions = fs::path(PARANEO_SOURCE_DIR) / "tests/conformance/definitions";

struct Difference {
  std::size_t expected = 0, found = 0;
  bool is_repetition = false;  // of faults that HL7's validator says more than once
};

// "NAME EXPECTED FOUND WHO why".
std::map<std::string, Difference> known_differences() {
  std::map<std::string, Difference> out;
  for (const auto& line : lines_of_list("validator_r4_known_differences.txt")) {
    std::istringstream words(line);
    std::string name, who, why;
    std::size_t expected = 0, found = 0;
    words >> name >> expected >> found >> who >> why;
    EXPECT_FALSE(why.empty()) << name << " has no reason";
    const auto is_repetition = who == "twice";
    EXPECT_EQ(who == "same" || is_repetition, (expected == 0) == (found == 0))
        << name << ": \"same\" is for the same verdict";
    EXPECT_TRUE(who == "same" || is_repetition || is_known_judge(who)) << name;
    EXPECT_TRUE(!is_repetition || found < expected) << name;
    out[name] = {expected, found, is_repetition};
  }
  return out;
}

class Text {
 public:
  explicit Text(const fs::path& path)
      : source_{path.string(), bytes_of(path)},
        json_(json::read(source_, arena_, Limits{}, sink_)) {}
  const json::Value* json() const { return json_; }

 private:
  Source source_;
  Arena arena_;
  diag::Sink sink_;
  const json::Value* json_;
};

std::size_t expected_errors(const json::Value& test) {
  const auto* expected = test.find("expected");
  const Text file(kSuite / std::string(test.text_of("expected")));
  const auto* outcome = expected != nullptr && expected->is_object() ? expected : file.json();
  const auto* issues = outcome == nullptr ? nullptr : outcome->find("issue");
  std::size_t errors = 0;
  for (const auto& issue : issues == nullptr ? std::span<const json::Value>() : issues->items())
    if (const auto severity = issue.text_of("severity"); severity == "error" || severity == "fatal")
      ++errors;
  return errors;
}

// HL7's validator ran with a terminology server, and quotes what that said of codes. What it does
// not quote, nobody says here.
class QuotedAnswers final : public terminology::CodeService {
 public:
  explicit QuotedAnswers(const json::Value& test) {
    const Text file(kSuite / std::string(test.text_of("expected")));
    const auto* expected = test.find("expected");
    const auto* outcome = expected != nullptr && expected->is_object() ? expected : file.json();
    const auto* issues = outcome == nullptr ? nullptr : outcome->find("issue");
    for (const auto& issue : issues == nullptr ? std::span<const json::Value>() : issues->items())
      if (const auto* details = issue.find("details"); details != nullptr)
        read(std::string(details->text_of("text")));
  }

  std::vector<terminology::CodeAnswer> ask(
      std::span<const terminology::CodeQuestion> questions) override {
    std::vector<terminology::CodeAnswer> out;
    for (const auto& question : questions) {
      const auto found = answers_.find({question.system, question.code});
      out.push_back(found == answers_.end() ||
                            question.about == terminology::CodeQuestion::About::member
                        ? terminology::CodeAnswer()
                        : found->second);
    }
    return out;
  }

 private:
  void read(const std::string& text) {
    static const std::regex kDisplay(
        "Wrong Display Name '.*' for ([^ #]+)#([^ ]+)\\. Valid display is (.*) \\(for the language.*");
    static const std::regex kUnknown("Unknown code '([^']+)' in the CodeSystem '([^']+)'.*");
    static const std::regex kName("'(.+?)'(?= \\(|, | or |$)");
    std::smatch parts;
    if (std::regex_match(text, parts, kUnknown)) answers_[{parts[2], parts[1]}] = {false, {}};
    if (!std::regex_match(text, parts, kDisplay)) return;
    auto& answer = answers_[{parts[1], parts[2]}];
    answer.holds = true;
    const auto names = parts[3].str();
    for (std::sregex_iterator each(names.begin(), names.end(), kName), end; each != end; ++each)
      answer.names.push_back((*each)[1]);
  }

  std::map<std::pair<std::string, std::string>, terminology::CodeAnswer> answers_;  // by system and
                                                                                    // code
};

std::vector<std::string> files_of(const json::Value& test, std::string_view member) {
  std::vector<std::string> out;
  if (const auto* files = test.find(member); files != nullptr)
    for (const auto& file : files->items())
      if (const auto path = kSuite / std::string(file.text()); fs::exists(path))
        out.push_back(path.string());
  return out;
}

// Whether its definitions can be read is what is asked of the definitions' own cases.
std::shared_ptr<const knowledge::Knowledge> knowledge_of(const std::vector<std::string>& guides) {
  diag::Sink sink;
  const auto loaded = knowledge::Knowledge::load({.guides = guides, .validation = true}, sink);
  if (loaded) return *loaded;
  const auto bare = knowledge::Knowledge::load({.validation = true}, sink);
  return bare ? *bare : nullptr;
}

// HL7's validator takes unknown extensions, displays that the code system does not have and links
// to nowhere for errors; the rest is asked by the case.
Policy policy_of(const json::Value& test) {
  const auto is_set = [&](std::string_view name) {
    const auto* value = test.find(name);
    return value != nullptr && value->truth;
  };
  Policy policy;
  policy.unknown_extensions = policy.wrong_displays = policy.broken_links = true;
  policy.experimental = is_set("no-experimental-content");
  policy.example_urls = test.find("examples") != nullptr && !is_set("examples");
  policy.skips_contained = test.text_of("validateContains") == "IGNORE";
  policy.unresolved_references = test.text_of("validateReference") == "CHECK_EXISTS_AND_TYPE";
  if (const auto allowed = test.text_of("allowed-extension-domain"); !allowed.empty())
    policy.extensions_allowed.emplace_back(allowed);
  return policy;
}

// `codes`: a terminology server, or null.
std::size_t found_errors(const json::Value& test, terminology::CodeService* codes) {
  const auto of_root = files_of(test, "profiles");
  auto guides = files_of(test, "supporting");
  if (test.find("supporting5") != nullptr)
    for (const auto& file : fs::directory_iterator(kDefinitions)) guides.push_back(file.path());
  guides.insert(guides.end(), of_root.begin(), of_root.end());
  const auto knowledge = knowledge_of(guides);
  const Limits limits;
  Context context{knowledge->engine(),
                  knowledge->value_sets(),
                  limits,
                  &knowledge->profiles(),
                  {},
                  diag::Severity::error,
                  &knowledge->canonicals(),
                  policy_of(test),
                  codes};
  for (const auto& file : of_root) context.of_root.emplace_back(Text(file).json()->text_of("url"));
  const Source source{std::string(test.text_of("file")),
                      bytes_of(kSuite / std::string(test.text_of("file")))};
  Arena arena;
  diag::Sink sink;
  const auto* root = format::read_json(knowledge->definitions(), source, {}, limits, arena, sink);
  Validator validator(context);
  if (root != nullptr) {
    validator.consult(*root, &source, arena, nullptr);
    validator.validate(*root, &source, arena, sink);
  }
  return sink.errors();
}

// May only grow.
struct Agreement {
  std::size_t cases = 0, verdicts = 0, numbers = 0, faults = 0;

  void add(std::size_t expected, std::size_t found, bool is_repetition) {
    ++cases;
    if ((expected > 0) == (found > 0)) ++verdicts;
    if (expected == found) ++numbers;
    if (expected == found || is_repetition) ++faults;
  }
  void hold(const std::string& how, std::size_t verdicts_min, std::size_t numbers_min,
            std::size_t faults_min) const {
    std::cout << how << ": " << cases << " cases, " << verdicts << " with the same verdict, "
              << numbers << " with the same number of errors, " << faults
              << " with the same faults\n";
    EXPECT_GE(verdicts, verdicts_min) << how;
    EXPECT_GE(numbers, numbers_min) << how;
    EXPECT_GE(faults, faults_min) << how;
  }
};

TEST(ValidatorR4, FindsAsManyErrorsAsHl7Does) {
  if (!fs::exists(kSuite / "manifest.json")) {
    std::cerr << "\n*** HL7's validator cases are not at " << kSuite
              << ": nothing was tested ***\n\n";
    GTEST_SKIP() << "no suite at " << kSuite;
  }
  const auto known = known_differences();
  const Text manifest(kSuite / "manifest.json");
  Agreement alone, with_server;
  for (const auto& test : manifest.json()->find("cases")->items()) {
    auto name = std::string(test.text_of("name"));
    for (auto& c : name)
      if (c == ' ') c = '_';
    const auto expected = expected_errors(test);
    const auto found = found_errors(test, nullptr);
    const auto listed = known.find(name);
    const auto is_repetition = listed != known.end() && listed->second.is_repetition;
    alone.add(expected, found, is_repetition);
    QuotedAnswers quoted(test);
    with_server.add(expected, found_errors(test, &quoted), is_repetition);
    if (listed == known.end()) {
      EXPECT_EQ(found, expected) << name;
      continue;
    }
    EXPECT_EQ(std::make_pair(expected, found),
              std::make_pair(listed->second.expected, listed->second.found))
        << name << " is on the list otherwise: correct it";
    EXPECT_NE(found, expected) << name << " is no difference any more: take it off the list";
  }
  EXPECT_GE(alone.cases, 100U);
  alone.hold("alone", 119, 100, 108);
  with_server.hold("with the answers of a terminology server that HL7's outcomes quote", 122, 108,
                   116);
}

}  // namespace
}  // namespace paraneo::validate

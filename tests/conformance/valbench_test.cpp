// HL7's examples of R4 and of mCODE, from ../shared/suites: whether each has errors, against what
// HL7's validator says of it (references that it wanted to follow to a server left out). The list
// beside this file names those with another verdict, and whose is right: a new difference fails the
// test, and so does a listed one that is none any more.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>

#include "base/gzip.h"
#include "format/json.h"
#include "knowledge/knowledge.h"
#include "suite.h"
#include "validate/validate.h"

namespace paraneo::validate {
namespace {

namespace fs = std::filesystem;

const fs::path kSuite = fs::path(PARANEO_SHARED_DIR) / "suites/valbench";

// The lines of the examples, from 0, of which HL7's validator told an error:
// "LINE<tab>SEVERITY<tab>PLACE<tab>MESSAGE-ID<tab>TEXT".
std::set<std::size_t> refused_by_hl7(const fs::path& packed) {
  std::string text;
  Inflater inflater(Packing::gzip, std::size_t{1} << 28);
  if (!inflater.feed(bytes_of(packed), text)) return {};
  std::set<std::size_t> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string number, severity, place, id;
    std::getline(fields, number, '\t');
    std::getline(fields, severity, '\t');
    std::getline(fields, place, '\t');
    std::getline(fields, id, '\t');
    if ((severity == "ERROR" || severity == "FATAL") && id != "Reference_REF_CantResolve")
      out.insert(std::stoul(number));
  }
  return out;
}

// "FILE LINE WHO why".
std::map<std::size_t, std::string> known_differences(const std::string& file) {
  std::map<std::size_t, std::string> out;
  for (const auto& line : lines_of_list("valbench_known_differences.txt")) {
    std::istringstream words(line);
    std::string name, who, why;
    std::size_t number = 0;
    words >> name >> number >> who >> why;
    EXPECT_TRUE(is_known_judge(who) && !why.empty()) << line;
    if (name != file) continue;
    out[number] = who;
  }
  return out;
}

void compare(const std::string& file, const std::string& messages,
             const std::vector<std::string>& guides, std::size_t alike_min) {
  diag::Sink problems;
  const auto loaded = knowledge::Knowledge::load({.guides = guides, .validation = true}, problems);
  ASSERT_TRUE(loaded.operator bool());
  const auto& knowledge = **loaded;
  const Limits limits;
  const Context context{
      knowledge.engine(),    knowledge.value_sets(), limits, &knowledge.profiles(), {},
      diag::Severity::error, &knowledge.canonicals()};
  Validator validator(context);
  const auto refused = refused_by_hl7(kSuite / messages);
  auto known = known_differences(file);
  std::ifstream lines(kSuite / file);
  Arena arena;
  std::size_t number = 0, alike = 0;
  for (std::string line; std::getline(lines, line); ++number) {
    const Source source{file + ":" + std::to_string(number), line};
    arena.reset();
    diag::Sink sink;
    const auto* root = format::read_json(knowledge.definitions(), source, {}, limits, arena, sink);
    if (root != nullptr) validator.validate(*root, &source, arena, sink);
    const auto differs = sink.ok() == refused.contains(number);
    if (!differs) ++alike;
    EXPECT_EQ(differs, known.contains(number))
        << source.name
        << (differs ? ": a difference that is not listed"
                    : " is no difference any more: take it off the list");
  }
  std::cout << file << ": " << alike << " of " << number << " with the same verdict\n";
  EXPECT_GE(alike, alike_min);
}

TEST(Valbench, ExamplesOfR4HaveTheVerdictOfHl7) {
  if (!fs::exists(kSuite)) GTEST_SKIP() << "no suite at " << kSuite;
  compare("r4-examples.ndjson", "r4-examples.ndjson.hapi-messages.tsv.gz", {}, 674);
}

TEST(Valbench, BundlesHaveTheVerdictOfHl7) {
  if (!fs::exists(kSuite)) GTEST_SKIP() << "no suite at " << kSuite;
  compare("bundles-40.ndjson", "bundles-40.ndjson.hapi-messages.tsv.gz", {}, 40);
}

TEST(Valbench, ExamplesOfMcodeHaveTheVerdictOfHl7) {
  const auto of_user = fs::path(PARANEO_PACKAGES);
  const std::vector<std::string> guides{
      (of_user / "hl7.fhir.us.mcode-4.0.0.tgz").string(),
      (fs::path(PARANEO_SHARED_DIR) / "packages/hl7.fhir.us.core-6.1.0.tgz").string(),
      (of_user / "hl7.fhir.uv.genomics-reporting-3.0.0.tgz").string()};
  for (const auto& guide : guides)
    if (!fs::exists(guide)) GTEST_SKIP() << "no package at " << guide;
  compare("mcode-examples.ndjson", "mcode-examples.ndjson.mcode.hapi-messages.tsv.gz", guides, 161);
}

}  // namespace
}  // namespace paraneo::validate

// What --ig, --map and `maps` read.
#include <gtest/gtest.h>

#include "program.h"

namespace paraneo::cli {
namespace {

class KnowledgeOfVerbs : public testing::Test {
 protected:
  KnowledgeOfVerbs() : program_(testing::UnitTest::GetInstance()->current_test_info()->name()) {}
  Program program_;
};

TEST_F(KnowledgeOfVerbs, ShowsABrokenExpressionOfAStructureMap) {
  const auto map = program_.write(
      "sm.json",
      R"({"resourceType":"StructureMap","url":"http://x/s","name":"s","status":"draft","group":[{"name":"g","typeMode":"none","input":[{"name":"p","mode":"source"}],"rule":[{"name":"r","source":[{"context":"p","condition":"name.where("}]}]}]})");
  const auto patient = program_.write("p.json", R"({"resourceType":"Patient"})");
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"maps", "check", map},
        {"maps", "convert", "--to", "map", map},
        {"maps", "coverage", "--map", map, patient},
        {"transform", "--map", map, patient},
        {"fhirpath", "--ig", map, "1", patient},
        {"transform", "--ig", map, "--map", "http://x/s", patient}}) {
    const auto done = program_.run(arguments);
    EXPECT_EQ(done.code, 1) << arguments[0] << done.err;
    EXPECT_NE(done.err.find(map + ":1:12: error: "), std::string::npos)
        << arguments[0] << " " << arguments[1] << "\n"
        << done.err;
    EXPECT_NE(done.err.find("\n  name.where(\n             ^\n"), std::string::npos) << done.err;
  }
}

TEST_F(KnowledgeOfVerbs, HoldsPackagesToTheirLimits) {
  std::filesystem::create_directories(program_.path("p/package"));
  program_.write("p/package/package.json", R"({"name":"a.b","version":"1.0.0"})");
  program_.write("p/package/other.txt", std::string(5000, ' '));
  const auto package = program_.path("p");
  const auto plain = program_.run({"fhirpath", "--ig", package, "1"});
  EXPECT_EQ(plain.code, 0);
  EXPECT_NE(plain.err.find("nothing in this package was used"), std::string::npos) << plain.err;
  for (const auto& [limit, what] : std::vector<std::pair<std::string, std::string>>{
           {"package-file=4K", "a file of more than 4096 bytes: package/other.txt"},
           {"package-size=4K", "larger than 4096 bytes unpacked"},
           {"package-files=1", "more than 1 files"}}) {
    const auto done = program_.run({"fhirpath", "--limit", limit, "--ig", package, "1"});
    EXPECT_NE(done.code, 0) << limit;
    EXPECT_NE(done.err.find(what), std::string::npos) << done.err;
  }
}

TEST_F(KnowledgeOfVerbs, StopsReadingWhenTheTimeIsOver) {
  std::string names;
  for (int i = 0; i < 500'000; ++i) names += std::string(i == 0 ? "" : ",") + R"({"family":"x"})";
  const auto file = program_.write(
      "p.json",
      R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"a","gender":"male","name":[)" +
          names + "]}}]}");
  for (const auto& arguments :
       {std::vector<std::string>{"import", file}, {"fhirpath", "id", file}}) {
    auto all = arguments;
    all.insert(all.begin() + 1, {"--limit", "time=1ms"});
    const auto done = program_.run(all);
    EXPECT_EQ(done.code, 1) << done.err;
    EXPECT_NE(done.err.find("to read the input takes more than 1 ms [json-time]"),
              std::string::npos)
        << done.err;
    EXPECT_NE(done.err.find("allow more with --limit time=..."), std::string::npos) << done.err;
  }
}

}  // namespace
}  // namespace paraneo::cli

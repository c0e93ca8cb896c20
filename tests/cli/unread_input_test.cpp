// What cannot be read, in every verb: it is named, and what stands behind it is done.
#include <gtest/gtest.h>

#include "case_record.h"
#include "program.h"

namespace paraneo::cli {
namespace {

class UnreadInput : public testing::Test {
 protected:
  UnreadInput()
      : program_(std::string("unread-") +
                 testing::UnitTest::GetInstance()->current_test_info()->name()) {}
  std::string file(const std::string& name, const std::string& first, const std::string& last) {
    return program_.write(
        name, first + "\n{\"a\":\"" + std::string(700'000, 'x') + "\"}\n" + last + "\n");
  }
  void expect_all_but_one(std::vector<std::string> words, int code, const std::string& said) {
    words.insert(words.end(), {"--limit", "json-size=100K"});
    const auto ended = program_.run(words);
    EXPECT_EQ(ended.code, code) << words[0] << ended.err;
    for (const auto& part :
         {std::string("ndjson:2: "), std::string("is a line of more than 102400 bytes"), said})
      EXPECT_NE((ended.out + ended.err).find(part), std::string::npos)
          << words[0] << ended.out << ended.err;
  }
  Program program_;
};

TEST_F(UnreadInput, AUnreadInputIsNamedAndPassedOver) {
  const auto base = program_.sandbox();
  const auto server = program_.connection(base);
  const auto with_server = [&](std::vector<std::string> words) {
    words.insert(words.end(), server.begin(), server.end());
    return words;
  };
  const auto records = file("records.ndjson", case_record(1, "1"), case_record(2, "1"));
  const auto resources = file("resources.ndjson", R"({"resourceType":"Patient","id":"p1"})",
                              R"({"resourceType":"Patient","id":"p2"})");
  expect_all_but_one({"export", records}, 1,
                     "2 bundles, 4 resources (Observation 2, Patient 2); 1 input gave nothing");
  expect_all_but_one({"import", resources}, 1, "2 records");
  expect_all_but_one({"fhirpath", "id", resources}, 1, "\"p2\"");
  expect_all_but_one(with_server({"push", resources}), 1, "created 2");
  expect_all_but_one(
      with_server({"sync", "plan", "--source", records, "--ledger", program_.path("ledger")}), 1,
      "2 to send");
}

// The other half of the rule: what cannot be read is no finding in the data.
TEST_F(UnreadInput, AFileThatCannotBeReadEndsWithTwoAndTheRestIsDone) {
  program_.write("one.json", case_record(1, "1"));
  std::filesystem::create_directories(program_.path("in"));
  std::filesystem::rename(program_.path("one.json"), program_.path("in/one.json"));
  std::filesystem::create_symlink("nowhere", program_.path("in/gone"));
  for (const auto& words : {std::vector<std::string>{"export", program_.path("in")},
                            {"fhirpath", "id", program_.path("in")}}) {
    const auto ended = program_.run(words);
    EXPECT_EQ(ended.code, 2) << ended.err;
    EXPECT_NE(ended.err.find("in/gone: error: the link leads nowhere"), std::string::npos)
        << ended.err;
    EXPECT_NE(ended.out.find("case-1"), std::string::npos) << ended.out;
  }
}

}  // namespace
}  // namespace paraneo::cli

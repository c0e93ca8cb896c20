// probe, pull --since auto and pull --bulk against the sandbox.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "program.h"

namespace paraneo::cli {
namespace {

class RemoteTest : public testing::Test {
 protected:
  RemoteTest() : program_(testing::UnitTest::GetInstance()->current_test_info()->name()) {
    base_ = program_.sandbox();
    std::string patients;
    for (int i = 0; i < 120; ++i)
      patients += R"({"resourceType":"Patient","id":"p)" + std::to_string(i) + "\"}\n";
    EXPECT_EQ(run({"push", program_.write("patients.ndjson", patients)}).code, 0);
  }

  Ended run(std::vector<std::string> arguments) {
    for (const auto& word : program_.connection(base_)) arguments.push_back(word);
    return program_.run(arguments);
  }
  static long lines(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

  Program program_;
  std::string base_;
};

TEST_F(RemoteTest, ProbeLearnsAndLeavesNothing) {
  const auto probed = run({"probe", "--save", program_.path("probe.json")});
  ASSERT_EQ(probed.code, 0) << probed.err;
  for (const auto* line :
       {"ifMatch                412", "transactionEntries     500", "lastUpdated            yes",
        "conditionalDelete", "historySystem          yes"})
    EXPECT_NE(probed.out.find(line), std::string::npos) << line << "\n" << probed.out;
  EXPECT_NE(program_.read("probe.json").find("\"updateAsCreate\": \"yes\""), std::string::npos)
      << program_.read("probe.json");
  EXPECT_EQ(run({"pull", "--query", "Basic?"}).out, "");
  EXPECT_EQ(run({"probe", "--json"}).code, 0);
  EXPECT_EQ(run({"pull", "--query", "Patient?"}).code, 0);  // goes by what was kept
}

TEST_F(RemoteTest, PullGoesOnWhereTheLastOneEnded) {
  const std::vector<std::string> pull{"pull",
                                      "--query",
                                      "Patient?",
                                      "--since",
                                      "auto",
                                      "--deletions",
                                      program_.path("gone.ndjson")};
  EXPECT_EQ(lines(run(pull).out), 120);
  EXPECT_EQ(run(pull).out, "");
  program_.write("change.json", R"({"resourceType":"Bundle","type":"transaction","entry":[
    {"request":{"method":"DELETE","url":"Patient/p7"}},
    {"resource":{"resourceType":"Patient","id":"p8","active":true},"request":{"method":"PUT","url":"Patient/p8"}}]})");
  EXPECT_EQ(run({"push", program_.path("change.json")}).code, 0);
  const auto third = run(pull);
  EXPECT_EQ(third.code, 0) << third.err;
  EXPECT_EQ(lines(third.out), 1);
  EXPECT_NE(third.out.find("\"id\":\"p8\""), std::string::npos);
  EXPECT_NE(program_.read("gone.ndjson").find("\"url\":\"Patient/p7\""), std::string::npos);
}

TEST_F(RemoteTest, OfAPatientOnlyItsOwnDeletionsAreListed) {
  std::string labs;
  for (const auto* patient : {"p1", "p2"})
    labs += std::string(R"({"resourceType":"Observation","id":"of-)") + patient +
            R"(","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/)" + patient +
            "\"}}\n";
  EXPECT_EQ(run({"push", program_.write("labs.ndjson", labs)}).code, 0);
  const std::vector<std::string> pull{
      "pull", "--patient", "p1", "--since", "auto", "--deletions", program_.path("gone.ndjson")};
  EXPECT_EQ(lines(run(pull).out), 2);
  program_.write("change.json", R"({"resourceType":"Bundle","type":"transaction","entry":[
    {"request":{"method":"DELETE","url":"Observation/of-p1"}},{"request":{"method":"DELETE","url":"Observation/of-p2"}}]})");
  EXPECT_EQ(run({"push", program_.path("change.json")}).code, 0);
  const auto again = run(pull);
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(lines(program_.read("gone.ndjson")), 1);
  EXPECT_NE(program_.read("gone.ndjson").find("Observation/of-p1"), std::string::npos);
}

TEST_F(RemoteTest, BulkExportsAndGoesOnAfterAKill) {
  const std::vector<std::string> bulk{"pull", "--bulk", "-o", program_.path("export/")};
  auto arguments = bulk;
  for (const auto& word : program_.connection(base_)) arguments.push_back(word);
  // Killed while it waits for the export that the sandbox makes it wait for.
  EXPECT_TRUE(program_.run_and_kill_when(arguments, [&] {
    return std::filesystem::exists(program_.path("export/.paraneo-export.json"));
  }));
  const auto second = run(bulk);
  ASSERT_EQ(second.code, 0) << second.err;
  EXPECT_NE(second.err.find("going on with the export"), std::string::npos) << second.err;
  EXPECT_EQ(lines(program_.read("export/Patient.1.ndjson")), 120);
  EXPECT_FALSE(std::filesystem::exists(program_.path("export/.paraneo-export.json")));
  for (const auto& each : std::filesystem::directory_iterator(program_.path("export")))
    EXPECT_NE(each.path().extension(), ".part");
  EXPECT_EQ(run(bulk).code, 2);  // two exports are not mixed
  EXPECT_EQ(run({"pull", "--bulk", "--level", "patient", "--type", "Condition", "-o",
                 program_.path("none/")})
                .code,
            0);
}

}  // namespace
}  // namespace paraneo::cli

// import --validate: what came is checked before it is believed.
#include <gtest/gtest.h>

#include "program.h"

namespace paraneo::cli {
namespace {

std::string condition(const std::string& version, const std::string& text,
                      const std::string& more = {}) {
  return R"({"resourceType":"Condition","id":"c","meta":{"versionId":")" + version +
         R"("},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},"code":{"text":")" +
         text + R"("},)" + more + R"("subject":{"reference":"Patient/p"}})" + "\n";
}

TEST(ImportValidate, KeepsTheFactOfAnEarlierVersionWhereTheNewOneIsNotValid) {
  Program program("import-validate");
  const std::string patient = "{\"resourceType\":\"Patient\",\"id\":\"p\"}\n";
  program.write("records/x", "");
  std::filesystem::remove(program.path("records/x"));
  const auto into = [&](const std::string& resources, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"import", "--source",
                                       "h",      program.write("in.ndjson", resources),
                                       "--into", program.path("records")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program.run(arguments);
  };
  ASSERT_EQ(into(patient + condition("1", "rash")).code, 0);
  const auto before = program.read("records/h.p.json");
  ASSERT_NE(before.find("rash"), std::string::npos) << before;
  const auto odd = patient + condition("2", "burn", R"("recordedDate":"2003-02-30",)");
  const auto refused = into(odd, {"--validate"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.err.find("nothing of it is believed"), std::string::npos) << refused.err;
  EXPECT_EQ(program.read("records/h.p.json"), before);
  // Without it only the date is not believed.
  EXPECT_EQ(into(odd).code, 1);
  EXPECT_NE(program.read("records/h.p.json").find("burn"), std::string::npos);
}

}  // namespace
}  // namespace paraneo::cli

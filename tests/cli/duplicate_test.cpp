// Two of one id in one run, in all verbs that could let one take the place of the other.
#include <gtest/gtest.h>

#include "case_record.h"
#include "cli/records/record_ids.h"
#include "program.h"

namespace paraneo::cli {
namespace {

long count(const std::string& text, const std::string& part) {
  long found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

TEST(RecordId, IsReadFromATextAsItIsFromTheRecord) {
  EXPECT_EQ(record_id_in(R"({"resourceType":"CaseRecord", "id" : "a"})"), "a");
  EXPECT_EQ(
      record_id_in(
          R"({"subject":{"id":"no"},"x":["{\"id\":1}",{"id":"no"}],"n":-1.5,"id":"a","source":{"identifier":{"value":"v","system":"http://s"}}})"),
      "a");
  for (const auto* text : {"", "{", "[]", "{\"id\"", "{\"id\":", "{\"id\":1}", "{\"id\":\"", "}",
                           "{\"a\":{", "{\"a\":\"\\", "{}{\"id\":\"a\"}", "null"})
    EXPECT_EQ(record_id_in(text), "") << text;
}

class Duplicates : public testing::Test {
 protected:
  Duplicates()
      : program_(std::string("duplicates-") +
                 testing::UnitTest::GetInstance()->current_test_info()->name()) {}
  Program program_;
};

TEST_F(Duplicates, BothAreRefusedWhereFilesCanBeReadTwice) {
  const auto file =
      program_.write("a.ndjson", case_record("x1", "1") + "\n" + case_record("y", "1") + "\n" +
                                     case_record("x1", "2") + "\n");
  const auto other = program_.write("b.json", case_record("z", "3"));
  std::string first;
  for (const auto* jobs : {"1", "3"}) {
    const auto ended = program_.run({"export", file, other, "--as", "ndjson", "--jobs", jobs});
    EXPECT_EQ(ended.code, 1) << ended.err;
    EXPECT_NE(ended.err.find(
                  "a.ndjson:1:1: error: another record has the same id, and both are refused: " +
                  file + ":3"),
              std::string::npos)
        << ended.err;
    EXPECT_NE(ended.err.find(
                  "a.ndjson:3:1: error: another record has the same id, and both are refused: " +
                  file + ":1"),
              std::string::npos)
        << ended.err;
    EXPECT_EQ(count(ended.err, "[record-duplicate]"), 2) << ended.err;
    EXPECT_EQ(count(ended.out, "\"resourceType\":\"Patient\""), 2);
    if (first.empty()) first = ended.out + ended.err;
    EXPECT_EQ(ended.out + ended.err, first);
  }
  // In two files, and in one file that is given twice.
  const auto twice = program_.run({"export", other, other});
  EXPECT_EQ(twice.code, 1);
  EXPECT_EQ(twice.out, "");
}

TEST_F(Duplicates, FromAPipeTheLaterOneIsRefusedAndSaysThatTheFirstIsWritten) {
  const auto ended = program_.run(
      {"export", "-", "--as", "ndjson", "--jobs", "2"},
      case_record("x1", "1") + "\n" + case_record("x1", "2") + "\n" + case_record("y", "2"));
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(count(ended.out, "\"resourceType\":\"Patient\""), 2);
  EXPECT_NE(
      ended.err.find(
          "-:2:1: error: another record has the same id, and was written before this one came: -:1"),
      std::string::npos)
      << ended.err;
}

// The versions of a resource are settled before there is a record.
TEST_F(Duplicates, ImportGivesEachRecordOnce) {
  const auto bundle = program_.write(
      "b.json", program_.run({"export", program_.write("a.json", case_record("x1", "1"))}).out);
  const auto again = program_.write(
      "c.json", program_.run({"export", program_.write("a.json", case_record("x1", "2"))}).out);
  const auto ended = program_.run({"import", bundle, again});
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(count(ended.out, "\"CaseRecord\""), 1);
  EXPECT_EQ(count(ended.err, "[import-versions]"), 2) << ended.err;
}

// It said "updated 2", and again "updated 2" each time.
TEST_F(Duplicates, PushRefusesASecondContentOfOneResource) {
  const auto base = program_.sandbox();
  const auto patient = [](const char* sex) {
    return std::string(R"({"resourceType":"Patient","id":"p","gender":")") + sex + "\"}\n";
  };
  auto words = program_.connection(base);
  words.insert(words.begin(),
               {"push", program_.write("p.ndjson",
                                       patient("female") + patient("male") + patient("female"))});
  for (int i = 0; i < 2; ++i) {
    const auto ended = program_.run(words);
    EXPECT_EQ(ended.code, 1) << ended.err;
    EXPECT_NE(ended.err.find("p.ndjson:2"), std::string::npos) << ended.err;
    EXPECT_NE(ended.err.find("another content, too: " + program_.path("p.ndjson:1")),
              std::string::npos)
        << ended.err;
    EXPECT_NE(ended.err.find(i == 0 ? "created 1, updated 0" : "created 0, updated 0"),
              std::string::npos)
        << ended.err;
  }
}

}  // namespace
}  // namespace paraneo::cli

#include "fetch/pull_pages.h"

#include <gtest/gtest.h>

namespace paraneo::fetch {
namespace {

// One page, read.
class PullPagesTest : public testing::Test {
 protected:
  static PullOptions options() {
    PullOptions made;
    made.base = "https://fhir.test/r4";
    made.page_entries = 2;
    return made;
  }
  Result<std::string> read(const std::string& body) {
    question.label = "Observation";
    question.sized = true;
    return pages.read(question, body);
  }
  static std::string bundle(const std::string& members) {
    return R"({"resourceType":"Bundle",)" + members + "}";
  }

  PullContext context{options()};
  PullComparison comparison{context};
  References references{"https://fhir.test/r4", {}};
  std::vector<std::string> got;
  PullOutput output{context,
                    comparison,
                    references,
                    PullCursor(0, 0, system_clock(), steady_clock()),
                    [this](std::string_view type, std::string_view id, std::string_view) {
                      got.push_back(std::string(type) + "/" + std::string(id));
                      return Result<void>();
                    },
                    {}};
  PullPages pages{context, comparison, output};
  PullQuestion question;
};

TEST_F(PullPagesTest, CountsWhatWasSearchedForAndWhatCameAlong) {
  const auto link = read(bundle(
      R"("total":7,"link":[{"relation":"next","url":"n"}],"entry":[{"resource":{"resourceType":"Observation","id":"a"}},{"resource":{"resourceType":"Patient","id":"p"},"search":{"mode":"include"}}])"));
  ASSERT_TRUE(link);
  EXPECT_EQ(*link, "n");
  EXPECT_EQ(question.matches, 1U);
  EXPECT_EQ(question.others, 1U);
  EXPECT_EQ(question.total, 7U);
  EXPECT_TRUE(question.page_full);
  EXPECT_EQ(context.report.expected, 7U);
  EXPECT_EQ(got, (std::vector<std::string>{"Observation/a", "Patient/p"}));
}

TEST_F(PullPagesTest, WhatIsNoPageIsAnError) {
  for (
      const auto* body :
      {"", "{", "[]", R"({"resourceType":"Patient"})", R"({"resourceType":"Bundle","entry":[{}]})",
       R"({"resourceType":"Bundle","total":-1})",
       R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Observation"}}]})",
       R"({"resourceType":"Bundle","entry":{"resource":{"resourceType":"Observation","id":"a"}}})",
       R"({"resourceType":"Bundle","link":{"relation":"next","url":"n"}})",
       R"({"resourceType":"Bundle","link":[{"relation":"next"}]})",
       R"({"resourceType":"Bundle","link":[{"relation":"next","url":"n"},{"relation":"next","url":"m"}]})"})
    EXPECT_FALSE(read(body)) << body;
  EXPECT_TRUE(got.empty());
  // Said twice is no contradiction.
  EXPECT_EQ(
      read(
          bundle(
              R"("link":[{"relation":"next","url":"n"},{"relation":"next","url":"n"}],"entry":[])"))
          .value(),
      "n");
}

TEST_F(PullPagesTest, WhatLiesOutsideTheWindowSaysThatItIsIgnored) {
  question.from_ms = 1'700'000'000'000;
  const auto page = [](const char* updated) {
    return bundle(R"("entry":[{"resource":{"resourceType":"Observation","id":")" +
                  std::string(updated, 4) + R"(","meta":{"lastUpdated":")" + updated + R"("}}}])");
  };
  EXPECT_TRUE(read(page("2025-01-01T00:00:00Z")));
  EXPECT_FALSE(read(page("2001-01-01T00:00:00Z")));
  EXPECT_EQ(got, std::vector<std::string>{"Observation/2025"});
}

}  // namespace
}  // namespace paraneo::fetch

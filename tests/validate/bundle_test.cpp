#include <gtest/gtest.h>

#include "validate/problems.h"

namespace paraneo::validate {
namespace {

std::string bundle(const std::string& type, const std::string& entry) {
  return R"({"resourceType":"Bundle","type":")" + type + R"(","entry":[)" + entry + "]}";
}

TEST(Bundle, HoldsFullUrlsToTheirResources) {
  const Problems wrong{"validate-bundle Bundle.entry[0].fullUrl"};
  EXPECT_EQ(
      problems(bundle(
          "collection",
          R"({"fullUrl":"https://example.org/Patient/1","resource":{"resourceType":"Patient","id":"1"}})")),
      Problems{});
  EXPECT_EQ(
      problems(bundle(
          "collection",
          R"({"fullUrl":"https://example.org/page.html","resource":{"resourceType":"Patient","id":"1"}})")),
      Problems{});
  EXPECT_EQ(
      problems(bundle(
          "collection",
          R"({"fullUrl":"https://example.org/Patient/1","resource":{"resourceType":"Patient","id":"2"}})")),
      wrong);
  EXPECT_EQ(
      problems(bundle(
          "collection",
          R"({"fullUrl":"https://example.org/Patient/1","resource":{"resourceType":"Patient"}})")),
      wrong);
  EXPECT_EQ(
      problems(bundle("collection",
                      R"({"fullUrl":"Patient/1","resource":{"resourceType":"Patient","id":"1"}})")),
      wrong);
}

TEST(Bundle, WantsFullUrlsButInTransactions) {
  EXPECT_EQ(problems(bundle("collection", R"({"resource":{"resourceType":"Patient"}})")),
            Problems{"validate-bundle Bundle.entry[0]"});
  EXPECT_EQ(
      problems(bundle(
          "transaction",
          R"({"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}})")),
      Problems{});
}

// What a search remarks is no resource of the server's.
TEST(Bundle, NeedsNoUrlForRemarksOfASearch) {
  const auto of = [](const std::string& id, const std::string& mode) {
    return problems(
        R"({"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"OperationOutcome",)" +
        id + R"("issue":[{"severity":"warning","code":"processing"}]},"search":{"mode":")" + mode +
        "\"}}]}");
  };
  EXPECT_EQ(of("", "outcome"), Problems{});
  EXPECT_EQ(of(R"("id":"a",)", "outcome"), Problems{"validate-bundle Bundle.entry[0]"});
  EXPECT_EQ(of("", "match"), Problems{"validate-bundle Bundle.entry[0]"});
}

}  // namespace
}  // namespace paraneo::validate

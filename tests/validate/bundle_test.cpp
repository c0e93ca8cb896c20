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

}  // namespace
}  // namespace paraneo::validate

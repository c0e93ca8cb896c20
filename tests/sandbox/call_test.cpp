#include "sandbox/call.h"

#include <gtest/gtest.h>

#include "sandbox/query.h"

namespace paraneo::sandbox {
namespace {

TEST(Call, IsReadFromTheTargetBelowTheEndpoint) {
  const auto read = parse_call("GET", "/Patient/a%2Db/_history/3");
  EXPECT_EQ(read.type, "Patient");
  EXPECT_EQ(read.id, "a-b");
  EXPECT_EQ(read.operation, "_history");
  EXPECT_EQ(read.version, "3");

  const auto search = parse_call("GET", "/Observation?code=x%7Cy&_count=3");
  EXPECT_EQ(search.type, "Observation");
  EXPECT_EQ(search.id, "");
  EXPECT_EQ(search.query, "code=x%7Cy&_count=3");  // as it came

  EXPECT_EQ(parse_call("GET", "/metadata").operation, "metadata");
  EXPECT_EQ(parse_call("GET", "/$export").operation, "$export");
  EXPECT_EQ(parse_call("GET", "/Patient/$export").operation, "$export");
  EXPECT_EQ(parse_call("GET", "?_page=1").query, "_page=1");
}

TEST(Call, WhatIsNoUrlOfTheApiIsNoOperation) {
  EXPECT_EQ(parse_call("GET", "/Patient/a/_history/3/4").operation, "?");
  EXPECT_EQ(parse_call("GET", "//Patient//a").id, "a");
}

TEST(Search, WhatIsNotKnownIsRefusedAndNeverPassedOver) {
  for (const auto* query : {"colour=red", "_lastUpdated=ap2024", "_count=many"}) {
    const auto search = parse_search("Patient", query, 10, 100);
    ASSERT_FALSE(search) << query;
    EXPECT_EQ(search.error().code, ErrorCode::search_unsupported) << query;
  }
}

}  // namespace
}  // namespace paraneo::sandbox

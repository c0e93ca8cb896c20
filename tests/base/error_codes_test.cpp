#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/result.h"

namespace paraneo {
namespace {

constexpr ErrorCode kAll[] = {
#define X(identifier, name, fault) ErrorCode::identifier,
#include "base/error_codes.def"
#undef X
};

TEST(ErrorCodes, HaveNamesThatScriptsCanHoldOnTo) {
  std::set<std::string_view> names;
  for (const auto code : kAll) {
    const auto name = info(code).name;
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_TRUE(std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || c == '-';
    })) << name;
  }
}

TEST(ErrorCodes, AnErrorHasTheFaultOfItsCode) {
  for (const auto code : kAll) EXPECT_EQ(Error(code).fault, info(code).fault);
  EXPECT_EQ(fail(ErrorCode::time_out, "late").fault, Fault::network);
  EXPECT_EQ(Error().code, ErrorCode::internal);
}

}  // namespace
}  // namespace paraneo

#include "diag/counted.h"

#include <gtest/gtest.h>

namespace paraneo::diag {
namespace {

TEST(Counted, SaysOneAndMany) {
  EXPECT_EQ(counted(0, "record"), "0 records");
  EXPECT_EQ(counted(1, "record"), "1 record");
  EXPECT_EQ(counted(2, "record"), "2 records");
  EXPECT_EQ(counted(1, "code is", "codes are"), "1 code is");
  EXPECT_EQ(counted(2, "code is", "codes are"), "2 codes are");
}

}  // namespace
}  // namespace paraneo::diag

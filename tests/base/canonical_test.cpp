#include "base/canonical.h"

#include <gtest/gtest.h>

namespace paraneo {
namespace {

TEST(Canonical, HasItsParts) {
  const auto all = split_canonical("http://x.org/v|1.0#part");
  EXPECT_EQ(all.url, "http://x.org/v");
  EXPECT_EQ(all.version, "1.0");
  EXPECT_EQ(all.fragment, "part");
  EXPECT_EQ(split_canonical("#part").url, "");
  EXPECT_EQ(split_canonical("#part").fragment, "part");
  EXPECT_EQ(split_canonical("urn:x|").version, "");
  EXPECT_EQ(split_canonical("").url, "");
  EXPECT_EQ(without_version("http://x.org/v|1.0"), "http://x.org/v");
}

TEST(Canonical, MayAskForPartOfAVersion) {
  EXPECT_TRUE(is_version("4.0.1", ""));
  EXPECT_TRUE(is_version("", "4.0.1"));
  EXPECT_TRUE(is_version("4.0.1", "4.0.1"));
  EXPECT_TRUE(is_version("4.0.1", "4.0"));
  EXPECT_FALSE(is_version("4.0.1", "4.0.10"));
  EXPECT_FALSE(is_version("4.0.10", "4.0.1"));
  EXPECT_FALSE(is_version("4.0", "4.0.1"));
}

}  // namespace
}  // namespace paraneo

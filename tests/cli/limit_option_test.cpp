#include "cli/terminal/limit_option.h"

#include <gtest/gtest.h>

#include <regex>

namespace paraneo::cli {
namespace {

TEST(LimitOption, SetsWhatItNames) {
  Limits limits;
  for (const auto* text : {"steps=5M", "time=2m", "memory=1G", "depth=300", "size=2M"})
    EXPECT_EQ(set_limit(text, limits), "") << text;
  EXPECT_EQ(limits.steps_max, 5'000'000U);
  EXPECT_EQ(limits.time_ms_max, 120'000U);
  EXPECT_EQ(limits.evaluation_bytes_max, std::size_t{1} << 30);
  EXPECT_EQ(limits.expression_depth_max, 300U);
  EXPECT_EQ(limits.group_depth_max, 300U);
  EXPECT_EQ(limits.map_bytes_max, std::size_t{2} << 20);
  EXPECT_EQ(limits.expression_bytes_max, std::size_t{2} << 20);
  EXPECT_EQ(set_limit("time=250ms", limits), "");
  EXPECT_EQ(limits.time_ms_max, 250U);
}

TEST(LimitOption, HelpHasTheDefaults) {
  Limits limits;
  limits.steps_max = limits.time_ms_max = limits.evaluation_bytes_max = limits.json_bytes_max =
      limits.number_chars_max = 1;
  limits.json_depth_max = limits.diagnostics_max = limits.expression_depth_max =
      limits.group_depth_max = 1;
  limits.map_bytes_max = limits.expression_bytes_max = 1;
  const std::string help(kLimitHelp);
  const std::regex pair("[a-z-]+=[0-9]+[A-Za-z]*");
  for (std::sregex_iterator at(help.begin(), help.end(), pair), end; at != end; ++at)
    EXPECT_EQ(set_limit(at->str(), limits), "");
  const Limits defaults;
  EXPECT_EQ(limits.steps_max, defaults.steps_max);
  EXPECT_EQ(limits.time_ms_max, defaults.time_ms_max);
  EXPECT_EQ(limits.evaluation_bytes_max, defaults.evaluation_bytes_max);
  EXPECT_EQ(limits.json_bytes_max, defaults.json_bytes_max);
  EXPECT_EQ(limits.json_depth_max, defaults.json_depth_max);
  EXPECT_EQ(limits.number_chars_max, defaults.number_chars_max);
  EXPECT_EQ(limits.diagnostics_max, defaults.diagnostics_max);
  EXPECT_EQ(limits.expression_depth_max, defaults.expression_depth_max);
  EXPECT_EQ(limits.group_depth_max, defaults.group_depth_max);
  EXPECT_EQ(limits.map_bytes_max, defaults.map_bytes_max);
  EXPECT_EQ(limits.expression_bytes_max, defaults.expression_bytes_max);
}

TEST(LimitOption, TellsWhatIsWrong) {
  Limits limits;
  EXPECT_EQ(
      set_limit("stpes=5", limits),
      "there is no limit \"stpes\"; there are steps, time, memory, json-size, json-values, json-depth, xml-size, xml-elements, xml-depth, xml-attributes, package-size, package-file, package-files, package-ratio, digits, messages, depth, size");
  EXPECT_EQ(set_limit("time=5", limits), "time takes a number, then one of: s, ms, m, h");
  EXPECT_EQ(set_limit("steps=", limits), "steps takes a number, then one of: K, M, G");
  EXPECT_EQ(set_limit("steps=-1", limits), "steps takes a number, then one of: K, M, G");
  EXPECT_EQ(set_limit("depth=501", limits), "depth is from 1 to 500");
  EXPECT_EQ(set_limit("steps=0", limits), "steps is from 1 to 4611686018427387904");
  EXPECT_EQ(set_limit("size=99999999999999999999", limits),
            "size takes a number, then one of: K, M, G");
}

}  // namespace
}  // namespace paraneo::cli

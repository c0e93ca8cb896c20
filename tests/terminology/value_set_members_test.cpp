#include "terminology/value_set_members.h"

#include <gtest/gtest.h>

#include "terminology/value_set_lines.h"

namespace paraneo::terminology {
namespace {

Members of(std::initializer_list<std::pair<const char*, const char*>> codes,
           std::initializer_list<const char*> open = {},
           std::initializer_list<const char*> whole = {}) {
  Members out;
  for (const auto& [code, system] : codes) out.codes.emplace(code, system);
  out.open.insert(open.begin(), open.end());
  out.whole.insert(whole.begin(), whole.end());
  return out;
}

TEST(Members, KnowsWhatItListsAndWhatItLeavesOpen) {
  const auto members = of({{"a", "s"}, {"a", "t"}, {"b", "s"}}, {"o"}, {"w"});
  EXPECT_EQ(members.has("s", "a"), true);
  EXPECT_EQ(members.has("", "b"), true);
  EXPECT_EQ(members.has("t", "b"), false);
  EXPECT_EQ(members.has("o", "b"), std::nullopt);
  EXPECT_EQ(members.has("w", "b"), std::nullopt);
  EXPECT_EQ(members.has("", "x"), std::nullopt);
  EXPECT_EQ(of({}, {"*"}).has("s", "x"), std::nullopt);
}

TEST(Members, AsksAllSystemsForACodeWithoutOne) {
  const auto units = of({}, {}, {"http://unitsofmeasure.org"});
  EXPECT_EQ(units.has("", "mg"), true);
  EXPECT_EQ(units.has("", "furlong"), false);
  const auto both = of({}, {}, {"http://unitsofmeasure.org", "http://x.org"});
  EXPECT_EQ(both.has("", "mg"), true);
  EXPECT_EQ(both.has("", "furlong"), std::nullopt) << "the other system may have it";
  EXPECT_EQ(of({}, {}, {"urn:ietf:bcp:47"}).has("", "en_US"), false);
  EXPECT_EQ(of({}, {}, {"urn:ietf:bcp:47"}).has("", "en-US"), std::nullopt);
  EXPECT_EQ(of({}, {"http://loinc.org"}).has("http://loinc.org", "2157-7"), false);
}

TEST(Members, NarrowsAndTakesOut) {
  auto members = of({{"a", "s"}, {"b", "s"}, {"c", "s"}}, {}, {"w", "x"});
  members.narrow(of({{"a", "s"}}), of({{"a", "s"}, {"b", "s"}}, {"w"}));
  EXPECT_EQ(members.has("s", "a"), true);
  EXPECT_EQ(members.has("s", "b"), std::nullopt) << "only one of two readings has it";
  EXPECT_EQ(members.has("w", "1"), std::nullopt);
  EXPECT_EQ(members.has("x", "1"), false);
  auto others = of({{"a", "s"}, {"b", "s"}}, {}, {"w"});
  others.take_out(of({{"a", "s"}}, {"w"}));
  EXPECT_EQ(others.has("s", "a"), false);
  EXPECT_EQ(others.has("s", "b"), true);
  EXPECT_EQ(others.has("w", "1"), std::nullopt);
}

TEST(Members, ComesBackFromItsFlatForm) {
  const auto members = of({{"a", "s"}, {"a", "t"}, {"b", "t"}}, {"o"}, {"w"});
  const auto text = flat_set("http://v", "1.0", members);
  std::string_view rest = text;
  const auto [url, set] = take_set(rest);
  EXPECT_EQ(url, "http://v");
  EXPECT_TRUE(rest.empty());
  EXPECT_EQ(members_of(set).codes, members.codes);
  EXPECT_EQ(members_of(set).open, members.open);
  EXPECT_EQ(members_of(set).whole, members.whole);
  for (std::size_t size = 0; size < text.size(); ++size) {
    std::string_view part = std::string_view(text).substr(0, size);
    take_set(part);
  }
}

}  // namespace
}  // namespace paraneo::terminology

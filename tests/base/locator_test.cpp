#include "base/locator.h"

#include <gtest/gtest.h>

namespace paraneo {
namespace {

void expect_same(const Source& source, Locator& locator, std::uint32_t offset) {
  const auto one = locate(source, offset);
  const auto other = locator.at(offset);
  EXPECT_EQ(one.line, other.line) << offset;
  EXPECT_EQ(one.column, other.column) << offset;
}

TEST(Locator, FindsWhatLocateFindsInAnyOrder) {
  const Source source{"a", "first\n{\"\xC3\xA4\xE2\x82\xAC\": 1,\n\n \"b\": 2}\n", 7, 5};
  Locator locator(source);
  const auto size = static_cast<std::uint32_t>(source.text.size());
  for (std::uint32_t offset = 0; offset <= size + 3; ++offset) expect_same(source, locator, offset);
  for (const auto offset : {size, 3U, 3U, 12U, 0U}) expect_same(source, locator, offset);
}

TEST(Locator, OfATextThatWasMadeTellsOfItsOriginal) {
  auto original = std::make_shared<Original>();
  original->written = {"a.xml", "<a>\n <b/>\n  <c/></a>"};
  original->places = {{0, 0}, {10, 5}, {20, 13}};
  const Source source{"a.xml", std::string(30, ' '), 1, 1, original};
  Locator locator(source);
  for (std::uint32_t offset = 0; offset < 30; ++offset) expect_same(source, locator, offset);
  EXPECT_EQ(locator.at(25).line, 3U);
}

}  // namespace
}  // namespace paraneo

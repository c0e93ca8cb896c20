#include "fml/text/map_tokens.h"

#include <gtest/gtest.h>

namespace paraneo::fml {
namespace {

// The tokens of a text, with the map and the sink that they need.
struct Reading {
  explicit Reading(std::string text) : source{"m.map", std::move(text)} {}

  Source source;
  Limits limits;
  ast::Map map;
  diag::Sink sink;
  MapTokens tokens{source, limits, map, sink};
};

TEST(MapTokens, APathIsAVariableAndElements) {
  Reading reading("a.b.c.d x y.`z`");
  std::string_view context;
  std::string_view element;
  Span span;
  ASSERT_TRUE(reading.tokens.path(context, element, span));
  EXPECT_EQ(context, "a");
  EXPECT_EQ(element, "b.c.d");
  EXPECT_EQ(span.begin, 2U);
  EXPECT_EQ(span.end, 7U);
  element = {};
  ASSERT_TRUE(reading.tokens.path(context, element, span));
  EXPECT_EQ(context, "x");
  EXPECT_EQ(element, "");
  ASSERT_TRUE(reading.tokens.path(context, element, span));
  EXPECT_EQ(element, "z");
  EXPECT_TRUE(reading.tokens.is_at_end());
  EXPECT_TRUE(reading.sink.ok());
}

TEST(MapTokens, WhatIsMissingIsSaidWhereItShouldStand) {
  Reading reading("a.");
  std::string_view context;
  std::string_view element;
  Span span;
  EXPECT_FALSE(reading.tokens.path(context, element, span));
  ASSERT_EQ(reading.sink.errors(), 1U);
  EXPECT_EQ(reading.sink.all()[0].message, "an element must stand here");
  EXPECT_EQ(reading.sink.all()[0].span.begin, 2U);
  EXPECT_FALSE(reading.tokens.expect(";"));
  EXPECT_EQ(reading.sink.all()[1].message, "\";\" is missing here");
}

TEST(MapTokens, APathHasALimit) {
  std::string text = "a";
  for (std::uint32_t i = 0; i <= Limits{}.expression_depth_max; ++i) text += ".b";
  Reading reading(text);
  std::string_view context;
  std::string_view element;
  Span span;
  EXPECT_FALSE(reading.tokens.path(context, element, span));
  EXPECT_EQ(reading.sink.errors(), 1U);
}

}  // namespace
}  // namespace paraneo::fml

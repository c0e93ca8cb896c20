#include "definition/primitive.h"

#include <gtest/gtest.h>

namespace paraneo::definition {
namespace {

bool form(std::string_view type, std::string_view text) {
  const auto& r4 = Definitions::builtin();
  return has_primitive_form(r4, r4.find_type(type), text);
}

TEST(Primitive, AcceptsTheFormsOfTheSpecification) {
  EXPECT_TRUE(form("dateTime", "2003-10"));
  EXPECT_TRUE(form("dateTime", "2003-10-05T07:30:00+02:00"));
  EXPECT_TRUE(form("instant", "2003-10-05T07:30:00.25Z"));
  EXPECT_TRUE(form("id", "a-1.B"));
  EXPECT_TRUE(form("code", "a b"));
  EXPECT_TRUE(form("decimal", "26.0"));
  EXPECT_TRUE(form("positiveInt", "1"));
  EXPECT_TRUE(form("oid", "urn:oid:1.2.3"));
  EXPECT_TRUE(form("uuid", "urn:uuid:c757873d-ec9a-4326-a141-556f43239520"));
  EXPECT_TRUE(form("base64Binary", "YWJj"));
  EXPECT_TRUE(form("time", "12:30:00"));
}

TEST(Primitive, RefusesTheOthers) {
  EXPECT_FALSE(form("dateTime", "2003-10-05T07:30"));
  EXPECT_FALSE(form("dateTime", "2003-10-05T07:30:00"));
  EXPECT_FALSE(form("date", "2003-02-30"));
  EXPECT_FALSE(form("instant", "2003-10-05"));
  EXPECT_FALSE(form("id", "a_b"));
  EXPECT_FALSE(form("id", std::string(65, 'a')));
  EXPECT_FALSE(form("code", " a"));
  EXPECT_FALSE(form("code", "a  b"));
  EXPECT_FALSE(form("positiveInt", "0"));
  EXPECT_FALSE(form("integer", "1.0"));
  EXPECT_FALSE(form("integer", "3000000000"));
  EXPECT_FALSE(form("uri", "a b"));
  EXPECT_FALSE(form("string", "   "));
  EXPECT_FALSE(form("string", "a\x01"));
  EXPECT_FALSE(form("boolean", "yes"));
  EXPECT_FALSE(form("base64Binary", "abc"));
  EXPECT_FALSE(form("uuid", "urn:uuid:c757873d"));
}

TEST(Primitive, KnowsWhereAFormEnds) {
  EXPECT_TRUE(form("dateTime", "2024-01-01T10:00:00+14:00"));
  EXPECT_TRUE(form("dateTime", "2024-01-01T10:00:00-13:59"));
  EXPECT_FALSE(form("dateTime", "2024-01-01T10:00:00+14:30"));
  EXPECT_FALSE(form("instant", "2024-01-01T10:00:00-14:01"));
  EXPECT_TRUE(form("dateTime", "2016-12-31T23:59:60Z"));
  for (const auto* oid : {"urn:oid:2.999.0", "urn:oid:0.0", "urn:oid:1.2.840.10008"})
    EXPECT_TRUE(form("oid", oid)) << oid;
  for (const auto* none : {"urn:oid:1", "urn:oid:1.", "urn:oid:1..2", "urn:oid:1.2.03",
                           "urn:oid:3.1", "urn:oid:12.1", "urn:oid:", "1.2.3", "urn:oid:1.a"})
    EXPECT_FALSE(form("oid", none)) << none;
  for (const auto* code : {"a\tb", "a\nb", "\ta", "a\t", "a \tb"})
    EXPECT_FALSE(form("code", code)) << code;
  for (const auto* data : {"aGVsbG8=", "aGVs bG8=", "YQ==", "a+/9"})
    EXPECT_TRUE(form("base64Binary", data)) << data;
  for (const auto* none : {"aG=sbG8=", "a===", "====", "aGVsb-8_", "YQ==YQ=="})
    EXPECT_FALSE(form("base64Binary", none)) << none;
}

TEST(Primitive, KnowsADecimalOfAnyLength) {
  for (const auto* decimal : {"0", "-0", "7", "-12.50", "0.0", "100", "1234567890123456",
                              "12345678901234567890.5", "1e-7"})
    EXPECT_TRUE(form("decimal", decimal)) << decimal;
  for (const auto* none : {"-", ".5", "1.", "1.2.3", "1,5", "1 ", "--1", "1-"})
    EXPECT_FALSE(form("decimal", none)) << none;
}

TEST(Primitive, FindsASpaceWhereverItStands) {
  for (std::size_t size = 1; size < 20; ++size) {
    const std::string whole(size, 'a');
    EXPECT_TRUE(form("uri", whole)) << size;
    for (std::size_t i = 0; i < size; ++i) {
      auto other = whole;
      other[i] = ' ';
      EXPECT_FALSE(form("uri", other)) << size << " " << i;
      other[i] = '\x7f';
      EXPECT_TRUE(form("uri", other)) << size << " " << i;
    }
  }
}

}  // namespace
}  // namespace paraneo::definition

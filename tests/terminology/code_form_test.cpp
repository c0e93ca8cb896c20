#include "terminology/code_form.h"

#include <gtest/gtest.h>

#include "terminology/ucum.h"

namespace paraneo::terminology {
namespace {

constexpr std::string_view kCountries = "urn:iso:std:iso:3166", kLanguages = "urn:ietf:bcp:47",
                           kMediaTypes = "urn:ietf:bcp:13";

TEST(CodeForm, KnowsCheckDigits) {
  EXPECT_EQ(form_of(kLoinc, "2157-6"), CodeForm::right);
  EXPECT_EQ(form_of(kLoinc, "2157-7"), CodeForm::wrong_digit);
  EXPECT_EQ(form_of(kLoinc, "21576"), CodeForm::wrong_shape);
  EXPECT_EQ(form_of(kSnomedCt, "22298006"), CodeForm::right);
  EXPECT_EQ(form_of(kSnomedCt, "22298007"), CodeForm::wrong_digit);
  EXPECT_EQ(form_of(kSnomedCt, "37436014"), CodeForm::wrong_part);
  EXPECT_EQ(form_of("http://example.org/s", "x"), CodeForm::unknown);
}

TEST(CodeForm, CallsOnlyThatImpossibleWhichIsNoOtherKindOfCode) {
  for (const auto* code : {"2157-6", "LA6576-8", "LP14559-6", "LL715-4", "LG51018-6", "MTHU000999"})
    EXPECT_FALSE(is_impossible(kLoinc, code)) << code;
  for (const auto* code : {"2157-7", "21576", "-6", "12345678-9"})
    EXPECT_TRUE(is_impossible(kLoinc, code)) << code;
  for (const auto* code : {"22298006", "128045006:{363698007=56459004}", "421720008 |Spray|"})
    EXPECT_FALSE(is_impossible(kSnomedCt, code)) << code;
  for (const auto* code : {"22298007", "37436014", "heart", "12345"})
    EXPECT_TRUE(is_impossible(kSnomedCt, code)) << code;
  EXPECT_TRUE(is_impossible(kUcum, "IU/L"));
  EXPECT_FALSE(is_impossible(kUcum, "[IU]/L"));
  EXPECT_FALSE(is_impossible("http://example.org/s", "anything at all"));
  EXPECT_FALSE(is_impossible(kLoinc, ""));
}

TEST(CodeForm, KnowsTagsOfCountriesLanguagesAndMedia) {
  for (const auto* code : {"DE", "DEU", "276", "DE-BY", "US-NY", "GB-LND", "SUHH", "FR-2A"})
    EXPECT_FALSE(is_impossible(kCountries, code)) << code;
  for (const auto* code : {"Germany", "de", "D", "27", "DE_BY", "DE-", "DE-ABCD"})
    EXPECT_TRUE(is_impossible(kCountries, code)) << code;
  EXPECT_TRUE(is_impossible("urn:iso:std:iso:4217", "Euro"));
  EXPECT_FALSE(is_impossible("urn:iso:std:iso:4217", "EUR"));
  for (const auto* code : {"en", "de-CH", "zh-Hant-TW", "sl-rozaj-biske", "x-klingon", "i-navajo",
                           "de-CH-1901", "en-a-bbb-x-a-ccc"})
    EXPECT_FALSE(is_impossible(kLanguages, code)) << code;
  for (const auto* code :
       {"en_US", "german language", "e", "x", "de-", "-de", "averylongtag", "1a"})
    EXPECT_TRUE(is_impossible(kLanguages, code)) << code;
  for (const auto* code : {"text/plain", "text/plain; charset=UTF-8", "application/fhir+json",
                           "json", "application/vnd.x-y.z+xml;a=b", "image/*"})
    EXPECT_FALSE(is_impossible(kMediaTypes, code)) << code;
  for (const auto* code : {"png", "/plain", "text/", "text plain", "a/b/c", "text/pl ain"})
    EXPECT_TRUE(is_impossible(kMediaTypes, code)) << code;
}

}  // namespace
}  // namespace paraneo::terminology

#include "codebook/systems.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/source.h"
#include "codebook/csv.h"

namespace paraneo::codebook {
namespace {

constexpr const char* kLoinc = "http://loinc.org";
constexpr const char* kSnomed = "http://snomed.info/sct";

// Every code that the project itself uses has the form of its system.
TEST(Systems, TheShippedCodesHaveTheRightForm) {
  std::ifstream file(std::string(PARANEO_SOURCE_DIR) + "/mappings/codes.csv", std::ios::binary);
  Source source{"codes.csv", {std::istreambuf_iterator<char>(file), {}}};
  CsvReader csv(source, to_utf8(source.text).separator);
  std::vector<CsvReader::Cell> cells;
  diag::Sink sink;
  std::size_t judged = 0;
  ASSERT_TRUE(csv.next(cells, sink));
  ASSERT_EQ(cells[14].text, "system_uri");
  while (csv.next(cells, sink)) {
    if (cells[3].text.empty() || cells[1].text == "unit") continue;
    const auto form = form_of(cells[14].text, cells[3].text);
    EXPECT_TRUE(form == Form::right || form == Form::unknown)
        << cells[14].text << " " << cells[3].text;
    judged += form == Form::right ? 1 : 0;
  }
  EXPECT_TRUE(sink.ok());
  EXPECT_GT(judged, 2000U);
}

// Luhn finds every single digit and every swap of neighbours but 09/90; Verhoeff finds all.
TEST(Systems, ASingleWrongDigitIsSeen) {
  for (const auto& [system, code] : {std::pair<std::string, std::string>{kLoinc, "2157-6"},
                                     {kLoinc, "13969-1"},
                                     {kSnomed, "396230008"},
                                     {kSnomed, "900000000000207008"}}) {
    ASSERT_EQ(form_of(system, code), Form::right) << code;
    for (std::size_t i = 0; i < code.size(); ++i)
      for (char digit = '0'; digit <= '9' && code[i] != '-'; ++digit) {
        auto other = code;
        other[i] = digit;
        if (other == code) continue;
        EXPECT_NE(form_of(system, other), Form::right) << other;
      }
  }
}

TEST(Systems, AnIdOfSnomedThatIsNoConceptIsSeen) {
  EXPECT_EQ(form_of(kSnomed, "754786014"), Form::wrong_part);
}

TEST(Systems, WhatASpreadsheetMadeIsUndone) {
  struct Case {
    const char *system, *damaged, *original;
  };
  for (const auto& each :
       {Case{kLoinc, "2025-01-08", "1-8"},
        {kLoinc, "08-Jan", "1-8"},
        {kLoinc, "8. Jan", "1-8"},
        {kLoinc, "Jan 8", "1-8"},
        {kLoinc, "2025-01-08 00:00:00", "1-8"},
        {kLoinc, "1/8/2025", "1-8"},
        {kLoinc, "Mai 88", "1988-5"},
        {"http://terminology.hl7.org/CodeSystem/icd-o-3", "Mar-8140", "8140/3"}}) {
    EXPECT_TRUE(is_date(each.damaged)) << each.damaged;
    const auto all = originals_of(each.system, each.damaged);
    const auto is_there = std::find(all.begin(), all.end(), each.original) != all.end();
    EXPECT_EQ(is_there, form_of(each.system, each.original) == Form::right) << each.damaged;
    for (const auto& original : all)
      EXPECT_EQ(form_of(each.system, original), Form::right) << original;
  }
  EXPECT_FALSE(is_date("2157-6"));
  EXPECT_TRUE(is_exponent("3.9623E+08"));
  EXPECT_TRUE(is_exponent("3,9623E+08"));
  EXPECT_FALSE(is_exponent("E11"));
  EXPECT_TRUE(is_cut("900000000000207000"));
  EXPECT_FALSE(is_cut("900000000000207008"));
  EXPECT_FALSE(is_cut("396230008"));
}

}  // namespace
}  // namespace paraneo::codebook

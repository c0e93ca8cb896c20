#include "codebook/csv.h"

#include <gtest/gtest.h>

#include "codebook/sheet.h"

namespace paraneo::codebook {
namespace {

using Table = std::vector<std::vector<std::string>>;

Table table_of(std::string text, diag::Sink& sink) {
  Source source{"x.csv", std::move(text)};
  const auto form = to_utf8(source.text);
  CsvReader csv(source, form.separator);
  Table out;
  std::vector<CsvReader::Cell> cells;
  while (csv.next(cells, sink)) {
    auto& row = out.emplace_back();
    for (const auto& cell : cells) row.emplace_back(cell.text);
  }
  return out;
}

Table table_of(std::string text) {
  diag::Sink sink;
  auto out = table_of(std::move(text), sink);
  EXPECT_TRUE(sink.ok());
  return out;
}

TEST(Csv, IsReadInEveryFormThatSpreadsheetsWrite) {
  const Table wanted = {{"a", "b"}, {"1", "x \"y\",\n\xC3\xBC"}};
  const std::string utf8 = "a,b\n1,\"x \"\"y\"\",\n\xC3\xBC\"\n";
  EXPECT_EQ(table_of(utf8), wanted);
  EXPECT_EQ(table_of(utf8.substr(0, utf8.size() - 1)), wanted);
  EXPECT_EQ(table_of("\xEF\xBB\xBF" + utf8), wanted);
  EXPECT_EQ(table_of("a;b\r\n1;\"x \"\"y\"\",\n\xC3\xBC\"\r\n"), wanted);
  EXPECT_EQ(table_of("a\tb\n\n1\t\"x \"\"y\"\",\n\xFC\"\n"), wanted);
  std::string wide = "\xFF\xFE";
  for (const char c : std::string("a,b\n1,\"x \"\"y\"\",\n\xFC\"\n")) wide += {c, '\0'};
  EXPECT_EQ(table_of(wide), wanted);
}

TEST(Csv, AQuoteThatDoesNotEndIsRefused) {
  for (const char* text : {"a,\"b\nc,d\n", "a,\"b\"c,d\n"}) {
    diag::Sink sink;
    table_of(text, sink);
    EXPECT_EQ(sink.errors(), 1U);
  }
}

// What is written is read again, whatever stands in it, and no cell is a formula.
TEST(Csv, EveryCellComesBack) {
  const std::vector<std::string> texts = {"",     "a",  " a ",    "=1+1",    "'=1", "''",
                                          "-5",   "@x", "+",      "a,b",     "a;b", "a\tb",
                                          "a\"b", "\"", "a\r\nb", "\xC3\xBC"};
  for (const auto& a : texts)
    for (const auto& b : texts) {
      std::string line;
      append_cell(line, a);
      line += ',';
      append_cell(line, b);
      const auto table = table_of("h,h,h,h\n" + line + "\n");
      ASSERT_EQ(table.size(), 2U) << line;
      ASSERT_EQ(table[1].size(), 2U) << line;
      EXPECT_EQ(cell_text(table[1][0]), a);
      EXPECT_EQ(cell_text(table[1][1]), b);
      EXPECT_EQ(std::string("=+-@").find(line[line[0] == '"' ? 1 : 0]), std::string::npos) << line;
    }
}

TEST(Sheet, AKeyIsMadeOfLettersThatASpreadsheetLeavesAlone) {
  const auto key = key_of("map", "system", "000123");
  EXPECT_EQ(key.size(), 16U);
  EXPECT_EQ(key.find_first_of("0123456789aeiouAEIOU"), std::string::npos);
  EXPECT_NE(key, key_of("map", "system", "123"));
}

}  // namespace
}  // namespace paraneo::codebook

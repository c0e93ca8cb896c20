// CSV as RFC 4180 has it, and as spreadsheets write it: any of three separators, any of five
// encodings.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "diag/diagnostic.h"

namespace paraneo::codebook {

// What a spreadsheet made of a text.
struct CsvForm {
  std::string_view encoding = "UTF-8";  // or UTF-16LE, UTF-16BE, Windows-1252
  bool has_bom = false;                 // of UTF-8
  bool has_crlf = false;
  char separator = ',';  // or ';' or tab: whichever the first line has most of
};

// Turns the text into UTF-8 without a BOM, in place, and says what it was. What is no UTF-8 is
// taken for Windows-1252.
CsvForm to_utf8(std::string& text);

// Reads the rows of a text one after the other. Quoted cells are decoded in place: the text changes
// under the reader, and only cells that were not yet read stand there as they were written. Not
// thread-safe.
class CsvReader {
 public:
  // The text is UTF-8 and outlives the reader.
  CsvReader(Source& source, char separator) : source_(source), separator_(separator) {}

  struct Cell {
    std::string_view text;    // in the source
    std::uint32_t begin = 0;  // of the cell, with its quote
  };
  // The next row that is not empty; false at the end, and after codes-csv (a quote without an end,
  // or with something behind it), which ends the reading.
  bool next(std::vector<Cell>& cells, diag::Sink& sink);
  // Of the row that came last: from 1, as a spreadsheet numbers them.
  std::uint32_t row() const { return row_; }

 private:
  bool cell(Cell& out, bool& is_last, diag::Sink& sink);
  bool quoted(Cell& out, diag::Sink& sink);

  Source& source_;
  char separator_;
  std::size_t at_ = 0;
  std::uint32_t row_ = 0;
};

// One cell, in quotes where it needs them. What a spreadsheet would take for a formula (a leading =
// + - @) gets a leading apostrophe, and so does what has one: see cell_text().
void append_cell(std::string& to, std::string_view text);
// Without that apostrophe.
std::string_view cell_text(std::string_view cell);
inline constexpr std::string_view kNoBreakSpace = "\xC2\xA0";
// Without blanks at both ends, no-break spaces among them.
std::string_view trimmed(std::string_view text);

}  // namespace paraneo::codebook

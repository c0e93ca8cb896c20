// The sheet of codes that a person fills in: what has no standard code, and what it is to become.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codebook/csv.h"

namespace paraneo::codebook {

// The columns in their order. What is before `decision` comes from the data and is not to be
// changed.
enum Column : std::size_t {
  kCount,
  kKind,
  kField,
  kSystem,
  kCode,
  kText,
  kExample,
  kCandidates,
  kDecision,
  kTargetSystem,
  kTargetCode,
  kTargetDisplay,
  kEquivalence,
  kNote,
  kMap,
  kKey,
  kColumns
};
std::string_view name_of(Column column);

// What a person may have decided.
enum class Decision : std::uint8_t { open, map, none_fits, ask, unknown };
Decision decision_of(std::string_view text);

// Cells of one row, in the text of the sheet or of whoever made the row.
struct Row {
  std::array<std::string_view, kColumns> cells;
  std::array<std::uint32_t, kColumns> places = {};  // offset of each cell in the sheet's text
  std::uint32_t number = 0;                         // from 1, the heading's; 0: of no sheet

  std::string_view operator[](Column column) const { return cells[column]; }
};

// "code", "result" (a concept with the kind of its result), "coding" (of another system), "text" or
// "unit".
std::string_view kind_of(std::string_view map, std::string_view system, std::string_view code);
// The code system of the map's own codes.
std::string own_system(std::string_view map);
// Stands for map, system and code: it tells whether a spreadsheet has changed them. Sixteen
// letters, since digits would not survive it.
std::string key_of(std::string_view map, std::string_view system, std::string_view code);

// The lines of a sheet, each with its end: CSV by RFC 4180.
std::string heading();
void append_row(std::string& to, const Row& row);

// Reads a sheet row by row; memory does not grow with it. Not thread-safe.
class SheetReader {
 public:
  // Owns the text. Mistakes of the form go to the sink: codes-form.
  SheetReader(Source text, diag::Sink& sink);
  SheetReader(const SheetReader&) = delete;
  SheetReader& operator=(const SheetReader&) = delete;

  // False at the end, and where the sheet cannot be read, which was reported. The cells live as
  // long as the reader. Blanks around a cell belong to it.
  bool next(Row& row, diag::Sink& sink);
  const Source& source() const { return source_; }
  const CsvForm& form() const { return form_; }

 private:
  bool read_heading(diag::Sink& sink);

  Source source_;
  CsvForm form_;
  CsvReader csv_;
  std::vector<CsvReader::Cell> cells_;
  std::array<std::optional<std::size_t>, kColumns> at_;  // where each column stands
  std::size_t width_ = 0;
  bool is_readable_ = false;
};

// "row 12, column target_code".
std::string place_of(const Row& row, Column column);
Span span_of(const Source& source, const Row& row, Column column);

}  // namespace paraneo::codebook

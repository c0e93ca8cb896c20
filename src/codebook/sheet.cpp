#include "codebook/sheet.h"

#include <algorithm>

#include "base/canonical.h"
#include "base/digest.h"
#include "diag/suggest.h"

namespace paraneo::codebook {
namespace {

constexpr std::array<std::string_view, kColumns> kNames = {
    "count",       "kind",          "field",       "system",
    "code",        "text",          "example",     "candidates",
    "decision",    "target_system", "target_code", "target_display",
    "equivalence", "note",          "map",         "key"};
// Without these a sheet says nothing.
constexpr std::array kNeeded = {kSystem, kCode, kDecision, kTargetSystem, kTargetCode, kMap, kKey};

}  // namespace

std::string_view name_of(Column column) { return kNames[column]; }

Decision decision_of(std::string_view text) {
  if (text.empty()) return Decision::open;
  if (text == "map") return Decision::map;
  if (text == "none fits") return Decision::none_fits;
  return text == "ask" ? Decision::ask : Decision::unknown;
}

std::string_view kind_of(std::string_view map, std::string_view system, std::string_view code) {
  if (map.ends_with("/ConceptMap/texts")) return "text";
  if (map.ends_with("/ConceptMap/units")) return "unit";
  if (!system.empty() && system != own_system(map)) return "coding";
  return code.find(' ') == std::string_view::npos ? "code" : "result";
}

std::string own_system(std::string_view map) {
  constexpr std::string_view kType = "/ConceptMap/";
  std::string out(without_version(map));
  if (const auto at = out.rfind(kType); at != std::string::npos)
    out.replace(at, kType.size(), "/CodeSystem/");
  return out;
}

std::string key_of(std::string_view map, std::string_view system, std::string_view code) {
  constexpr std::string_view kLetters = "bcdfghjklmnpqrst";
  std::string text(map);
  text.append("\n").append(system).append("\n").append(code);
  auto digest = digest_of(text).low;
  std::string out;
  for (int i = 0; i < 16; ++i, digest >>= 4) out += kLetters[digest & 15U];
  return out;
}

std::string heading() {
  std::string out;
  for (const auto name : kNames) out.append(out.empty() ? "" : ",").append(name);
  return out + "\n";
}

void append_row(std::string& to, const Row& row) {
  for (std::size_t i = 0; i < kColumns; ++i) {
    if (i > 0) to += ',';
    append_cell(to, row.cells[i]);
  }
  to += '\n';
}

SheetReader::SheetReader(Source text, diag::Sink& sink)
    : source_(std::move(text)), form_(to_utf8(source_.text)), csv_(source_, form_.separator) {
  is_readable_ = read_heading(sink);
}

bool SheetReader::read_heading(diag::Sink& sink) {
  const auto errors = sink.errors();
  if (!csv_.next(cells_, sink)) {
    if (sink.errors() == errors)
      sink.report(diag::Code::codes_form, "this sheet is empty", {&source_, 0, 0}, {},
                  "codes report makes one");
    return false;
  }
  width_ = cells_.size();
  for (std::size_t i = 0; i < width_; ++i) {
    const auto found = std::find(kNames.begin(), kNames.end(), cells_[i].text);
    if (found == kNames.end()) continue;
    auto& at = at_[static_cast<std::size_t>(found - kNames.begin())];
    if (at)
      sink.report(
          diag::Code::codes_form, "the column " + std::string(*found) + " stands here twice",
          {&source_, cells_[i].begin, cells_[i].begin + 1}, "row 1", "leave one of the two out");
    else at = i;
  }
  for (const auto column : kNeeded) {
    if (at_[column]) continue;
    const auto near = diag::closest(sink, kNames[column], cells_,
                                    [](const CsvReader::Cell& cell) { return cell.text; });
    sink.report(diag::Code::codes_form, "there is no column " + std::string(kNames[column]),
                {&source_, 0, 1}, "row 1",
                near.empty() ? "the first row names the columns, as codes report writes them"
                             : "rename the column \"" + std::string(near) + "\"");
  }
  return sink.errors() == errors;
}

bool SheetReader::next(Row& row, diag::Sink& sink) {
  while (is_readable_ && csv_.next(cells_, sink)) {
    row.number = csv_.row();
    if (cells_.size() > width_) {
      sink.report(diag::Code::codes_form, "this row has more cells than there are columns",
                  {&source_, cells_[width_].begin, cells_[width_].begin + 1},
                  "row " + std::to_string(row.number),
                  "a cell with a comma in it stands in quotes");
      continue;
    }
    auto is_empty = true;
    for (std::size_t i = 0; i < kColumns; ++i) {
      const auto is_there = at_[i] && *at_[i] < cells_.size();
      row.cells[i] = is_there ? cell_text(cells_[*at_[i]].text) : std::string_view();
      row.places[i] = is_there ? cells_[*at_[i]].begin : cells_[0].begin;
      is_empty = is_empty && row.cells[i].empty();
    }
    if (!is_empty) return true;
  }
  return false;
}

std::string place_of(const Row& row, Column column) {
  return "row " + std::to_string(row.number) + ", column " + std::string(name_of(column));
}

Span span_of(const Source& source, const Row& row, Column column) {
  const auto begin = row.places[column];
  return {&source, begin, begin + 1};
}

}  // namespace paraneo::codebook

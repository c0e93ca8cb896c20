#include "cli/records/sheet_rows.h"

namespace paraneo::cli {
namespace {

std::string example_of(const record::Unmapped& row) {
  auto out = row.file;
  if (row.line > 1) out += ":" + std::to_string(row.line);
  return row.pointer.empty() ? out : out + "#" + row.pointer;
}

}  // namespace

Result<void> write_sheet(const record::UnmappedCodes& unmapped, const WriteText& write,
                         const CompleteRow& complete) {
  constexpr std::size_t kPieceBytes = 1U << 20;
  using namespace codebook;
  auto text = heading();
  for (const auto* each : unmapped.rows()) {
    const auto count = std::to_string(each->count);
    const auto example = example_of(*each);
    const auto system = each->system.empty() ? own_system(each->map) : each->system;
    const auto key = key_of(each->map, system, each->code);
    Row row;
    row.cells[kCount] = count;
    row.cells[kKind] = kind_of(each->map, each->system, each->code);
    row.cells[kField] = each->field;
    row.cells[kSystem] = system;
    row.cells[kCode] = each->code;
    // Of words, those behind the place.
    row.cells[kText] = each->is_words()
                           ? std::string_view(each->code).substr(each->code.find(' ') + 1)
                           : std::string_view(each->text);
    row.cells[kExample] = example;
    row.cells[kMap] = each->map;
    row.cells[kKey] = key;
    if (complete) complete(row);
    append_row(text, row);
    if (text.size() < kPieceBytes) continue;
    if (const auto written = write(text); !written) return written;
    text.clear();
  }
  return write(text);
}

}  // namespace paraneo::cli

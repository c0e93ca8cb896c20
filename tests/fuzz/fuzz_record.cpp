// Any bytes: a record that goes to FHIR and comes back equal, or a message.
#include <algorithm>

#include "format/json.h"
#include "fuzz.h"
#include "record/export.h"
#include "record/import.h"

namespace {

using namespace paraneo;

const record::RecordMaps& maps() {
  static const auto made = [] {
    diag::Sink sink;
    return record::RecordMaps::compile(*knowledge::Knowledge::load({.records = true}, sink), sink);
  }();
  return *made;
}

// A code that nobody knows, and codings that do not mean the same, are told of, and come back all
// the same.
bool is_silent(const diag::Sink& sink) {
  return std::all_of(sink.all().begin(), sink.all().end(), [](const auto& each) {
    return each.code == diag::Code::validate_unknown_code ||
           each.code == diag::Code::import_unclear;
  });
}

// As it is written: facts in the order of their keys.
std::string canonical(const Source& source) {
  static record::RecordReader reader(maps(), Limits{});
  Arena arena;
  diag::Sink sink;
  auto* record = reader.read(source, arena, sink);
  fuzz::require(record != nullptr);
  record::sort_facts(maps().definitions(), *record);
  return format::to_json(maps().definitions(), *record);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static record::Exporter exporter(maps(), Limits{});
  static record::Importer importer(maps(), Limits{});
  const Source source{"fuzz", fuzz::text(data, size)};
  diag::Sink sink;
  const auto exported = exporter.run(source, record::ExportOptions{}, sink);
  fuzz::require(exported.has_value() || !sink.ok());
  if (!exported || !is_silent(sink)) return 0;
  diag::Sink back;
  const auto records = importer.run({"bundle", exported->text}, back);
  fuzz::require(is_silent(back));
  fuzz::require(records.size() == 1 && records[0].json == canonical(source));
  return 0;
}

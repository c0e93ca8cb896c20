// Any bytes: a record that goes to FHIR and comes back equal, or a message.
#include "fuzz.h"
#include "record/export.h"
#include "record/import.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace paraneo;
  static const auto maps = [] {
    diag::Sink sink;
    return record::RecordMaps::compile(*knowledge::Knowledge::load({.records = true}, sink), sink);
  }();
  static record::Exporter exporter(*maps, Limits{});
  static record::Importer importer(*maps, Limits{});
  diag::Sink sink;
  const auto exported =
      exporter.run({"fuzz", fuzz::text(data, size)}, record::ExportOptions{}, sink);
  fuzz::require(exported.has_value() || !sink.ok());
  if (!exported) return 0;
  diag::Sink back;
  importer.run({"bundle", exported->text}, back);
  return 0;
}

// Any bytes: read() gives a tree that writes back, or a message; and FHIR is read alike from the
// text and from that tree.
#include "element/element.h"
#include "format/json.h"
#include "fuzz.h"
#include "json/read.h"
#include "json/write.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const paraneo::Source source{"fuzz", paraneo::fuzz::text(data, size)};
  paraneo::Arena arena;
  paraneo::diag::Sink sink;
  const auto* value = paraneo::json::read(source, arena, {}, sink);
  paraneo::fuzz::require((value == nullptr) == !sink.ok());
  paraneo::diag::Sink of_text;
  const auto& definitions = paraneo::definition::Definitions::builtin();
  const auto* from_text = paraneo::format::read_json(definitions, source, {}, {}, arena, of_text);
  if (value == nullptr) return 0;
  paraneo::diag::Sink of_tree;
  const auto* from_tree =
      paraneo::format::read_json(definitions, *value, source, {}, arena, of_tree);
  paraneo::fuzz::require((from_text == nullptr) == (from_tree == nullptr) &&
                         of_text.all().size() == of_tree.all().size());
  if (from_text != nullptr)
    paraneo::fuzz::require(paraneo::format::to_json(definitions, *from_text) ==
                           paraneo::format::to_json(definitions, *from_tree));
  std::string once;
  paraneo::json::Writer(once).value(*value);
  const paraneo::Source again{"again", once};
  const auto* second = paraneo::json::read(again, arena, {}, sink);
  paraneo::fuzz::require(second != nullptr);
  std::string twice;
  paraneo::json::Writer(twice).value(*second);
  paraneo::fuzz::require(once == twice);
  return 0;
}

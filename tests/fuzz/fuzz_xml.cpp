// Any bytes: read_xml_tree() gives a tree or a message; as a text of JSON it is read like the tree;
// what was read is the same after it was written as XML and read again.
#include "format/xml.h"
#include "fuzz.h"
#include "json/read.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace paraneo;
  const auto& definitions = definition::Definitions::builtin();
  const Source source{"fuzz", fuzz::text(data, size)};
  Arena arena;
  diag::Sink sink;
  const auto* tree = format::read_xml_tree(definitions, source, {}, {}, arena, sink);
  fuzz::require(tree != nullptr || !sink.ok());
  auto text = source;
  diag::Sink of_text;
  fuzz::require(format::make_json(definitions, {}, text, of_text) == (tree != nullptr));
  if (tree == nullptr) return 0;
  for (const auto& each : sink.all()) fuzz::require(each.snippet.has_value());

  diag::Sink first_said;
  const auto* root = format::read_json(definitions, *tree, source, {}, arena, first_said);
  diag::Sink second_said;
  const auto* from_text = format::read_json(definitions, text, {}, {}, arena, second_said);
  // To be too big for JSON depends on the digits before the exponent, too.
  const auto& said = second_said.all();
  if (!said.empty() && said.front().code == diag::Code::json_number_length) return 0;
  fuzz::require((root == nullptr) == (from_text == nullptr));
  if (root == nullptr) return 0;
  const auto json = format::to_json(definitions, *root);
  fuzz::require(json == format::to_json(definitions, *from_text));

  diag::Sink lost;
  Source written{"written", {}};
  format::append_xml(definitions, *root, false, lost, written.text);
  diag::Sink again_said;
  const auto* again = format::read_xml(definitions, written, {}, {}, arena, again_said);
  fuzz::require(again != nullptr);
  // A faulty tree may have elements that are empty.
  if (sink.ok() && first_said.ok() && lost.ok())
    fuzz::require(again_said.ok() && json == format::to_json(definitions, *again));
  return 0;
}

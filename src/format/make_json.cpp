// XML as a text of JSON that remembers the places. Entry point: make_json().
#include <memory>
#include <utility>

#include "base/clock.h"
#include "format/xml.h"

namespace paraneo::format {
namespace {

class PlacedWriter {
 public:
  explicit PlacedWriter(std::string& to) : to_(to), writer_(to) {}

  // Depth is bounded by the reader's limit, so this may recurse.
  void value(const json::Value& tree) {
    note(tree.offset);
    if (tree.is_array()) {
      writer_.begin_array();
      for (const auto& item : tree.items()) value(item);
      writer_.end_array();
    } else if (tree.is_object()) {
      writer_.begin_object();
      for (const auto& member : tree.members()) {
        note(member.name_offset);
        writer_.key(member.name);
        value(member.value);
      }
      writer_.end_object();
    } else {
      writer_.value(tree);
    }
  }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> take_places() { return std::move(places_); }

 private:
  // A comma may come first.
  void note(std::uint32_t offset) {
    const auto at = static_cast<std::uint32_t>(to_.size());
    if (!places_.empty() && places_.back().first == at) places_.back().second = offset;
    else places_.emplace_back(at, offset);
  }

  std::string& to_;
  json::Writer writer_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> places_;
};

}  // namespace

bool make_json(const definition::Definitions& definitions, const Limits& limits, Source& text,
               diag::Sink& sink) {
  Arena arena;
  const Budget budget(limits, arena, &steady_clock());
  diag::Sink own(limits.diagnostics_max);
  const auto* tree = read_xml_tree(definitions, text, {}, limits, arena, own, &budget);
  // Their places are those of the XML, and stay so.
  for (const auto& each : own.all()) sink.report(each);
  if (tree == nullptr) return false;
  Source json{text.name, {}};
  json.text.reserve(text.text.size());
  PlacedWriter writer(json.text);
  writer.value(*tree);
  Original original{std::move(text), writer.take_places()};
  json.original = std::make_shared<const Original>(std::move(original));
  text = std::move(json);
  return true;
}

}  // namespace paraneo::format

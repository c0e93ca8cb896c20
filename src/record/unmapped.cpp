#include "record/unmapped.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <tuple>

#include "element/path.h"

namespace paraneo::record {
namespace {

// The words beside a code.
std::string_view words_of(const definition::Definitions& definitions,
                          const element::Element& source) {
  constexpr std::array<std::string_view, 2> kWords = {"display", "text"};
  for (const auto* at = &source; at != nullptr && at->parent != nullptr; at = at->parent) {
    for (const auto name : kWords)
      if (const auto* words = at->child(definitions.find_symbol(name));
          words != nullptr && words->has_value)
        return words->value();
    // A coding's words may be those of its concept.
    if (!definitions.is_primitive(at->type) && !definitions.type_name(at->type).ends_with("Coding"))
      break;
  }
  return {};
}

}  // namespace

std::string field_of(std::string_view pointer) {
  std::string out;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const auto part = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(part.size());
    if (part.find_first_not_of("0123456789") == std::string_view::npos) continue;
    if (!out.empty()) out += '.';
    out += part;
  }
  return out;
}

void UnmappedCodes::stand_in(const definition::Definitions& definitions, const Source& source) {
  // Of all lists at once: a record may have a hundred thousand of such codes.
  std::shared_ptr<const element::ListPlaces> places;
  stand_in(definitions, source.name, source.first_line,
           [&, places](const element::Element& at) mutable {
             const auto* root = &at;
             while (root->parent != nullptr) root = root->parent;
             if (places == nullptr) places = std::make_shared<const element::ListPlaces>(*root);
             auto pointer = element::pointer_within(definitions, *root, at, *places);
             auto field = field_of(pointer);
             return Place{source.name, source.first_line, std::move(pointer), std::move(field)};
           });
}

void UnmappedCodes::stand_in(const definition::Definitions& definitions, std::string_view file,
                             std::uint32_t line, Locate locate) {
  definitions_ = &definitions;
  file_ = file;
  line_ = line;
  locate_ = std::move(locate);
}

void UnmappedCodes::unmapped(const terminology::ConceptMap& map, const terminology::Code& code,
                             const element::Element* source) {
  // A code of a system that is translated to needs no translation there.
  const auto is_standard = !code.system.empty() && map.has_target(code.system);
  if (!with_known_ && (is_standard || map.mentions(code.system, code.code))) return;
  key_.assign(map.url()).append("\n").append(code.system).append("\n").append(code.code);
  const auto found = rows_.find(std::string_view(key_));
  if (found != rows_.end()) {
    ++found->second.count;
    if (comes_before(found->second)) find_place(found->second, source);
    return;
  }
  auto& row = rows_[key_];
  row.map = map.url();
  row.system = code.system;
  row.code = code.code;
  row.count = 1;
  if (row.is_words()) ++words_;
  find_place(row, source);
}

bool UnmappedCodes::comes_before(const Unmapped& row) const {
  const auto order = std::string_view(file_).compare(row.file);
  return order < 0 || (order == 0 && line_ < row.line);
}

void UnmappedCodes::find_place(Unmapped& row, const element::Element* source) const {
  row.file = file_;
  row.line = line_;
  if (source == nullptr || definitions_ == nullptr) return;
  if (!row.is_words()) row.text = words_of(*definitions_, *source);
  if (locate_) {
    auto place = locate_(*source);
    row.file = place.file;
    row.line = place.line;
    row.pointer = std::move(place.pointer);
    row.field = std::move(place.field);
  }
}

void UnmappedCodes::merge(const UnmappedCodes& other) {
  for (const auto& [key, theirs] : other.rows_) {
    const auto [ours, is_new] = rows_.try_emplace(key, theirs);
    if (is_new) {
      if (theirs.is_words()) ++words_;
      continue;
    }
    add_up(ours->second, theirs);
  }
}

void UnmappedCodes::merge(UnmappedCodes&& other) {
  if (rows_.empty()) {
    rows_ = std::move(other.rows_);
    words_ = other.words_;
  } else {
    while (!other.rows_.empty()) {
      const auto added = rows_.insert(other.rows_.extract(other.rows_.begin()));
      if (!added.inserted) add_up(added.position->second, added.node.mapped());
      else if (added.position->second.is_words()) ++words_;
    }
  }
  other.rows_.clear();
  other.words_ = 0;
}

// The place is that of the first file.
void UnmappedCodes::add_up(Unmapped& ours, const Unmapped& theirs) {
  const auto count = ours.count + theirs.count;
  if (std::tie(theirs.file, theirs.line) < std::tie(ours.file, ours.line)) ours = theirs;
  ours.count = count;
}

std::vector<const Unmapped*> UnmappedCodes::rows() const {
  // There are few maps and systems; of a million rows their texts are compared no million times.
  std::map<std::pair<std::string_view, std::string_view>, std::uint32_t> ranks;
  for (const auto& [key, row] : rows_) ranks.try_emplace({row.map, row.system}, 0);
  std::uint32_t rank = 0;
  for (auto& [names, number] : ranks) number = rank++;
  struct Place {
    std::uint64_t count;
    std::uint32_t rank;
    const Unmapped* row;
  };
  std::vector<Place> places;
  places.reserve(rows_.size());
  for (const auto& [key, row] : rows_)
    places.push_back({row.count, ranks.at({row.map, row.system}), &row});
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    if (a.count != b.count) return a.count > b.count;
    return a.rank != b.rank ? a.rank < b.rank : a.row->code < b.row->code;
  });
  std::vector<const Unmapped*> out;
  out.reserve(places.size());
  for (const auto& place : places) out.push_back(place.row);
  return out;
}

}  // namespace paraneo::record

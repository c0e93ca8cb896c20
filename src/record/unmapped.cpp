#include "record/unmapped.h"

#include <algorithm>
#include <array>
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
  stand_in(definitions, source.name, source.first_line, [&](const element::Element& at) {
    auto pointer = element::pointer_of(definitions, at);
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
    const auto count = ours->second.count + theirs.count;
    if (std::tie(theirs.file, theirs.line) < std::tie(ours->second.file, ours->second.line))
      ours->second = theirs;
    ours->second.count = count;
  }
}

std::vector<const Unmapped*> UnmappedCodes::rows() const {
  std::vector<const Unmapped*> out;
  out.reserve(rows_.size());
  for (const auto& [key, row] : rows_) out.push_back(&row);
  std::sort(out.begin(), out.end(), [](const Unmapped* a, const Unmapped* b) {
    return a->count != b->count
               ? a->count > b->count
               : std::tie(a->map, a->system, a->code) < std::tie(b->map, b->system, b->code);
  });
  return out;
}

}  // namespace paraneo::record

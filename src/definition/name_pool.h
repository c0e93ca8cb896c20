// Texts kept once each, by small numbers. Internal to this folder; its names are seen through
// Definitions.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "definition/type_rows.h"

namespace paraneo::definition {

// Where a text stands in a longer one.
struct TextPlace {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
};

// For strings by views of others.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

// A name is a text that is kept once: two names are equal when their symbols are. Views end with
// the next text that is added. Filled by one thread; immutable while it is shared.
class NamePool {
 public:
  NamePool() : texts_(1), symbols_(1) {}
  // Of rows that another pool gave.
  NamePool(std::string characters, std::vector<TextPlace> texts,
           std::vector<std::uint32_t> symbols);

  // The same for the same name, for ever. 0 for an empty one.
  Symbol intern(std::string_view name);
  // 0 when nothing has that name.
  Symbol find(std::string_view name) const;
  std::string_view name(Symbol symbol) const { return text(symbols_[symbol]); }
  // A new one, whatever there was. 0 for an empty one.
  std::uint32_t add_text(std::string_view text);
  std::string_view text(std::uint32_t text_id) const {
    const auto& at = texts_[text_id];
    return {characters_.data() + at.begin, at.size};
  }
  // Symbols run from 1 to this, exclusive.
  std::size_t symbol_count() const { return symbols_.size(); }

  // As they are written out.
  const std::string& characters() const { return characters_; }
  const std::vector<TextPlace>& texts() const { return texts_; }
  const std::vector<std::uint32_t>& symbols() const { return symbols_; }

 private:
  std::string characters_;
  std::vector<TextPlace> texts_;
  std::vector<std::uint32_t> symbols_;  // symbol -> text id
  std::unordered_map<std::string, Symbol, TextHash, std::equal_to<>> symbol_of_;
};

}  // namespace paraneo::definition

#include "definition/name_pool.h"

namespace paraneo::definition {

NamePool::NamePool(std::string characters, std::vector<TextPlace> texts,
                   std::vector<std::uint32_t> symbols)
    : characters_(std::move(characters)), texts_(std::move(texts)), symbols_(std::move(symbols)) {
  symbol_of_.reserve(symbols_.size());
  for (Symbol s = 1; s < symbols_.size(); ++s) symbol_of_.emplace(name(s), s);
}

Symbol NamePool::intern(std::string_view name) {
  if (name.empty()) return 0;
  if (const auto known = find(name); known != 0) return known;
  symbols_.push_back(add_text(name));
  const auto symbol = static_cast<Symbol>(symbols_.size() - 1);
  symbol_of_.emplace(name, symbol);
  return symbol;
}

Symbol NamePool::find(std::string_view name) const {
  const auto found = symbol_of_.find(name);
  return found == symbol_of_.end() ? 0 : found->second;
}

std::uint32_t NamePool::add_text(std::string_view text) {
  if (text.empty()) return 0;
  texts_.push_back(
      {static_cast<std::uint32_t>(characters_.size()), static_cast<std::uint32_t>(text.size())});
  characters_ += text;
  return static_cast<std::uint32_t>(texts_.size() - 1);
}

}  // namespace paraneo::definition

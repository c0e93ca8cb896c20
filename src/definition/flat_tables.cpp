#include "definition/flat_tables.h"

#include <cstring>
#include <stdexcept>
#include <type_traits>

namespace paraneo::definition {
namespace {

constexpr std::string_view kMagic = "paraneo-definitions-2\n";

template <class T>
void put(std::string& out, const std::vector<T>& table) {
  static_assert(std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T>);
  const auto count = static_cast<std::uint64_t>(table.size());
  out.append(reinterpret_cast<const char*>(&count), sizeof count);
  out.append(reinterpret_cast<const char*>(table.data()), table.size() * sizeof(T));
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  std::string_view take(std::size_t count) {
    if (count > rest_.size()) throw std::logic_error("the built-in definitions are cut off");
    const auto part = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return part;
  }
  template <class T>
  void get(std::vector<T>& table) {
    std::uint64_t count = 0;
    std::memcpy(&count, take(sizeof count).data(), sizeof count);
    table.resize(count);
    const auto part = take(count * sizeof(T));
    if (count > 0) std::memcpy(static_cast<void*>(table.data()), part.data(), part.size());
  }

 private:
  std::string_view rest_;
};

}  // namespace

std::string flat(const TypeTables& tables) {
  std::string out(kMagic);
  const auto& characters = tables.names.characters();
  put(out, std::vector<char>(characters.begin(), characters.end()));
  put(out, tables.names.texts());
  put(out, tables.names.symbols());
  put(out, tables.types);
  put(out, tables.elements);
  put(out, tables.type_refs);
  put(out, tables.members);
  put(out, tables.constraints);
  put(out, tables.targets);
  return out;
}

TypeTables tables_of(std::string_view bytes) {
  Reader reader(bytes);
  if (reader.take(kMagic.size()) != kMagic)
    throw std::logic_error("the built-in definitions are of another build");
  TypeTables tables;
  std::vector<char> characters;
  std::vector<TextPlace> texts;
  std::vector<std::uint32_t> symbols;
  reader.get(characters);
  reader.get(texts);
  reader.get(symbols);
  tables.names = NamePool(std::string(characters.begin(), characters.end()), std::move(texts),
                          std::move(symbols));
  reader.get(tables.types);
  reader.get(tables.elements);
  reader.get(tables.type_refs);
  reader.get(tables.members);
  reader.get(tables.constraints);
  reader.get(tables.targets);
  return tables;
}

}  // namespace paraneo::definition

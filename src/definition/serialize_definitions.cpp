// The index as one block of bytes, for the binary to carry: a header, then each table as it is in
// memory. Written and read by the same build, so byte order is its own; no table has padding, whose
// bytes would differ from one build to the next.
#include <cstring>
#include <stdexcept>
#include <type_traits>

#include "definition/definitions.h"

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

std::string Definitions::serialize() const {
  std::string out(kMagic);
  put(out, std::vector<char>(pool_.begin(), pool_.end()));
  put(out, texts_);
  put(out, symbols_);
  put(out, types_);
  put(out, elements_);
  put(out, type_refs_);
  put(out, members_);
  put(out, constraints_);
  put(out, targets_);
  return out;
}

Definitions Definitions::deserialize(std::string_view bytes) {
  Reader reader(bytes);
  if (reader.take(kMagic.size()) != kMagic)
    throw std::logic_error("the built-in definitions are of another build");
  Definitions d;
  std::vector<char> pool;
  reader.get(pool);
  d.pool_.assign(pool.begin(), pool.end());
  reader.get(d.texts_);
  reader.get(d.symbols_);
  reader.get(d.types_);
  reader.get(d.elements_);
  reader.get(d.type_refs_);
  reader.get(d.members_);
  reader.get(d.constraints_);
  reader.get(d.targets_);
  d.first_unlinked_ = static_cast<TypeId>(d.types_.size());
  d.index_names();
  return d;
}

void Definitions::index_names() {
  symbol_of_.reserve(symbols_.size());
  for (Symbol s = 1; s < symbols_.size(); ++s) symbol_of_.emplace(name(s), s);
  type_of_.reserve(types_.size() * 2);
  for (TypeId id = 1; id < types_.size(); ++id) {
    type_of_.try_emplace(std::string(type_name(id)), id);
    if (types_[id].url != 0) type_of_.try_emplace(std::string(text(types_[id].url)), id);
  }
  index_elements();
}

}  // namespace paraneo::definition

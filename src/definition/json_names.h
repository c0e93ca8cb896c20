// How types and elements are called in JSON: members of a type by their names, names as they are
// written, the shape of each element. Internal to this folder; seen through Definitions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "definition/type_tables.h"

namespace paraneo::definition {

// Made of tables when they are whole, and again when they grow. Immutable while it is shared. Those
// that it is asked with are the tables it was made of.
class JsonNames {
 public:
  // Bytes behind a key that may be read.
  static constexpr std::size_t kSlack = 32;

  // Of the members, names and elements that there are. Linear.
  void make(const TypeTables& tables);

  // By its name in JSON; null when the type has none. One probe or few.
  const Member* member(const TypeTables& tables, TypeId type, std::string_view json_name) const;
  // "name": in quotes, with the colon.
  std::string_view key(Symbol symbol) const {
    return {keys_.data() + key_of_[symbol].begin, key_of_[symbol].size};
  }
  // "_name": the sibling that has a primitive's extensions.
  std::string_view sibling_key(Symbol symbol) const {
    return {keys_.data() + key_of_[symbol].begin + key_of_[symbol].size, key_of_[symbol].size + 1};
  }
  // Of a shape that this made.
  std::string_view key(const JsonShape& shape) const {
    return {keys_.data() + shape.key, shape.key_chars};
  }
  // By the index of an element.
  std::span<const JsonShape> shapes() const { return shapes_; }

 private:
  JsonShape shape_of(const TypeTables& tables, const ElementDef& element) const;

  std::string keys_;                        // "name": of each symbol, one after the other
  std::vector<TextPlace> key_of_;           // by symbol
  std::vector<JsonShape> shapes_;           // by element
  std::vector<std::uint32_t> slots_ = {0};  // open addressing: 1 + index of a member, by type and
                                            // name
};

// As values of the type are written.
inline JsonShape::Value json_value_of(const TypeDef& type) {
  if (type.kind == TypeKind::resource) return JsonShape::Value::resource;
  if (type.kind != TypeKind::primitive) return JsonShape::Value::object;
  return type.form == JsonForm::string ? JsonShape::Value::text : JsonShape::Value::bare;
}

}  // namespace paraneo::definition

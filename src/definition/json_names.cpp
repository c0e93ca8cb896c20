#include "definition/json_names.h"

#include <bit>
#include <cstring>

namespace paraneo::definition {
namespace {

// Of a type and a name. Most are short: then their ends are all of them.
std::uint32_t hash_of(TypeId type, std::string_view name) {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  if (name.size() >= 8) {
    std::memcpy(&begin, name.data(), 8);
    std::memcpy(&end, name.data() + name.size() - 8, 8);
  } else if (name.size() >= 4) {
    std::memcpy(&begin, name.data(), 4);
    std::memcpy(&end, name.data() + name.size() - 4, 4);
  } else {
    for (const char c : name) begin = begin << 8 | static_cast<unsigned char>(c);
  }
  for (std::size_t at = 8; at + 8 < name.size(); at += 8) {
    std::uint64_t middle = 0;
    std::memcpy(&middle, name.data() + at, 8);
    begin = (begin ^ middle) * 0x9E3779B97F4A7C15U;
  }
  auto hash = (begin ^ (std::uint64_t{type} << 32 | name.size())) * 0x9E3779B97F4A7C15U;
  hash = (hash ^ (hash >> 32) ^ end) * 0xC2B2AE3D27D4EB4FU;
  return static_cast<std::uint32_t>(hash >> 32);
}

}  // namespace

const Member* JsonNames::member(const TypeTables& tables, TypeId type,
                                std::string_view json_name) const {
  const auto& owner = tables.types[type];
  const auto mask = slots_.size() - 1;
  for (auto at = hash_of(type, json_name) & mask; slots_[at] != 0; at = (at + 1) & mask) {
    const auto index = slots_[at] - 1;
    const auto& member = tables.members[index];
    if (index - owner.first_member < owner.member_count &&
        tables.names.name(member.json_name) == json_name)
      return &member;
  }
  return nullptr;
}

JsonShape JsonNames::shape_of(const TypeTables& tables, const ElementDef& element) const {
  const auto key = key_of_[element.name];
  JsonShape shape{key.begin, key.size, JsonShape::Value::open, element.is_list()};
  const auto all = tables.types_of(element);
  if (element.choice || all.empty() || all[0].type == 0) return shape;
  const auto& type = tables.types[all[0].type];
  // Anything may stand for an abstract type, but only resources for a resource.
  if (!type.abstract || type.kind == TypeKind::resource) shape.value = json_value_of(type);
  return shape;
}

void JsonNames::make(const TypeTables& tables) {
  slots_.assign(std::bit_ceil(tables.members.size() * 2 + 1), 0);
  const auto mask = slots_.size() - 1;
  for (TypeId id = 1; id < tables.types.size(); ++id) {
    const auto& type = tables.types[id];
    for (auto index = type.first_member; index < type.first_member + type.member_count; ++index) {
      auto at = hash_of(id, tables.names.name(tables.members[index].json_name)) & mask;
      while (slots_[at] != 0) at = (at + 1) & mask;
      slots_[at] = index + 1;
    }
  }

  keys_.clear();
  key_of_.assign(tables.names.symbol_count(), {});
  for (Symbol s = 1; s < tables.names.symbol_count(); ++s) {
    const auto text = tables.names.name(s);
    key_of_[s] = {static_cast<std::uint32_t>(keys_.size()),
                  static_cast<std::uint32_t>(text.size() + 3)};
    for (const auto* before : {"\"", "\"_"}) keys_.append(before).append(text).append("\":");
  }
  keys_.append(kSlack, '\0');

  shapes_.clear();
  shapes_.reserve(tables.elements.size());
  for (const auto& element : tables.elements) shapes_.push_back(shape_of(tables, element));
}

}  // namespace paraneo::definition

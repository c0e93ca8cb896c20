// Look-up in the index, and linking of what was added. Loading is in load_definition.cpp, the flat
// form in serialize_definitions.cpp.
#include "fhir/definitions.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace paraneo::fhir {

Definitions::Definitions() {
  texts_.push_back({});
  symbols_.push_back(0);
  types_.push_back({});
}

std::uint32_t Definitions::add_text(std::string_view text) {
  if (text.empty()) return 0;
  texts_.push_back({static_cast<std::uint32_t>(pool_.size()), static_cast<std::uint32_t>(text.size())});
  pool_ += text;
  return static_cast<std::uint32_t>(texts_.size() - 1);
}

Symbol Definitions::intern(std::string_view name) {
  if (name.empty()) return 0;
  if (const auto known = find_symbol(name); known != 0) return known;
  symbols_.push_back(add_text(name));
  const auto symbol = static_cast<Symbol>(symbols_.size() - 1);
  symbol_of_.emplace(name, symbol);
  return symbol;
}

Symbol Definitions::find_symbol(std::string_view name) const {
  const auto found = symbol_of_.find(name);
  return found == symbol_of_.end() ? 0 : found->second;
}

TypeId Definitions::find_type(std::string_view name_or_url) const {
  const auto found = type_of_.find(name_or_url);
  return found == type_of_.end() ? 0 : found->second;
}

const ElementDef* Definitions::element(TypeId type, Symbol name) const {
  for (const auto& element : elements(type))
    if (element.name == name) return &element;
  return nullptr;
}

std::span<const Member> Definitions::members(TypeId id) const {
  const auto& type = types_[id];
  return std::span(members_).subspan(type.first_member, type.member_count);
}

namespace {

// Of a type and a short name. Reading the ends of the name is enough to tell most of them apart.
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
  auto hash = (begin ^ (std::uint64_t{type} << 32 | name.size())) * 0x9E3779B97F4A7C15U;
  hash = (hash ^ (hash >> 32) ^ end) * 0xC2B2AE3D27D4EB4FU;
  return static_cast<std::uint32_t>(hash >> 32);
}

}  // namespace

const Member* Definitions::member(TypeId type, std::string_view json_name) const {
  const auto& owner = types_[type];
  const auto mask = slots_.size() - 1;
  for (auto at = hash_of(type, json_name) & mask; slots_[at] != 0; at = (at + 1) & mask) {
    const auto index = slots_[at] - 1;
    const auto& member = members_[index];
    if (index - owner.first_member < owner.member_count && name(member.json_name) == json_name) return &member;
  }
  return nullptr;
}

std::string_view Definitions::json_sibling_key(Symbol symbol) const {
  return {keys_.data() + key_of_[symbol].begin + key_of_[symbol].size, key_of_[symbol].size + 1};
}

void Definitions::index_members() {
  keys_.clear();
  key_of_.assign(symbols_.size(), {});
  for (Symbol s = 1; s < symbols_.size(); ++s) {
    const auto text = name(s);
    key_of_[s] = {static_cast<std::uint32_t>(keys_.size()), static_cast<std::uint32_t>(text.size() + 3)};
    for (const auto* before : {"\"", "\"_"}) keys_.append(before).append(text).append("\":");
  }
  keys_.append(kSlack, '\0');
  slots_.assign(std::bit_ceil(members_.size() * 2 + 1), 0);
  const auto mask = slots_.size() - 1;
  for (TypeId id = 1; id < types_.size(); ++id) {
    for (auto index = types_[id].first_member; index < types_[id].first_member + types_[id].member_count; ++index) {
      auto at = hash_of(id, name(members_[index].json_name)) & mask;
      while (slots_[at] != 0) at = (at + 1) & mask;
      slots_[at] = index + 1;
    }
  }
}

std::span<const ConstraintDef> Definitions::constraints(const ElementDef& element) const {
  return std::span(constraints_).subspan(element.first_constraint, element.constraint_count);
}

std::span<const ConstraintDef> Definitions::constraints(const TypeDef& type) const {
  return std::span(constraints_).subspan(type.first_constraint, type.constraint_count);
}

void Definitions::make_members(TypeId id) {
  auto& type = types_[id];
  type.first_member = static_cast<std::uint32_t>(members_.size());
  for (std::uint32_t i = 0; i < type.element_count; ++i) {
    const auto index = type.first_element + i;
    for (const auto& ref : types(elements_[index]))
      members_.push_back({ref.json_name, index, ref.type});
  }
  const auto begin = members_.begin() + type.first_member;
  std::sort(begin, members_.end(),
            [](const Member& a, const Member& b) { return a.json_name < b.json_name; });
  // Several target types under one name ("Reference" to this or that) are one member.
  members_.erase(std::unique(begin, members_.end(),
                             [](const Member& a, const Member& b) {
                               return a.json_name == b.json_name;
                             }),
                 members_.end());
  type.member_count = static_cast<std::uint32_t>(members_.size()) - type.first_member;
}

void Definitions::link(diag::Sink& sink) {
  for (const auto& pending : pending_) {
    const auto path = path_of_.find(text(pending.target));
    const auto target = path != path_of_.end() ? path->second : find_type(text(pending.target));
    if (target == 0)
      sink.report(diag::Code::fhir_definition,
                  "the type \"" + std::string(text(pending.target)) + "\" is not defined", {},
                  std::string(text(pending.place)),
                  "load the package that defines it with --ig");
    if (!pending.is_base) {
      type_refs_[pending.index].type = target;
    } else if (is_a(target, pending.index)) {
      sink.report(diag::Code::fhir_definition, "the type is its own base", {},
                  std::string(text(pending.place)));
    } else {
      types_[pending.index].base = target;
    }
  }
  pending_.clear();
  path_of_.clear();
  for (; first_unlinked_ < types_.size(); ++first_unlinked_) make_members(first_unlinked_);
  index_members();
}

}  // namespace paraneo::fhir

// Look-up in the index, and linking of what was added. Loading is in load_definition.cpp, the flat
// form in serialize_definitions.cpp.
#include "fhir/definitions.h"

#include <algorithm>

namespace paraneo::fhir {

Definitions::Definitions() {
  texts_.push_back({});
  symbols_.push_back(0);
  types_.push_back({});
}

std::string_view Definitions::text(std::uint32_t text_id) const {
  const auto& at = texts_[text_id];
  return std::string_view(pool_).substr(at.begin, at.size);
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

bool Definitions::is_a(TypeId type, TypeId ancestor) const {
  // Bases were checked for cycles when they were linked.
  for (; type != 0; type = types_[type].base)
    if (type == ancestor) return true;
  return false;
}

std::span<const ElementDef> Definitions::elements(TypeId id) const {
  const auto& type = types_[id];
  return std::span(elements_).subspan(type.first_element, type.element_count);
}

const ElementDef* Definitions::element(TypeId type, Symbol name) const {
  for (const auto& element : elements(type))
    if (element.name == name) return &element;
  return nullptr;
}

std::span<const TypeRef> Definitions::types(const ElementDef& element) const {
  return std::span(type_refs_).subspan(element.first_type, element.type_count);
}

std::span<const Member> Definitions::members(TypeId id) const {
  const auto& type = types_[id];
  return std::span(members_).subspan(type.first_member, type.member_count);
}

const Member* Definitions::member(TypeId type, Symbol json_name) const {
  const auto all = members(type);
  const auto found = std::lower_bound(all.begin(), all.end(), json_name,
                                      [](const Member& m, Symbol s) { return m.json_name < s; });
  return found == all.end() || found->json_name != json_name ? nullptr : &*found;
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
}

}  // namespace paraneo::fhir

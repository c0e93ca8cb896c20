#include "definition/unlinked_types.h"

#include <algorithm>

namespace paraneo::definition {

void UnlinkedTypes::base_of(TypeId type, const TypeReference& reference) {
  pending_.push_back(
      {true, type, std::string(reference.target), std::string(reference.from), reference.release});
}

void UnlinkedTypes::type_of(std::uint32_t type_ref, const TypeReference& reference) {
  pending_.push_back({false, type_ref, std::string(reference.target), std::string(reference.from),
                      reference.release});
}

void UnlinkedTypes::name_place(std::string_view place, TypeId type) {
  by_place_.insert_or_assign(std::string(place), type);
}

void UnlinkedTypes::make_members(TypeTables& tables, TypeId id) {
  auto& type = tables.types[id];
  auto& members = tables.members;
  type.first_member = static_cast<std::uint32_t>(members.size());
  for (std::uint32_t i = 0; i < type.element_count; ++i) {
    const auto index = type.first_element + i;
    for (const auto& ref : tables.types_of(tables.elements[index]))
      members.push_back({ref.json_name, index, ref.type});
  }
  const auto begin = members.begin() + type.first_member;
  std::sort(begin, members.end(),
            [](const Member& a, const Member& b) { return a.json_name < b.json_name; });
  // Several target types under one name ("Reference" to this or that) are one member.
  members.erase(
      std::unique(begin, members.end(),
                  [](const Member& a, const Member& b) { return a.json_name == b.json_name; }),
      members.end());
  type.member_count = static_cast<std::uint32_t>(members.size()) - type.first_member;
}

void UnlinkedTypes::link(TypeTables& tables, const TypeNames& names, diag::Sink& sink) {
  for (const auto& pending : pending_) {
    const auto place = by_place_.find(pending.target);
    const auto target =
        place != by_place_.end() ? place->second : names.find(pending.target, pending.release);
    // What logical models stand on where they are no elements; before R5 nothing defines it, and it
    // has none.
    const auto is_bare = pending.is_base && target == 0 &&
                         pending.target == "http://hl7.org/fhir/StructureDefinition/Base";
    if (target == 0 && !is_bare)
      sink.report(diag::Code::fhir_definition, "the type \"" + pending.target + "\" is not defined",
                  {}, pending.from, "load the package that defines it with --ig");
    if (!pending.is_base) {
      tables.type_refs[pending.index].type = target;
    } else if (tables.is_a(target, pending.index)) {
      sink.report(diag::Code::fhir_definition, "the type is its own base", {}, pending.from);
    } else {
      tables.types[pending.index].base = target;
    }
  }
  pending_.clear();
  by_place_.clear();
  for (; first_unlinked_ < tables.types.size(); ++first_unlinked_)
    make_members(tables, first_unlinked_);
}

}  // namespace paraneo::definition

#include "record/same_person.h"

#include <optional>

#include "element/path.h"
#include "record/identity.h"

namespace paraneo::record {
namespace {

using element::Element;

// Gives each linked name the namespace that `namespace_for` has for its own.
template <typename Function>
void rename_links(const definition::Definitions& definitions, Arena& arena, Element& resource,
                  Function namespace_for) {
  if (definitions.type_name(resource.type) != "Patient") return;
  const auto link = definitions.find_symbol("link");
  const auto other_name = definitions.find_symbol("other");
  for (auto* each = resource.first; each != nullptr; each = each->next) {
    if (each->name != link || text_of(definitions, *each, "type") != "seealso") continue;
    auto* other = each->child(other_name);
    auto* value = other == nullptr ? nullptr : fact_identifier_value(definitions, *other);
    const auto name = value == nullptr ? std::nullopt : parse_fact_name(value->value());
    if (!name) continue;
    value->set_value(arena.copy(record_name(namespace_for(name->name_space), name->record) + "#" +
                                std::string(name->key)));
  }
}

}  // namespace

void complete_linked_names(const definition::Definitions& definitions, Arena& arena,
                           Element& resource, std::string_view own) {
  rename_links(definitions, arena, resource, [own](std::string_view name_space) {
    if (name_space.empty()) return own;
    return name_space == kOwnNamespace ? std::string_view() : name_space;
  });
}

void leave_out_namespace(const definition::Definitions& definitions, Arena& arena,
                         Element& resource, const std::string& key) {
  auto* value = fact_identifier_value(definitions, resource);
  const auto name = value == nullptr ? std::nullopt : parse_fact_name(value->value());
  if (!name) return;
  rename_links(definitions, arena, resource, [&](std::string_view name_space) {
    if (name_space == name->name_space) return std::string_view();
    return name_space.empty() ? kOwnNamespace : name_space;
  });
  if (!name->name_space.empty())
    value->set_value(arena.copy(std::string(name->record) + "#" + key));
}

bool check_same_person(const definition::Definitions& definitions, const Element& record,
                       std::string_view name_space, const Source& source, diag::Sink& sink) {
  const auto* subject = record.child(definitions.find_symbol("subject"));
  if (subject == nullptr) return true;
  const auto errors = sink.errors();
  const auto same_as = definitions.find_symbol("sameAs");
  const auto own = name_space.empty() ? kOwnNamespace : name_space;
  for (const auto* each = subject->first; each != nullptr; each = each->next) {
    if (each->name != same_as) continue;
    const auto named = text_of(definitions, *each, "namespace");
    const auto report = [&](std::string what, std::string advice) {
      sink.report(diag::Code::validate_invariant, std::move(what),
                  {&source, each->offset, each->offset + 1}, pointer_of(definitions, *each),
                  std::move(advice));
    };
    if (named == own)
      report("the namespace is that of this record, too (same-namespace-own)",
             "leave \"namespace\" out: another record of the same namespace is named by its id");
    else if (named.empty() &&
             text_of(definitions, *each, "record") == text_of(definitions, record, "id"))
      report("a record is not another one of itself (same-record)",
             "name the other record of the person, or leave this out");
  }
  return sink.errors() == errors;
}

}  // namespace paraneo::record

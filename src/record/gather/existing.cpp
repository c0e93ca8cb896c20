#include "record/gather/existing.h"

#include "record/identity.h"

namespace paraneo::record {
namespace {

using element::Element;

Origin read_origin(const definition::Definitions& definitions, const Element& element) {
  Origin origin;
  origin.source = text_of(definitions, element, "source");
  origin.reference = text_of(definitions, element, "reference");
  origin.version = text_of(definitions, element, "version");
  origin.updated = text_of(definitions, element, "updated");
  const auto pending = definitions.find_symbol("pending");
  const auto replaces = definitions.find_symbol("replaces");
  for (const auto* each = element.first; each != nullptr; each = each->next)
    if (each->name == replaces) origin.replaces.emplace_back(each->value());
    else if (each->name == pending)
      origin.pending.push_back({std::string(text_of(definitions, *each, "element")),
                                std::string(text_of(definitions, *each, "reference")),
                                std::string(text_of(definitions, *each, "version")),
                                std::string(text_of(definitions, *each, "updated"))});
  return origin;
}

}  // namespace

Existing::Existing(const definition::Definitions& definitions, Element& record, Element& bundle)
    : record_(&record) {
  const auto resource_name = definitions.find_symbol("resource");
  for (auto* entry = bundle.first; entry != nullptr; entry = entry->next)
    if (auto* resource = entry->child(resource_name))
      if (const auto name = parse_fact_name(fact_identifier(definitions, *resource)))
        resources_.emplace(name->key, resource);
  const auto subject = definitions.find_symbol("subject");
  for (auto* element = record.first; element != nullptr; element = element->next) {
    const auto is_subject = element->name == subject && element->parent == &record;
    Fact fact;
    fact.key = is_subject ? kSubjectKey : text_of(definitions, *element, "key");
    if (fact.key.empty()) continue;
    fact.fact = element;
    const auto* origin = origin_of(definitions, *element);
    fact.has_origin = origin != nullptr;
    fact.is_edited = origin == nullptr || text_of(definitions, *origin, "digest") !=
                                              digest_of_fact(definitions, *element);
    if (origin != nullptr) fact.origin = read_origin(definitions, *origin);
    if (!fact.origin.reference.empty())
      keys_.emplace(std::pair(fact.origin.source, fact.origin.reference), fact.key);
    facts_.emplace(fact.key, std::move(fact));
  }
}

const Existing::Fact* Existing::find(const std::string& key) const {
  const auto found = facts_.find(key);
  return found == facts_.end() ? nullptr : &found->second;
}

std::string_view Existing::key_of(const std::string& source, const std::string& reference) const {
  const auto found = keys_.find({source, reference});
  return found == keys_.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace paraneo::record

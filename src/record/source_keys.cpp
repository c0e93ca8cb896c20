#include "record/source_keys.h"

#include <map>
#include <string>
#include <vector>

#include "record/gather/fact_key.h"
#include "record/identity.h"
#include "record/origin.h"

namespace paraneo::record {
namespace {

using element::Element;

// In a record, an `id` names a fact.
void rename(const definition::Definitions& definitions, definition::TypeId id,
            const std::map<std::string, std::string_view, std::less<>>& names, Element& element) {
  if (element.type == id && element.has_value)
    if (const auto found = names.find(element.value()); found != names.end())
      element.set_value(found->second);
  for (auto* each = element.first; each != nullptr; each = each->next)
    rename(definitions, id, names, *each);
}

}  // namespace

void name_facts_by_source(const definition::Definitions& definitions, Arena& arena,
                          Element& record) {
  std::map<std::string, std::string_view, std::less<>> names;
  std::vector<Element*> untouched;
  for (auto* fact = record.first; fact != nullptr; fact = fact->next) {
    const auto* origin = origin_of(definitions, *fact);
    if (origin == nullptr) continue;
    if (text_of(definitions, *origin, "digest") == digest_of_fact(definitions, *fact))
      untouched.push_back(fact);
    const auto source = text_of(definitions, *origin, "source");
    const std::string key(text_of(definitions, *fact, "key"));
    if (!key.empty() && !source.empty() && !key.starts_with(std::string(source) + "."))
      names.emplace(key, arena.copy(key_among_sources(source, key)));
  }
  for (auto* fact = record.first; fact != nullptr; fact = fact->next)
    rename(definitions, definitions.find_type("id"), names, *fact);
  for (auto* fact : untouched) set_digest(definitions, arena, *fact);
}

}  // namespace paraneo::record

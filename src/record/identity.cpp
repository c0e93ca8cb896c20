#include "record/identity.h"

#include "base/uuid.h"

namespace paraneo::record {

std::optional<FactName> parse_fact_name(std::string_view text) {
  const auto at = text.rfind('#');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size()) return std::nullopt;
  return FactName{text.substr(0, at), text.substr(at + 1)};
}

std::string_view text_of(const definition::Definitions& definitions, const element::Element& element, std::string_view child) {
  const auto* found = element.child(definitions.find_symbol(child));
  return found == nullptr ? std::string_view() : found->value();
}

std::string record_name(const definition::Definitions& definitions, const element::Element& record) {
  std::string name;
  if (const auto* source = record.child(definitions.find_symbol("source")))
    if (const auto* identifier = source->child(definitions.find_symbol("identifier")))
      name = std::string(text_of(definitions, *identifier, "system")) + "|";
  return name + std::string(text_of(definitions, record, "id"));
}

std::string record_uri(std::string_view record_name) {
  const auto at = record_name.rfind('|');
  const auto id = at == std::string_view::npos ? record_name : record_name.substr(at + 1);
  auto system = at == std::string_view::npos ? std::string_view() : record_name.substr(0, at);
  while (system.ends_with('/')) system.remove_suffix(1);
  const auto base = system.starts_with("http") ? std::string(system) : std::string(kBase) + "/CaseRecord";
  return base + "/" + std::string(id);
}

std::string resource_id(std::string_view record_name, std::string_view key) {
  return uuid_of(kFactSystem, std::string(record_name) + "#" + std::string(key));
}

std::string_view fact_identifier(const definition::Definitions& definitions, const element::Element& resource) {
  const auto identifier = definitions.find_symbol("identifier");
  for (const auto* c = resource.first; c != nullptr; c = c->next)
    if (c->name == identifier && text_of(definitions, *c, "system") == kFactSystem) return text_of(definitions, *c, "value");
  return {};
}

}  // namespace paraneo::record

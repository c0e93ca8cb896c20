#include "record/identity.h"

#include <algorithm>

#include "base/uuid.h"

namespace paraneo::record {

std::optional<FactName> parse_fact_name(std::string_view text) {
  const auto at = text.rfind('#');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size()) return std::nullopt;
  auto record = text.substr(0, at);
  const auto name_space = namespace_of(record);
  if (record.size() != name_space.size()) record.remove_prefix(record.rfind('|') + 1);
  if (record.empty()) return std::nullopt;
  return FactName{name_space, record, text.substr(at + 1)};
}

Result<std::string> parse_namespace(std::string_view text) {
  constexpr std::size_t kNamespaceCharsMax = 200;
  constexpr std::string_view kAdvice =
      "a namespace is an absolute URI that you assign, such as https://registry.example.org/cases";
  const auto wrong = [&](const char* what) {
    return fail(ErrorCode::option_value, what, std::string(text), std::string(kAdvice));
  };
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size() ||
      !is_letter(text.front()) ||
      !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon), [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
      }))
    return wrong("the namespace is no absolute URI");
  constexpr std::string_view kForbidden = "|#\"<>\\^`{}";
  if (std::any_of(text.begin(), text.end(), [&](char c) {
        return c <= ' ' || c > '~' || kForbidden.find(c) != std::string_view::npos;
      }))
    return wrong("the namespace has a character that a URI without a fragment cannot have");
  if (text.size() > kNamespaceCharsMax) return wrong("the namespace is longer than 200 characters");
  return text == kOwnNamespace ? std::string() : std::string(text);
}

std::string_view text_of(const definition::Definitions& definitions,
                         const element::Element& element, std::string_view child) {
  const auto* found = element.child(definitions.find_symbol(child));
  return found == nullptr ? std::string_view() : found->value();
}

std::string record_name(std::string_view name_space, std::string_view id) {
  return name_space.empty() ? std::string(id) : std::string(name_space) + "|" + std::string(id);
}

std::string_view namespace_of(std::string_view record_name) {
  const auto bar = record_name.rfind('|');
  return bar == std::string_view::npos ? std::string_view() : record_name.substr(0, bar);
}

RecordIdentity identity_of(const definition::Definitions& definitions,
                           const element::Element& record, std::string_view name_space) {
  RecordIdentity identity{record_name(name_space, text_of(definitions, record, "id")),
                          std::string(name_space)};
  const auto* source = record.child(definitions.find_symbol("source"));
  if (source == nullptr) return identity;
  if (const auto url = text_of(definitions, *source, "url"); !url.empty()) {
    identity.source = url;
    return identity;
  }
  constexpr std::string_view kUriSystem = "urn:ietf:rfc:3986";  // of identifiers whose value is a
                                                                // URI
  const auto* identifier = source->child(definitions.find_symbol("identifier"));
  if (identifier != nullptr && text_of(definitions, *identifier, "system") == kUriSystem)
    identity.source = text_of(definitions, *identifier, "value");
  return identity;
}

std::string resource_id(std::string_view record_name, std::string_view key) {
  return uuid_of(kFactSystem, std::string(record_name) + "#" + std::string(key));
}

std::string_view fact_identifier(const definition::Definitions& definitions,
                                 const element::Element& resource) {
  const auto* value = fact_identifier_value(definitions, const_cast<element::Element&>(resource));
  return value == nullptr ? std::string_view() : value->value();
}

element::Element* fact_identifier_value(const definition::Definitions& definitions,
                                        element::Element& resource) {
  const auto identifier = definitions.find_symbol("identifier");
  for (auto* c = resource.first; c != nullptr; c = c->next)
    if (c->name == identifier && text_of(definitions, *c, "system") == kFactSystem)
      return c->child(definitions.find_symbol("value"));
  return nullptr;
}

}  // namespace paraneo::record

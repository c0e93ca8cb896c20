#include "record/gather/written_list.h"

#include "record/identity.h"

namespace paraneo::record {
namespace {

constexpr std::string_view kElementPath = "https://paraneo.github.io/fhir/CodeSystem/element-path";
constexpr std::string_view kResourceType = "http://hl7.org/fhir/resource-types";
constexpr std::string_view kIdentifierType = "http://terminology.hl7.org/CodeSystem/v2-0203";
constexpr std::string_view kUri = "urn:ietf:rfc:3986";

// v2-0203 has a code for each country: NN and three letters.
bool is_national(std::string_view code) { return code.size() == 5 && code.starts_with("NN"); }

}  // namespace

bool WrittenList::lists(std::string_view path) const {
  return value_sets_.contains(kNotNeeded, kElementPath, path).value_or(false) ||
         value_sets_.contains(kIdentifying, kElementPath, path).value_or(false);
}

// In its parent's type; of an extension with its URL.
std::string WrittenList::path_of(const element::Element& element) const {
  auto path = std::string(definitions_.type_name(element.parent->type)) + "." +
              std::string(definitions_.name(element.name));
  if (definitions_.type_name(element.type) == "Extension")
    path += "('" + std::string(text_of(definitions_, element, "url")) + "')";
  return path;
}

std::string WrittenList::covers(const element::Element& element) const {
  std::string found;
  for (const auto* each = &element;
       each->parent != nullptr && !definitions_.is_resource(each->type); each = each->parent)
    if (auto path = path_of(*each); lists(path)) found = std::move(path);
  // What has no value, and only extensions that are listed, says nothing more.
  if (!found.empty() || element.has_value || !definitions_.is_primitive(element.type)) return found;
  for (const auto* each = element.first; each != nullptr; each = each->next) {
    found = path_of(*each);
    if (!lists(found)) return {};
  }
  return found;
}

std::string_view WrittenList::reason(std::string_view path) const {
  return value_sets_.contains(kIdentifying, kElementPath, path).value_or(false) ? kIdentifyingReason
                                                                                : kNotNeededReason;
}

bool WrittenList::covers_type(std::string_view type) const {
  return value_sets_.contains(kNotNeeded, kResourceType, type).value_or(false);
}

bool WrittenList::is_identifying(const element::Element& identifier) const {
  if (value_sets_.contains(kIdentifying, kUri, text_of(definitions_, identifier, "system"))
          .value_or(false))
    return true;
  const auto* kind = identifier.child(definitions_.find_symbol("type"));
  if (kind == nullptr) return false;
  const auto coding = definitions_.find_symbol("coding");
  for (const auto* each = kind->first; each != nullptr; each = each->next) {
    if (each->name != coding) continue;
    const auto code = text_of(definitions_, *each, "code");
    if (is_national(code) ||
        value_sets_.contains(kIdentifying, kIdentifierType, code).value_or(false))
      return true;
  }
  return false;
}

}  // namespace paraneo::record

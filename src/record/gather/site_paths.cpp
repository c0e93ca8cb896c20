#include "record/gather/site_paths.h"

namespace paraneo::record {

using element::Element;

bool has_place_for_site(const definition::Definitions& definitions, const Element& resource) {
  const auto* def = definitions.element(resource.type, definitions.find_symbol(kSite));
  return def != nullptr && (def->is_list() || resource.child(def->name) == nullptr);
}

std::string path_of_site(const definition::Definitions& definitions, const Element& resource,
                         const Element& site) {
  if (!definitions.element_at(site.def).is_list()) return std::string(kSite);
  std::size_t number = 0;
  for (const auto* each = resource.first; each != &site; each = each->next)
    number += each->name == site.name ? 1U : 0U;
  return std::string(kSite) + "[" + std::to_string(number) + "]";
}

Element* site_at(const definition::Definitions& definitions, Element& resource,
                 std::string_view path) {
  const auto name = definitions.find_symbol(kSite);
  const auto* def = definitions.element(resource.type, name);
  if (def == nullptr || (def->is_list() && path == kSite)) return nullptr;
  for (auto* each = resource.first; each != nullptr; each = each->next)
    if (each->name == name && path_of_site(definitions, resource, *each) == path) return each;
  return nullptr;
}

}  // namespace paraneo::record

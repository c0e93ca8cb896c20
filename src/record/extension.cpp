#include "record/extension.h"

namespace paraneo::record {

element::Element* add_extension(const definition::Definitions& definitions, Arena& arena,
                                element::Element& parent, std::string_view url) {
  const auto* def = definitions.element(parent.type, definitions.find_symbol("extension"));
  if (def == nullptr) return nullptr;
  auto* extension = append_child(arena, definitions, parent, *def, definitions.types(*def)[0].type);
  set_extension_url(definitions, arena, *extension, url);
  return extension;
}

void set_extension_url(const definition::Definitions& definitions, Arena& arena,
                       element::Element& extension, std::string_view url) {
  const auto* def = definitions.element(extension.type, definitions.find_symbol("url"));
  append_child(arena, definitions, extension, *def, definitions.types(*def)[0].type)
      ->set_value(url);
}

}  // namespace paraneo::record

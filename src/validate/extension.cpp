// Extensions (FHIR R4 2.5): each is named by the URL of its definition, to which
// profile_extension.cpp holds it.
#include "validate/families.h"

namespace paraneo::validate {

using diag::Code;

void check_extension(const element::Element& at, Visit& visit) {
  if (at.type != visit.names.extension_type || at.parent == nullptr) return;
  const auto* url = at.child(visit.names.url);
  if (url == nullptr || !url->has_value) return;
  // Those inside of a complex extension are named by a word.
  const auto is_inner = at.parent->type == visit.names.extension_type;
  if (!is_inner && !is_absolute(url->value()))
    return visit.say(Code::validate_extension, *url, "the URL of an extension must be absolute",
                     "it is the canonical URL of the extension's definition");
  if (url->value().find('|') != std::string_view::npos)
    return visit.say(Code::validate_extension, *url, "the URL of an extension has no version",
                     "leave out | and what is behind it");
}

}  // namespace paraneo::validate

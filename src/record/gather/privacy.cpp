#include "record/gather/privacy.h"

#include <algorithm>

#include "record/identity.h"

namespace paraneo::record {
namespace {

using element::Element;

// YYYY, or YYYY-MM.
std::size_t chars_of(Privacy::BirthDate birth_date) {
  return birth_date == Privacy::BirthDate::year ? 4 : 7;
}

}  // namespace

void leave_out_identity(const definition::Definitions& definitions, const WrittenList& list,
                        const Privacy& privacy, const Account::Place& place, Element& resource,
                        Account* account, LeftOut& left_out) {
  const auto type = std::string(definitions.type_name(resource.type));
  const auto is_patient = type == "Patient";
  const auto identifier = definitions.find_symbol("identifier");
  const auto goes = [&](const Element& each) {
    const auto system = text_of(definitions, each, "system");
    if (system == kFactSystem) return false;
    return (is_patient && list.is_identifying(each)) ||
           (privacy.identifier_systems &&
            !privacy.identifier_systems->contains(std::string(system)));
  };
  for (auto* each = resource.first; each != nullptr;) {
    auto* next = each->next;
    if (each->name == identifier && goes(*each)) {
      ++left_out[type + ".identifier"];
      if (account != nullptr)
        account->lose_all(definitions, place, resource, *each, kIdentifyingReason);
      remove_child(resource, *each);
    } else if (each->name == identifier && privacy.pseudonyms && account != nullptr &&
               text_of(definitions, *each, "system") != kFactSystem) {
      // A hash stands there.
      if (const auto* value = each->child(definitions.find_symbol("value")))
        account->lose_all(definitions, place, resource, *value, kIdentifyingReason);
    }
    each = next;
  }
  auto* birth = is_patient && privacy.birth_date != Privacy::BirthDate::day
                    ? resource.child(definitions.find_symbol("birthDate"))
                    : nullptr;
  if (birth == nullptr || birth->value().size() <= chars_of(privacy.birth_date)) return;
  ++left_out["Patient.birthDate"];
  if (account != nullptr)
    account->lose_all(definitions, place, resource, *birth, kIdentifyingReason);
  birth->set_value(birth->value().substr(0, chars_of(privacy.birth_date)));
}

}  // namespace paraneo::record

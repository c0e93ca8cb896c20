#include "record/gather/pseudonyms.h"

#include "record/gather/literal_reference.h"
#include "record/identity.h"

namespace paraneo::record {
namespace {

using element::Element;

constexpr std::string_view kByIdentifier = "?identifier=";

class Application {
 public:
  Application(const Pseudonyms& pseudonyms, const definition::Definitions& definitions,
              Arena& arena)
      : pseudonyms_(pseudonyms), definitions_(definitions), arena_(arena),
        id_(definitions.find_symbol("id")), value_(definitions.find_symbol("value")),
        reference_(definitions.find_symbol("reference")),
        reference_type_(definitions.find_type("Reference")),
        identifier_type_(definitions.find_type("Identifier")) {}

  // Depth is bounded by the reader.
  void apply(Element& element, bool is_outer) {
    if (definitions_.is_resource(element.type))
      if (auto* id = element.child(id_); id != nullptr && id->has_value)
        set(*id, is_outer ? pseudonyms_.id(definitions_.type_name(element.type), id->value())
                          : pseudonyms_.reference("#" + std::string(id->value())).substr(1));
    if (element.type == reference_type_)
      if (auto* reference = element.child(reference_); reference != nullptr && reference->has_value)
        set(*reference, pseudonyms_.reference(reference->value()));
    if (element.type == identifier_type_) identify(element);
    for (auto* each = element.first; each != nullptr; each = each->next) apply(*each, false);
  }

 private:
  void set(Element& element, const std::string& text) { element.set_value(arena_.copy(text)); }

  // Names of ours are of the registry's own record, and no sender's.
  void identify(Element& identifier) {
    const auto system = text_of(definitions_, identifier, "system");
    auto* value = identifier.child(value_);
    if (value == nullptr || !value->has_value || system == kFactSystem) return;
    const auto whole =
        pseudonyms_.identifier(std::string(system) + "|" + std::string(value->value()));
    set(*value, whole.substr(whole.rfind('|') + 1));
  }

  const Pseudonyms& pseudonyms_;
  const definition::Definitions& definitions_;
  Arena& arena_;
  const definition::Symbol id_;
  const definition::Symbol value_;
  const definition::Symbol reference_;
  const definition::TypeId reference_type_;
  const definition::TypeId identifier_type_;
};

}  // namespace

// The kind keeps texts apart that are the same and mean something else.
std::string Pseudonyms::hash_of(std::string_view kind, std::string_view text) const {
  return hash_(std::string(kind) + "\n" + std::string(text));
}

std::string Pseudonyms::id(std::string_view type, std::string_view id) const {
  return hash_of("id", name_of(type, id));
}

std::string Pseudonyms::identifier(std::string_view system_and_value) const {
  const auto bar = system_and_value.find('|');
  const auto system =
      bar == std::string_view::npos ? std::string_view() : system_and_value.substr(0, bar + 1);
  return std::string(system) + hash_of("identifier", system_and_value);
}

std::string Pseudonyms::digest(std::string_view digest) const { return hash_of("content", digest); }

std::string Pseudonyms::reference(std::string_view reference) const {
  if (reference.empty()) return {};
  if (reference.starts_with('#')) return "#" + hash_of("contained", reference.substr(1));
  if (const auto who = patient_identifier_in(reference); !who.empty())
    return "Patient" + std::string(kByIdentifier) + identifier(who);
  if (const auto parts = literal_parts(reference); !parts.type.empty())
    return std::string(parts.base) + name_of(parts.type, id(parts.type, parts.id));
  if (const auto at = reference.find(kByIdentifier); at != std::string_view::npos)
    return std::string(reference.substr(0, at + kByIdentifier.size())) +
           identifier(reference.substr(at + kByIdentifier.size()));
  return "urn:pseudonym:" + hash_of("reference", reference);
}

void Pseudonyms::apply(ChartEntry& entry, EntryLinks& links) const {
  if (!*this) return;
  if (!entry.id.empty()) entry.id = id(entry.type, entry.id);
  entry.full_url = reference(entry.full_url);
  links.replaced_by = reference(links.replaced_by);
  for (auto* list : {&links.references, &links.members, &links.others, &links.replaces})
    for (auto& each : *list) each = reference(each);
  for (auto* list : {&links.identifiers, &links.own})
    for (auto& each : *list)
      if (!each.empty()) each = identifier(each);
}

void Pseudonyms::apply(const definition::Definitions& definitions, Arena& arena,
                       Element& resource) const {
  if (*this) Application(*this, definitions, arena).apply(resource, true);
}

}  // namespace paraneo::record

#include "record/origin.h"

#include <algorithm>
#include <charconv>

#include "base/uuid.h"
#include "format/json.h"
#include "record/extension.h"
#include "record/identity.h"

namespace paraneo::record {
namespace {

using element::Element;

constexpr std::string_view kOriginExtension =
    "https://paraneo.github.io/fhir/StructureDefinition/origin";

constexpr std::string_view kPending = "pending";

class Writer {
 public:
  Writer(const definition::Definitions& definitions, Arena& arena)
      : definitions_(definitions), arena_(arena) {}

  void text(Element& parent, std::string_view url, std::string_view value,
            std::string_view type = "string") {
    if (value.empty()) return;
    if (auto* made = add_extension(definitions_, arena_, parent, url))
      primitive(*made, "value", type, arena_.copy(value));
  }

  void pending(Element& origin, const std::vector<PendingLink>& links) {
    for (const auto& link : links) {
      auto* pending = add_extension(definitions_, arena_, origin, kPending);
      text(*pending, "element", link.element);
      text(*pending, "reference", link.reference);
      text(*pending, "version", link.version);
      text(*pending, "updated", link.updated, "dateTime");
    }
  }

  void primitive(Element& parent, std::string_view name, std::string_view type,
                 std::string_view value) {
    const auto* def = definitions_.element(parent.type, definitions_.find_symbol(name));
    append_child(arena_, definitions_, parent, *def, definitions_.find_type(type))
        ->set_value(value);
  }

 private:
  const definition::Definitions& definitions_;
  Arena& arena_;
};

}  // namespace

void set_origin(const definition::Definitions& definitions, Arena& arena, Element& resource,
                const Origin& origin) {
  Writer writer(definitions, arena);
  auto* made = add_extension(definitions, arena, resource, kOriginExtension);
  if (made == nullptr) return;
  writer.text(*made, "source", origin.source);
  writer.text(*made, "reference", origin.reference);
  writer.text(*made, "version", origin.version);
  writer.text(*made, "updated", origin.updated, "dateTime");
  for (const auto& patient : origin.replaces) writer.text(*made, "replaces", patient);
  writer.pending(*made, origin.pending);
}

void replace_pending(const definition::Definitions& definitions, Arena& arena, Element& resource,
                     const std::vector<PendingLink>& links) {
  const auto name = definitions.find_symbol("extension");
  for (auto* origin = resource.first; origin != nullptr; origin = origin->next) {
    if (origin->name != name || text_of(definitions, *origin, "url") != kOriginExtension) continue;
    for (auto* each = origin->first; each != nullptr;) {
      auto* next = each->next;
      if (each->name == name && text_of(definitions, *each, "url") == kPending)
        remove_child(*origin, *each);
      each = next;
    }
    return Writer(definitions, arena).pending(*origin, links);
  }
}

bool add_replaces(const definition::Definitions& definitions, Arena& arena, Element& resource,
                  const std::vector<std::string>& patients) {
  const auto name = definitions.find_symbol("extension");
  bool has_origin = false;
  for (auto* origin = resource.first; origin != nullptr; origin = origin->next) {
    if (origin->name != name || text_of(definitions, *origin, "url") != kOriginExtension) continue;
    has_origin = true;
    for (const auto& patient : patients) {
      bool is_there = false;
      for (const auto* each = origin->first; each != nullptr; each = each->next)
        is_there = is_there || (text_of(definitions, *each, "url") == "replaces" &&
                                text_of(definitions, *each, "value") == patient);
      if (!is_there) Writer(definitions, arena).text(*origin, "replaces", patient);
    }
  }
  return has_origin;
}

void remove_pending(const definition::Definitions& definitions, Element& resource,
                    const PendingLink& link) {
  const auto name = definitions.find_symbol("extension");
  const auto text = [&](const Element& parent, std::string_view url) {
    for (const auto* each = parent.first; each != nullptr; each = each->next)
      if (each->name == name && text_of(definitions, *each, "url") == url)
        return text_of(definitions, *each, "value");
    return std::string_view();
  };
  for (auto* origin = resource.first; origin != nullptr; origin = origin->next) {
    if (origin->name != name || text_of(definitions, *origin, "url") != kOriginExtension) continue;
    for (auto* each = origin->first; each != nullptr; each = each->next)
      if (text(*each, "element") == link.element && text(*each, "reference") == link.reference)
        return remove_child(*origin, *each);
  }
}

Element* add_path(const definition::Definitions& definitions, Arena& arena, Element& resource,
                  std::string_view path) {
  auto* at = &resource;
  while (!path.empty()) {
    const auto step = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(path.size(), step.size() + 1));
    const auto name = step.substr(0, step.find('['));
    const auto* def = definitions.element(at->type, definitions.find_symbol(name));
    if (def == nullptr || definitions.types(*def).empty()) return nullptr;
    std::size_t skip = 0;
    if (const auto open = step.find('['); open != std::string_view::npos)
      std::from_chars(step.data() + open + 1, step.data() + step.size(), skip);
    Element* next = nullptr;
    for (auto* each = at->first; each != nullptr && !path.empty() && next == nullptr;
         each = each->next)
      if (each->name == def->name && skip-- == 0) next = each;
    const auto types = definitions.types(*def);
    const auto reference = definitions.find_type("Reference");
    const auto is_reference =
        path.empty() && std::any_of(types.begin(), types.end(),
                                    [&](const auto& each) { return each.type == reference; });
    at = next != nullptr ? next
                         : append_child(arena, definitions, *at, *def,
                                        is_reference ? reference : types[0].type);
  }
  return at;
}

const Element* origin_of(const definition::Definitions& definitions, const Element& fact) {
  return fact.child(definitions.find_symbol("origin"));
}

Element* origin_of(const definition::Definitions& definitions, Element& fact) {
  return fact.child(definitions.find_symbol("origin"));
}

std::string digest_of_fact(const definition::Definitions& definitions, Element& fact) {
  const auto name = definitions.find_symbol("origin");
  Element* before = nullptr;
  auto* origin = fact.first;
  for (; origin != nullptr && origin->name != name; origin = origin->next) before = origin;
  // Out of the list for as long as the text is made.
  auto& link = before == nullptr ? fact.first : before->next;
  if (origin != nullptr) link = origin->next;
  const auto text = format::to_json(definitions, fact);
  if (origin != nullptr) link = origin;
  char out[UuidSeries::kChars];
  UuidSeries(text).write(0, 0, out);
  return {out, sizeof(out)};
}

void set_digest(const definition::Definitions& definitions, Arena& arena, Element& fact) {
  auto* origin = origin_of(definitions, fact);
  if (origin == nullptr) return;
  const auto name = definitions.find_symbol("digest");
  if (auto* former = origin->child(name)) remove_child(*origin, *former);
  const auto* def = definitions.element(origin->type, name);
  append_child(arena, definitions, *origin, *def, definitions.types(*def)[0].type)
      ->set_value(arena.copy(digest_of_fact(definitions, fact)));
}

}  // namespace paraneo::record

#include "validate/references.h"

#include <algorithm>

#include "base/canonical.h"
#include "definition/primitive.h"

namespace paraneo::validate {
namespace {

constexpr std::string_view kHistory = "/_history/";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_scheme_char(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '.' || c == '-';
}

bool is_id(std::string_view text) {
  return definition::has_form(definition::PrimitiveForm::id, text);
}

bool is_resource_type(const definition::Definitions& definitions, std::string_view name) {
  const auto type = definitions.find_type(name);
  return type != 0 && definitions.is_resource(type);
}

}  // namespace

bool is_absolute(std::string_view uri) {
  const auto colon = uri.find(':');
  return colon != std::string_view::npos && colon > 0 && is_letter(uri[0]) &&
         std::all_of(uri.begin(), uri.begin() + static_cast<std::ptrdiff_t>(colon), is_scheme_char);
}

ReferenceParts parts_of(const definition::Definitions& definitions, std::string_view reference) {
  using Kind = ReferenceParts::Kind;
  ReferenceParts parts;
  if (reference.starts_with('#')) return {Kind::fragment, {}, reference.substr(1), {}, {}};
  if (reference.starts_with("urn:")) return {Kind::urn, {}, {}, {}, {}};
  parts.kind = is_absolute(reference) ? Kind::absolute : Kind::other;
  auto rest = reference.substr(0, reference.find('#'));
  if (const auto query = rest.find('?'); query != std::string_view::npos &&
                                         parts.kind == Kind::other &&
                                         is_resource_type(definitions, rest.substr(0, query)))
    return {Kind::conditional, rest.substr(0, query), {}, {}, {}};
  if (const auto at = rest.find(kHistory); at != std::string_view::npos) {
    parts.version = rest.substr(at + kHistory.size());
    rest = rest.substr(0, at);
  }
  const auto slash = rest.rfind('/');
  if (slash == std::string_view::npos) return parts;
  const auto before = slash == 0 ? std::string_view::npos : rest.rfind('/', slash - 1);
  const auto begin = before == std::string_view::npos ? 0 : before + 1;
  const auto type = rest.substr(begin, slash - begin);
  const auto id = rest.substr(slash + 1);
  if (!is_id(id) || !is_resource_type(definitions, type)) return parts;
  if (parts.kind == Kind::other && begin > 0) return parts;
  if (parts.kind == Kind::other) parts.kind = Kind::relative;
  parts.type = type;
  parts.id = id;
  parts.base = rest.substr(0, begin);
  return parts;
}

BundlePosition bundle_position(const element::Element& element, const Names& names) {
  for (const auto* at = &element; at->parent != nullptr; at = at->parent)
    if (at->name == names.entry && at->parent->type == names.bundle) return {at->parent, at};
  return {};
}

const References::Tables& References::tables_of(const element::Element& bundle) {
  const auto [place, is_new] = bundles_.try_emplace(&bundle);
  auto& tables = place->second;
  if (!is_new) return tables;
  for (const auto* entry = bundle.first; entry != nullptr; entry = entry->next) {
    if (entry->name != names_.entry) continue;
    const auto* resource = entry->child(names_.resource);
    if (resource == nullptr) continue;
    if (const auto url = Visit::text_of(*entry, names_.full_url); !url.empty())
      tables.by_url[std::string(url)].push_back(resource);
    if (const auto url = Visit::text_of(*resource, names_.url); !url.empty())
      tables.by_canonical[std::string(url)].push_back(resource);
    add_name(*resource, tables);
  }
  return tables;
}

void References::add_name(const element::Element& resource, Tables& to) const {
  if (const auto id = Visit::text_of(resource, names_.id); !id.empty())
    to.by_name[std::string(definitions_.type_name(resource.type)) + "/" + std::string(id)]
        .push_back(&resource);
}

void References::add_parameters(const element::Element& parent, Tables& to) const {
  for (const auto* each = parent.first; each != nullptr; each = each->next) {
    if (each->name != names_.parameter && each->name != names_.part) continue;
    if (const auto* resource = each->child(names_.resource); resource != nullptr)
      add_name(*resource, to);
    add_parameters(*each, to);
  }
}

// Resources that are passed together refer to each other by type and id.
const References::Tables& References::tables_of_parameters(const element::Element& parameters) {
  const auto [place, is_new] = bundles_.try_emplace(&parameters);
  if (is_new) add_parameters(parameters, place->second);
  return place->second;
}

const element::Element* References::by_canonical(const element::Element& from,
                                                 std::string_view url) {
  const auto position = bundle_position(from, names_);
  if (position.bundle == nullptr) return nullptr;
  const auto& table = tables_of(*position.bundle).by_canonical;
  const auto found = table.find(std::string(without_version(url)));
  return found == table.end() ? nullptr : found->second.front();
}

const References::Table& References::contained_in(const element::Element& resource) {
  const auto [place, is_new] = contained_.try_emplace(&resource);
  if (is_new)
    for (const auto* c = resource.first; c != nullptr; c = c->next)
      if (c->name == names_.contained)
        place->second[std::string(Visit::text_of(*c, names_.id))].push_back(c);
  return place->second;
}

// "then match the version based on Resource.meta.versionId" (FHIR R4 2.36.4.1); what does not say
// its version may be it.
Resolved References::of_version(const std::vector<const element::Element*>& all,
                                std::string_view version) const {
  Resolved out;
  for (const auto* each : all) {
    const auto* meta = version.empty() ? nullptr : each->child(names_.meta);
    const auto own =
        meta == nullptr ? std::string_view() : Visit::text_of(*meta, names_.version_id);
    if (!own.empty() && own != version) continue;
    if (out.matches++ == 0) out.resource = each;
  }
  if (out.matches == 0) return {nullptr, 0, all.front(), true};
  return out;
}

Resolved References::resolve(const element::Element& from, std::string_view reference) {
  using Kind = ReferenceParts::Kind;
  const auto parts = parts_of(definitions_, reference);
  const auto found_in = [&](const Table& table, const std::string& key) {
    const auto found = table.find(key);
    return found == table.end() ? Resolved{} : of_version(found->second, parts.version);
  };
  if (parts.kind == Kind::fragment) {
    const auto* holder = &from;
    while (holder != nullptr && (!definitions_.is_resource(holder->type) ||
                                 (holder->parent != nullptr && holder->name == names_.contained)))
      holder = holder->parent;
    if (holder == nullptr) return {};
    return parts.id.empty() ? Resolved{holder, 1}
                            : found_in(contained_in(*holder), std::string(parts.id));
  }
  const auto position = bundle_position(from, names_);
  if (parts.kind == Kind::conditional) return {};
  const auto name = std::string(parts.type) + "/" + std::string(parts.id);
  if (position.bundle == nullptr) {
    const auto* outer = &from;
    while (outer->parent != nullptr && outer->type != names_.parameters) outer = outer->parent;
    return outer->type == names_.parameters && parts.kind == Kind::relative
               ? found_in(tables_of_parameters(*outer).by_name, name)
               : Resolved{};
  }
  const auto& tables = tables_of(*position.bundle);
  const auto versionless = reference.substr(0, reference.find(kHistory));
  if (parts.kind != Kind::relative) return found_in(tables.by_url, std::string(versionless));
  const auto full_url = Visit::text_of(*position.entry, names_.full_url);
  // What is wrong with the fullUrl is said there.
  if (!is_absolute(full_url)) return found_in(tables.by_name, name);
  const auto own = parts_of(definitions_, full_url);
  if (own.kind != Kind::absolute || own.type.empty()) {
    auto found = found_in(tables.by_name, name);
    if (!found.is_other_version) found.other = found.resource;
    return found;
  }
  auto found = found_in(tables.by_url, std::string(own.base) + name);
  if (found.resource == nullptr && found.other == nullptr)
    found.other = found_in(tables.by_name, name).resource;
  return found;
}

}  // namespace paraneo::validate

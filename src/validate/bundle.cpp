// Bundles (FHIR R4 2.36): identities of their entries, beside the invariants bdl-1 to bdl-12.
#include <set>

#include "validate/families.h"

namespace paraneo::validate {
namespace {

using diag::Code;

bool is_exchange(std::string_view type) { return type.starts_with("transaction") || type.starts_with("batch"); }

void check_full_url(const element::Element& entry, const element::Element& resource, std::string_view bundle_type, Visit& visit) {
  const auto* full_url = entry.child(visit.names.full_url);
  if (full_url == nullptr || !full_url->has_value) {
    if (!is_exchange(bundle_type))
      visit.say(Code::validate_bundle, entry, "the entry has no fullUrl", "each entry needs one, unless the Bundle is a transaction or batch, or the response to one");
    return;
  }
  const auto url = full_url->value();
  if (!is_absolute(url)) return visit.say(Code::validate_bundle, *full_url, "the fullUrl must be an absolute URL", "begin it with https:// and the server, or use urn:uuid:");
  const auto parts = parts_of(visit.definitions, url);
  if (parts.type.empty()) return;
  const auto id = Visit::text_of(resource, visit.names.id);
  const auto type = visit.definitions.type_name(resource.type);
  if (parts.type == type && parts.id == id) return;
  // In a transaction the server gives the id; a fullUrl that is to be replaced need not fit.
  if (id.empty() && is_exchange(bundle_type)) return;
  visit.say(Code::validate_bundle, *full_url, "the fullUrl is one of a server, but does not end in the resource's type and id",
            id.empty() ? "give the resource the id that the URL says" : "expected: .../" + std::string(type) + "/" + std::string(id));
}

}  // namespace

void check_bundle(const element::Element& at, Visit& visit) {
  if (at.type != visit.names.bundle) return;
  const auto type = Visit::text_of(at, visit.names.type);
  std::set<std::string_view> relations;
  for (const auto* child = at.first; child != nullptr; child = child->next) {
    if (child->name == visit.names.link && !relations.insert(Visit::text_of(*child, visit.names.relation)).second)
      visit.report(Code::validate_bundle, *child, "there are two links of this relation", {}, diag::Severity::warning);
    if (child->name != visit.names.entry) continue;
    const auto* resource = child->child(visit.names.resource);
    if (resource != nullptr) check_full_url(*child, *resource, type, visit);
  }
}

}  // namespace paraneo::validate

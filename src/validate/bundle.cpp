// Bundles (FHIR R4 2.36): identities of their entries, beside the invariants bdl-1 to bdl-12.
#include <set>

#include "validate/families.h"

namespace paraneo::validate {
namespace {

using diag::Code;

bool is_exchange(std::string_view type) {
  return type.starts_with("transaction") || type.starts_with("batch");
}

void check_full_url(const element::Element& entry, const element::Element& resource,
                    std::string_view bundle_type, Visit& visit) {
  const auto* full_url = entry.child(visit.names.full_url);
  if (full_url == nullptr || !full_url->has_value) {
    // "Results from operations might involve resources that are not identified" (Bundle.entry).
    const auto* search = entry.child(visit.names.search);
    const auto is_remark = resource.type == visit.names.operation_outcome &&
                           resource.child(visit.names.id) == nullptr && search != nullptr &&
                           Visit::text_of(*search, visit.names.mode) == "outcome";
    if (!is_exchange(bundle_type) && !is_remark)
      visit.say(
          Code::validate_bundle, entry, "the entry has no fullUrl",
          "each entry needs one, unless the Bundle is a transaction or batch, or the response to one");
    return;
  }
  const auto url = full_url->value();
  if (!is_absolute(url))
    return visit.say(Code::validate_bundle, *full_url, "the fullUrl must be an absolute URL",
                     "begin it with https:// and the server, or use urn:uuid:");
  const auto parts = parts_of(visit.definitions, url);
  if (parts.type.empty()) return;
  const auto id = Visit::text_of(resource, visit.names.id);
  const auto type = visit.definitions.type_name(resource.type);
  if (parts.type == type && parts.id == id) return;
  // In a transaction the server gives the id; a fullUrl that is to be replaced need not fit.
  if (id.empty() && is_exchange(bundle_type)) return;
  visit.say(Code::validate_bundle, *full_url,
            "the fullUrl is one of a server, but does not end in the resource's type and id",
            id.empty() ? "give the resource the id that the URL says"
                       : "expected: .../" + std::string(type) + "/" + std::string(id));
}

// Of a search for one type by its own link: "[base]/Patient?name=x"; 0 where that is not said.
definition::TypeId type_of_search(const element::Element& bundle, const Visit& visit) {
  for (const auto* link = bundle.first; link != nullptr; link = link->next) {
    if (link->name != visit.names.link || Visit::text_of(*link, visit.names.relation) != "self")
      continue;
    auto url = Visit::text_of(*link, visit.names.url);
    url = url.substr(0, url.find('?'));
    constexpr std::string_view kByPost = "/_search";
    if (url.ends_with(kByPost)) url.remove_suffix(kByPost.size());
    const auto type = visit.definitions.find_type(url.substr(url.rfind('/') + 1));
    return type != 0 && visit.definitions.is_resource(type) ? type : 0;
  }
  return 0;
}

// What a server answers with has an id (Resource.id), and what matches a search is of the type that
// was looked for.
void check_found(const element::Element& entry, const element::Element& resource,
                 definition::TypeId searched, Visit& visit) {
  if (resource.type == visit.names.operation_outcome) return;
  if (resource.child(visit.names.id) == nullptr)
    visit.say(Code::validate_bundle, resource, "a resource that was found by a search has an id",
              "only one that is to be created has none");
  const auto* search = entry.child(visit.names.search);
  if (searched == 0 || search == nullptr || Visit::text_of(*search, visit.names.mode) != "match" ||
      resource.type == searched)
    return;
  visit.say(Code::validate_bundle, resource,
            "this matches no search for resources of type " +
                std::string(visit.definitions.type_name(searched)),
            "search.mode of what comes along is \"include\"");
}

}  // namespace

void check_bundle(const element::Element& at, Visit& visit) {
  if (at.type != visit.names.bundle) return;
  const auto type = Visit::text_of(at, visit.names.type);
  const auto is_search = type == "searchset";
  const auto searched = is_search ? type_of_search(at, visit) : 0;
  std::set<std::string_view> relations;
  for (const auto* child = at.first; child != nullptr; child = child->next) {
    if (child->name == visit.names.link &&
        !relations.insert(Visit::text_of(*child, visit.names.relation)).second)
      visit.report(Code::validate_bundle, *child, "there are two links of this relation", {},
                   diag::Severity::warning);
    if (child->name != visit.names.entry) continue;
    const auto* resource = child->child(visit.names.resource);
    if (resource == nullptr) continue;
    check_full_url(*child, *resource, type, visit);
    if (is_search) check_found(*child, *resource, searched, visit);
  }
}

}  // namespace paraneo::validate

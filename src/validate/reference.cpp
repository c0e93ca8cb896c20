// References (FHIR R4 2.3.0): their form, what they may lead to, and whether it is there where it
// must be.
#include <unordered_set>

#include "definition/primitive.h"
#include "validate/families.h"

namespace paraneo::validate {
namespace {

using diag::Code;

std::string named(const definition::Definitions& definitions,
                  std::span<const definition::Symbol> names) {
  std::string out;
  for (const auto name : names)
    out += (out.empty() ? "" : ", ") + std::string(definitions.name(name));
  return out;
}

// The types that the element may refer to hold for whatever says what it refers to.
void check_target(const element::Element& at, std::string_view type, Visit& visit) {
  const auto& definitions = visit.definitions;
  if (at.parent == nullptr || type.empty()) return;
  const auto targets = definitions.targets(definitions.element_at(at.def));
  if (targets.empty()) return;
  for (const auto target : targets)
    if (definitions.name(target) == type) return;
  visit.say(Code::validate_reference, at,
            "this may not refer to a resource of type " + std::string(type),
            "allowed are: " + named(definitions, targets));
}

// A document and a message must have what they refer to; other Bundles may refer to what is
// elsewhere.
std::string_view bundle_type(const element::Element& at, const Visit& visit) {
  const auto* bundle = bundle_position(at, visit.names).bundle;
  return bundle == nullptr ? std::string_view() : Visit::text_of(*bundle, visit.names.type);
}
bool is_whole_bundle(std::string_view type) { return type == "document" || type == "message"; }

// "Any other resources referenced from Composition must be included as subsequent entries in the
// Bundle" (FHIR R4, definition of Composition), but for the other documents that it names; and what
// a message is about (MessageHeader.focus).
bool is_of_whole(const element::Element& at, const Visit& visit) {
  const auto& definitions = visit.definitions;
  const auto [bundle, entry] = bundle_position(at, visit.names);
  if (entry == nullptr || bundle->child(visit.names.entry) != entry) return false;
  const auto* below = &at;
  for (; below->parent != nullptr && !definitions.is_resource(below->parent->type);
       below = below->parent)
    if (below->parent->type == visit.names.extension_type) return false;
  const auto* resource = below->parent;
  if (resource == nullptr || resource->parent != entry) return false;
  const auto name = definitions.name(below->name);
  return definitions.type_name(resource->type) == "Composition" ? name != "relatesTo"
                                                                : name == "focus";
}

void check_whole(const element::Element& at, const ReferenceParts& parts, const Resolved& found,
                 Visit& visit) {
  if (found.resource != nullptr || found.other != nullptr ||
      (parts.kind != ReferenceParts::Kind::relative &&
       parts.kind != ReferenceParts::Kind::absolute) ||
      !is_whole_bundle(bundle_type(at, visit)) || !is_of_whole(at, visit))
    return;
  visit.say(Code::validate_reference, at, "the Bundle has no entry for what is referred to",
            "a document has all that its Composition refers to, a message all that it is about");
}

// Who gets a search in the place of a reference runs it before the transaction (3.1.0.11.3).
void check_search(const element::Element& at, std::string_view type, Visit& visit) {
  if (type.empty() || type == "transaction" || type == "batch") return;
  visit.say(Code::validate_reference, at, "only a transaction may refer to what a search finds",
            "a relative reference is Type/id");
}

void check_other(const element::Element& at, const Resolved& found, Visit& visit) {
  const auto is_whole = is_whole_bundle(bundle_type(at, visit));
  if (!is_whole && found.resource != nullptr) return;
  if (found.is_other_version)
    return visit.report(
        Code::validate_reference, at,
        "the Bundle has the resource that is referred to, but not this version of it",
        "the version behind /_history/ is that of meta.versionId",
        is_whole ? diag::Severity::error : diag::Severity::warning);
  visit.report(
      Code::validate_reference, at,
      "the Bundle has no resource under this URL, though it has one with the type and the id",
      "a relative reference means the server of the entry's own fullUrl: make the fullUrls agree, or refer to the other one's",
      is_whole ? diag::Severity::error : diag::Severity::warning);
}

void check_place(const element::Element& at, const ReferenceParts& parts, const Resolved& found,
                 Visit& visit) {
  using Kind = ReferenceParts::Kind;
  if (parts.kind == Kind::fragment && found.resource == nullptr)
    return visit.say(Code::validate_reference, at,
                     "no contained resource has the id that is referred to",
                     "an id is written without #, a reference to it with it");
  if (parts.kind == Kind::other)
    return visit.say(Code::validate_reference, at,
                     "this is no reference: a relative one is Type/id",
                     "or an absolute URL, or # and the id of a contained resource");
  if (parts.kind == Kind::conditional) return check_search(at, bundle_type(at, visit), visit);
  if (found.other != nullptr) return check_other(at, found, visit);
  check_whole(at, parts, found, visit);
  if (found.matches > 1 && parts.version.empty())
    return visit.say(Code::validate_reference, at,
                     "the reference has " + std::to_string(found.matches) +
                         (parts.kind == Kind::fragment ? " matches among what is contained"
                                                       : " matches in the Bundle"),
                     parts.kind == Kind::fragment ? "give each contained resource an id of its own"
                                                  : "name the version: Type/id/_history/version");
  if (parts.kind != Kind::urn || found.resource != nullptr ||
      bundle_position(at, visit.names).bundle == nullptr)
    return;
  const auto type = bundle_type(at, visit);
  const auto is_needed = is_whole_bundle(type) || type == "transaction";
  visit.report(Code::validate_reference, at, "the Bundle has no entry with this fullUrl",
               "what is referred to by urn: is looked for in the same Bundle",
               is_needed ? diag::Severity::error : diag::Severity::warning);
}

}  // namespace

namespace {

// A reference "#" is to the resource that contains this one.
bool refers_to_its_holder(const element::Element& at, const Names& names) {
  for (const auto* child = at.first; child != nullptr; child = child->next)
    if ((child->name == names.reference && child->value() == "#") ||
        refers_to_its_holder(*child, names))
      return true;
  return false;
}

// What RFC 4122 and FHIR's oid ask of a URN.
bool is_malformed_urn(std::string_view reference) {
  using definition::PrimitiveForm;
  const auto has_form = [&](PrimitiveForm form) { return definition::has_form(form, reference); };
  return (reference.starts_with("urn:uuid:") && !has_form(PrimitiveForm::uuid)) ||
         (reference.starts_with("urn:oid:") && !has_form(PrimitiveForm::oid));
}

}  // namespace

// Contained resources are referred to by their ids (FHIR R4 2.3.0.4): two that share one cannot be
// told apart.
void check_contained_ids(const element::Element& at, Visit& visit) {
  if (!visit.definitions.is_resource(at.type)) return;
  std::unordered_set<std::string_view> ids;
  for (const auto* each = at.first; each != nullptr; each = each->next) {
    if (each->name != visit.names.contained) continue;
    const auto id = Visit::text_of(*each, visit.names.id);
    if (id.empty() && !refers_to_its_holder(*each, visit.names))
      visit.say(Code::validate_reference, *each, "a contained resource has no id",
                "nothing can refer to it, and dom-3 asks that something does");
    if (!id.empty() && !ids.insert(id).second)
      visit.say(Code::validate_reference, *each, "another contained resource has this id, too",
                "nobody can refer to one of the two");
  }
}

void check_reference(const element::Element& at, Visit& visit, References& references) {
  if (at.type != visit.names.reference_type) return;
  const auto* literal = at.child(visit.names.reference);
  const auto stated = Visit::text_of(at, visit.names.type);
  if (literal == nullptr || !literal->has_value) return check_target(at, stated, visit);
  const auto reference = literal->value();
  const auto parts = parts_of(visit.definitions, reference);
  const auto found = references.resolve(at, reference);
  if (found.resource == nullptr && is_malformed_urn(reference))
    visit.report(Code::validate_reference, at, "this is no UUID of lower-case digits, or no OID",
                 "expected: urn:uuid:c757873d-ec9a-4326-a141-556f43239520, urn:oid:1.2.3",
                 diag::Severity::warning);
  check_place(at, parts, found, visit);
  // An absolute one may lead elsewhere.
  if (visit.policy.unresolved_references && found.resource == nullptr &&
      (parts.kind == ReferenceParts::Kind::relative || parts.kind == ReferenceParts::Kind::urn))
    visit.say(Code::validate_forbidden, at, "the reference leads to nothing in this input",
              "--forbid unresolved-references asks for all that is referred to");
  const auto type = found.resource != nullptr ? visit.definitions.type_name(found.resource->type)
                    : parts.type.empty()      ? stated
                                              : parts.type;
  check_target(at, type, visit);
  if (!stated.empty() && !type.empty() && stated != type && !is_absolute(stated))
    visit.say(Code::validate_reference, at,
              "the reference says that it leads to a resource of type " + std::string(stated) +
                  ", but leads to one of type " + std::string(type));
}

}  // namespace paraneo::validate

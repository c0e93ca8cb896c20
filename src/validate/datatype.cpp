// What FHIR's pages of data types say beside their invariants (FHIR R4 2.24): URIs that must be
// absolute, OIDs and UUIDs inside of URIs, sizes of attachments.
#include <algorithm>
#include <charconv>

#include "definition/primitive.h"
#include "validate/families.h"

namespace paraneo::validate {
namespace {

using definition::PrimitiveForm;
using diag::Code;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

void check_uri(const element::Element& at, Visit& visit) {
  const auto uri = at.value();
  if (at.type == visit.names.canonical && !uri.starts_with('#') && !is_absolute(uri))
    return visit.say(
        Code::validate_datatype, at, "a canonical URL must be absolute",
        "write the whole URL of the definition, or # and the id of a contained resource");
  if (uri.starts_with("urn:oid:") &&
      !definition::has_form(PrimitiveForm::oid, uri.substr(0, uri.find('#'))))
    visit.say(Code::validate_datatype, at, "this is no OID", "expected: urn:oid:1.2.3");
  if (uri.starts_with("urn:uuid:") &&
      !definition::has_form(PrimitiveForm::uuid, uri.substr(0, uri.find('#'))))
    visit.say(Code::validate_datatype, at, "this is no UUID of lower-case digits",
              "expected: urn:uuid:c757873d-ec9a-4326-a141-556f43239520");
}

// Bytes of base64, without decoding it.
std::size_t decoded_size(std::string_view base64) {
  std::size_t digits = 0;
  for (const char c : base64) digits += !is_space(c) && c != '=' ? 1U : 0U;
  return digits * 3 / 4;
}

void check_attachment(const element::Element& at, Visit& visit) {
  const auto* data = at.child(visit.names.data);
  const auto* size = at.child(visit.names.size);
  // Without the data, somebody else may know what it is.
  constexpr std::size_t kSha1Bytes = 20;
  if (const auto* hash = at.child(visit.names.hash);
      hash != nullptr && hash->has_value && decoded_size(hash->value()) != kSha1Bytes)
    visit.report(Code::validate_datatype, *hash, "the hash is not the base64 of a SHA-1",
                 "it has 20 bytes, which are 28 characters of base64; hexadecimal digits are none",
                 data == nullptr ? diag::Severity::warning : diag::Severity::error);
  if (data == nullptr || size == nullptr ||
      !definition::has_form(PrimitiveForm::base64, data->value()))
    return;
  std::size_t stated = 0;
  const auto text = size->value();
  if (std::from_chars(text.data(), text.data() + text.size(), stated).ec != std::errc() ||
      stated == decoded_size(data->value()))
    return;
  visit.say(Code::validate_datatype, *size,
            "the attachment has " + std::to_string(decoded_size(data->value())) +
                " bytes, not as many as its size says",
            "size counts the bytes before base64");
}

void check_system(const element::Element& at, Visit& visit) {
  const auto* system = at.child(visit.names.system);
  if (system == nullptr || !system->has_value) return;
  const auto uri = system->value();
  if (!is_absolute(uri))
    visit.say(Code::validate_datatype, *system, "the system of a coding must be an absolute URI",
              "a local name means nothing elsewhere");
  constexpr std::string_view kUris = "urn:ietf:rfc:3986";
  if (const auto* code = at.child(visit.names.code);
      uri == kUris && code != nullptr && code->has_value && !is_absolute(code->value()))
    visit.say(Code::validate_datatype, *code, "a code of the system urn:ietf:rfc:3986 is a URI",
              "name the code system that has the code");
  if (at.type == visit.names.coding_type && uri.starts_with("http://hl7.org/fhir/ValueSet/"))
    visit.say(Code::validate_datatype, *system,
              "the system of a coding is a code system, not a value set",
              "name the code system that the value set takes the code from");
}

void check_identifier(const element::Element& at, Visit& visit) {
  if (Visit::text_of(at, visit.names.system) != "urn:ietf:rfc:3986") return;
  const auto* value = at.child(visit.names.value);
  if (value != nullptr && value->has_value && !is_absolute(value->value()))
    visit.say(Code::validate_datatype, *value,
              "an identifier of the system urn:ietf:rfc:3986 is a URI",
              "write urn:oid: or urn:uuid: before it");
}

}  // namespace

// "Unique id for the element within a resource [...] This may be any string value that does not
// contain spaces" (Element.id). ElementDefinitions have one in the snapshot and in the
// differential.
void check_element_id(const element::Element& at, Visit& visit, References& references) {
  if (at.name != visit.names.id || at.type != visit.names.string_type || !at.has_value) return;
  if (std::any_of(at.value().begin(), at.value().end(), is_space))
    visit.say(Code::validate_primitive, at, "the id of an element has no spaces");
  const auto* resource = &at;
  while (resource->parent != nullptr && !visit.definitions.is_root(resource->type))
    resource = resource->parent;
  if (resource->type != visit.names.structure_definition &&
      !references.is_first(*resource, at.value()))
    visit.say(Code::validate_datatype, at, "another element of the resource has this id, too",
              "an id is there to be referred to");
}

void check_datatype(const element::Element& at, Visit& visit) {
  if (at.has_value) {
    if (visit.definitions.type(at.type).primitive == PrimitiveForm::uri)
      return check_uri(at, visit);
    const auto text = at.value();
    if (at.type == visit.names.string_type && !text.empty() &&
        (is_space(text.front()) || is_space(text.back())))
      visit.report(Code::validate_datatype, at, "the text begins or ends with a space",
                   "leave it out: it is not compared alike everywhere", diag::Severity::warning);
  } else if (at.type == visit.names.attachment) {
    check_attachment(at, visit);
  } else if (at.type == visit.names.coding_type) {
    check_system(at, visit);
  } else if (at.type == visit.names.identifier) {
    check_identifier(at, visit);
  }
}

}  // namespace paraneo::validate

#include "cli/server/fhir_wire.h"

#include <algorithm>

#include "diag/render.h"
#include "format/xml.h"

namespace paraneo::cli {
namespace {

constexpr std::string_view kFhirXml = "application/fhir+xml";

}  // namespace

Result<void> FhirWire::encode(rest::Request& request) const {
  if (!xml_) return {};
  bool is_fhir = false;
  for (auto& header : request.headers) {
    if (header.value != rest::kFhirJson) continue;
    is_fhir = is_fhir || rest::same_header_name(header.name, "Content-Type");
    header.value = kFhirXml;
  }
  if (!is_fhir || request.body.empty()) return {};
  diag::Sink sink;
  auto xml = format::xml_of_json(definition::Definitions::builtin(), {"the request", request.body},
                                 false, limits_, sink);
  if (sink.ok()) {
    request.body = std::move(xml);
    return {};
  }
  // Nothing is to get lost on the way.
  const auto& first = *std::find_if(sink.all().begin(), sink.all().end(), [](const auto& each) {
    return each.severity == diag::Severity::error;
  });
  return fail(ErrorCode::entry_refused,
              "cannot be sent as XML: " + first.message +
                  (first.element.empty() ? "" : " (at " + first.element + ")"),
              {}, "correct it, or send JSON (without --format xml)");
}

void FhirWire::decode(rest::Response& response) const {
  if (response.body.empty() ||
      response.header("Content-Type").find("xml") == std::string_view::npos)
    return;
  Source text{"the answer", response.body};
  diag::Sink sink;
  // What cannot be read whole stays what it is: no FHIR answer.
  if (!format::make_json(definition::Definitions::builtin(), limits_, text, sink) || !sink.ok())
    return;
  response.body = std::move(text.text);
  for (auto& header : response.headers)
    if (rest::same_header_name(header.name, "Content-Type")) header.value = rest::kFhirJson;
}

}  // namespace paraneo::cli

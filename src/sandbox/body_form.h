// Private to the sandbox: bodies in XML. All interactions know JSON.
#pragma once

#include <optional>

#include "net/server.h"
#include "sandbox/exchange.h"

namespace paraneo::sandbox {

// Whether the answer is to be XML: _format comes before Accept (FHIR R4 3.1.0.1.11), and of what
// Accept names, the first of those with the greatest weight.
bool wants_xml(const net::ServerRequest& request);
bool has_xml_body(const net::ServerRequest& request);
// The request with its body as JSON; a refusal for what is no FHIR.
std::optional<rest::Response> make_json(const Shared& shared, net::ServerRequest& request);
// The answer as XML, if it is FHIR.
void make_xml(const Shared& shared, rest::Response& response);

}  // namespace paraneo::sandbox

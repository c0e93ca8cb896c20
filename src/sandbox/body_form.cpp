#include "sandbox/body_form.h"

#include <cstdlib>
#include <string>

#include "base/percent.h"
#include "format/xml.h"
#include "rest/url.h"
#include "sandbox/answer.h"

namespace paraneo::sandbox {
namespace {

// "application/fhir+xml", "text/xml", "xml"; not XHTML.
bool is_xml_type(std::string_view type) {
  return type.find("xml") != std::string_view::npos && type.find("xhtml") == std::string_view::npos;
}
bool is_json_type(std::string_view type) {
  return type.find("json") != std::string_view::npos || type.find("*/*") != std::string_view::npos;
}

std::optional<std::string> parameter(std::string_view target, std::string_view name) {
  const auto question = target.find('?');
  auto query =
      question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('='))
      return percent_decoded(pair.substr(name.size() + 1));
  }
  return std::nullopt;
}

double weight_of(std::string_view item) {
  const auto at = item.find(";q=");
  const auto spaced = at == std::string_view::npos ? item.find("; q=") : at;
  if (spaced == std::string_view::npos) return 1;
  return std::strtod(std::string(item.substr(item.find('=', spaced) + 1)).c_str(), nullptr);
}

}  // namespace

bool wants_xml(const net::ServerRequest& request) {
  if (const auto format = parameter(request.target, "_format")) return is_xml_type(*format);
  auto accept = request.header("Accept");
  double best = 0;
  bool is_xml = false;
  while (!accept.empty()) {
    const auto item = accept.substr(0, accept.find(','));
    accept.remove_prefix(std::min(accept.size(), item.size() + 1));
    if ((!is_xml_type(item) && !is_json_type(item)) || weight_of(item) <= best) continue;
    best = weight_of(item);
    is_xml = is_xml_type(item);
  }
  return is_xml;
}

bool has_xml_body(const net::ServerRequest& request) {
  return !request.body.empty() && is_xml_type(request.header("Content-Type"));
}

std::optional<rest::Response> make_json(const Shared& shared, net::ServerRequest& request) {
  Source text{"the body", std::move(request.body)};
  diag::Sink sink;
  if (!format::make_json(shared.definitions, shared.options.limits, text, sink) || !sink.ok())
    return refusal(400, sink);
  request.body = std::move(text.text);
  return std::nullopt;
}

void make_xml(const Shared& shared, rest::Response& response) {
  if (response.body.empty() || !response.header("Content-Type").starts_with(rest::kFhirJson))
    return;
  diag::Sink sink;
  auto xml = format::xml_of_json(shared.definitions, {"the answer", response.body}, false,
                                 shared.options.limits, sink);
  if (!sink.ok()) {
    response = refusal(500, "exception", "the answer cannot be written as XML: ask for JSON");
    xml = format::xml_of_json(shared.definitions, {"the answer", response.body}, false,
                              shared.options.limits, sink);
  }
  response.body = std::move(xml);
  for (auto& header : response.headers)
    if (rest::same_header_name(header.name, "Content-Type"))
      header.value = "application/fhir+xml; charset=utf-8";
}

}  // namespace paraneo::sandbox

#include "cli/records/validation_report.h"

#include "json/write.h"
#include "view/markup.h"

namespace paraneo::cli {
namespace {

using diag::Severity;
using view::escaped;

constexpr std::string_view kSchema = "https://json.schemastore.org/sarif-2.1.0.json";

std::string_view level(Severity severity) {
  return severity == Severity::error ? "error" : severity == Severity::warning ? "warning" : "note";
}

std::string text_of(const diag::Diagnostic& d) {
  return d.advice.empty() ? d.message : d.message + " (" + d.advice + ")";
}

void write_result(const diag::Diagnostic& d, std::string_view input, json::Writer& json) {
  json.begin_object();
  json.member("ruleId", diag::info(d.code).name);
  json.member("level", level(d.severity));
  json.key("message");
  json.begin_object();
  json.member("text", text_of(d));
  json.end_object();
  json.key("locations");
  json.begin_array();
  json.begin_object();
  json.key("physicalLocation");
  json.begin_object();
  json.key("artifactLocation");
  json.begin_object();
  json.member("uri", d.snippet ? std::string_view(d.snippet->file) : input);
  json.end_object();
  if (d.snippet) {
    json.key("region");
    json.begin_object();
    json.key("startLine");
    json.raw(std::to_string(d.snippet->at.line));
    json.key("startColumn");
    json.raw(std::to_string(d.snippet->at.column));
    json.end_object();
  }
  json.end_object();
  if (!d.element.empty()) {
    json.key("logicalLocations");
    json.begin_array();
    json.begin_object();
    json.member("fullyQualifiedName", d.element);
    json.end_object();
    json.end_array();
  }
  json.end_object();
  json.end_array();
  json.end_object();
}

std::string sarif_of(std::string_view input, const diag::Sink& sink) {
  std::string out;
  for (const auto& d : sink.all()) {
    if (!out.empty()) out += ",\n";
    json::Writer json(out);
    write_result(d, input, json);
  }
  return out;
}

// An input is a test that fails with its errors; what is milder is told beside it.
std::string junit_of(std::string_view input, const diag::Sink& sink) {
  auto out = "<testcase classname=\"validate\" name=\"" + escaped(input) + "\"";
  if (sink.all().empty()) return out + "/>";
  out += ">";
  std::string others;
  for (const auto& d : sink.all()) {
    const auto place = d.snippet ? d.snippet->file + ":" + std::to_string(d.snippet->at.line) +
                                       ":" + std::to_string(d.snippet->at.column)
                                 : std::string(input);
    const auto text = place + ": " + d.element + ": " + text_of(d);
    if (d.severity == Severity::error)
      out += "<failure type=\"" + std::string(diag::info(d.code).name) + "\" message=\"" +
             escaped(d.message) + "\">" + escaped(text) + "</failure>";
    else
      others += (others.empty() ? "" : "\n") + std::string(level(d.severity)) + ": " + text + " [" +
                std::string(diag::info(d.code).name) + "]";
  }
  if (!others.empty()) out += "<system-out>" + escaped(others) + "</system-out>";
  return out + "</testcase>";
}

}  // namespace

std::string ValidationReport::begin() const {
  if (!is_sarif_)
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"paraneo validate\">\n";
  return "{\"$schema\":\"" + std::string(kSchema) +
         "\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"paraneo\"}},\"results\":[\n";
}

std::string ValidationReport::of(std::string_view input, const diag::Sink& sink) const {
  return is_sarif_ ? sarif_of(input, sink) : junit_of(input, sink);
}

std::string ValidationReport::end() const {
  return is_sarif_ ? "\n]}]}\n" : "\n</testsuite>\n</testsuites>\n";
}

}  // namespace paraneo::cli

#include "validate/outcome.h"

#include "diag/counted.h"
#include "json/write.h"

namespace paraneo::validate {
namespace {

using diag::Code;
using diag::Severity;

constexpr std::string_view kExtensions =
    "http://hl7.org/fhir/StructureDefinition/operationoutcome-";
constexpr std::string_view kCodes = "https://paraneo.github.io/fhir/CodeSystem/diagnostic";

std::string_view word(Severity severity) {
  return severity == Severity::error     ? "error"
         : severity == Severity::warning ? "warning"
                                         : "information";
}

// http://hl7.org/fhir/issue-type, by the family that found it.
std::string_view issue_type(Code code) {
  switch (code) {
    case Code::validate_cardinality: return "required";
    case Code::validate_primitive:
    case Code::validate_datatype: return "value";
    case Code::validate_binding: return "code-invalid";
    case Code::validate_invariant: return "invariant";
    case Code::validate_reference: return "not-found";
    case Code::validate_extension: return "extension";
    case Code::validate_not_checked: return "informational";
    case Code::validate_limit:
    case Code::json_time:
    case Code::json_size:
    case Code::json_depth:
    case Code::json_number_length: return "too-costly";
    default: return "structure";
  }
}

class Writer {
 public:
  explicit Writer(std::string& out) : json_(out) {}

  void begin(std::string_view input) {
    json_.begin_object();
    json_.member("resourceType", "OperationOutcome");
    if (!input.empty()) {
      json_.key("extension");
      json_.begin_array();
      extension("file", "valueString", input);
      json_.end_array();
    }
    json_.key("issue");
    json_.begin_array();
  }
  void end() {
    json_.end_array();
    json_.end_object();
  }

  void issue(const diag::Diagnostic& d) {
    json_.begin_object();
    if (d.snippet) place(d.snippet->at);
    json_.member("severity", word(d.severity));
    json_.member("code", issue_type(d.code));
    details(diag::info(d.code).name, d.message);
    if (!d.advice.empty()) json_.member("diagnostics", d.advice);
    if (!d.element.empty() && d.element[0] != '/') {
      json_.key("expression");
      json_.begin_array();
      json_.string(d.element);
      json_.end_array();
    }
    json_.end_object();
  }
  void note(std::string_view text) {
    json_.begin_object();
    json_.member("severity", "information");
    json_.member("code", "informational");
    details({}, text);
    json_.end_object();
  }

 private:
  void extension(std::string_view name, std::string_view member, std::string_view text) {
    json_.begin_object();
    json_.member("url", std::string(kExtensions) + std::string(name));
    json_.member(member, text);
    json_.end_object();
  }
  void number(std::string_view name, std::uint32_t value) {
    json_.begin_object();
    json_.member("url", std::string(kExtensions) + std::string(name));
    json_.key("valueInteger");
    json_.raw(std::to_string(value));
    json_.end_object();
  }
  void place(const LineColumn& at) {
    json_.key("extension");
    json_.begin_array();
    number("issue-line", at.line);
    number("issue-col", at.column);
    json_.end_array();
  }
  void details(std::string_view code, std::string_view text) {
    json_.key("details");
    json_.begin_object();
    if (!code.empty()) {
      json_.key("coding");
      json_.begin_array();
      json_.begin_object();
      json_.member("system", kCodes);
      json_.member("code", code);
      json_.end_object();
      json_.end_array();
    }
    json_.member("text", text);
    json_.end_object();
  }

  json::Writer json_;
};

}  // namespace

std::string outcome_json(const diag::Sink& sink, std::string_view input) {
  std::string out;
  Writer writer(out);
  writer.begin(input);
  for (const auto& d : sink.all()) writer.issue(d);
  if (sink.dropped() > 0)
    writer.note("and " + diag::counted(sink.dropped(), "more message") +
                ": --limit messages=... tells more");
  else if (sink.all().empty()) writer.note("no issue was found");
  writer.end();
  return out;
}

}  // namespace paraneo::validate

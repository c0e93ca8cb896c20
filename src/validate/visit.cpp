#include "validate/visit.h"

#include "element/message_place.h"

namespace paraneo::validate {

Names::Names(const definition::Definitions& d)
    : code(d.find_symbol("code")), coding(d.find_symbol("coding")),
      contained(d.find_symbol("contained")), data(d.find_symbol("data")),
      differential(d.find_symbol("differential")), display(d.find_symbol("display")),
      element(d.find_symbol("element")), entry(d.find_symbol("entry")),
      experimental(d.find_symbol("experimental")), extension(d.find_symbol("extension")),
      fixed(d.find_symbol("fixed")), full_url(d.find_symbol("fullUrl")),
      group(d.find_symbol("group")), hash(d.find_symbol("hash")), id(d.find_symbol("id")),
      link(d.find_symbol("link")), max(d.find_symbol("max")), meta(d.find_symbol("meta")),
      min(d.find_symbol("min")), mode(d.find_symbol("mode")),
      modifier_extension(d.find_symbol("modifierExtension")), parameter(d.find_symbol("parameter")),
      part(d.find_symbol("part")), path(d.find_symbol("path")), profile(d.find_symbol("profile")),
      reference(d.find_symbol("reference")), relation(d.find_symbol("relation")),
      resource(d.find_symbol("resource")), search(d.find_symbol("search")),
      size(d.find_symbol("size")), system(d.find_symbol("system")), type(d.find_symbol("type")),
      url(d.find_symbol("url")), value(d.find_symbol("value")), version(d.find_symbol("version")),
      version_id(d.find_symbol("versionId")), attachment(d.find_type("Attachment")),
      bundle(d.find_type("Bundle")), canonical(d.find_type("canonical")),
      codeable_concept(d.find_type("CodeableConcept")), coding_type(d.find_type("Coding")),
      extension_type(d.find_type("Extension")), identifier(d.find_type("Identifier")),
      observation(d.find_type("Observation")),
      operation_definition(d.find_type("OperationDefinition")),
      operation_outcome(d.find_type("OperationOutcome")), parameters(d.find_type("Parameters")),
      quantity(d.find_type("Quantity")), reference_type(d.find_type("Reference")),
      string_type(d.find_type("string")), structure_definition(d.find_type("StructureDefinition")),
      structure_map(d.find_type("StructureMap")), xhtml(d.find_type("xhtml")) {}

diag::Diagnostic Visit::diagnostic(diag::Code code, const element::Element& at, std::string message,
                                   std::string advice, diag::Severity severity,
                                   const diag::Sink& to) const {
  Span span;
  if (source != nullptr) span = {source, at.offset, at.offset + 1};
  auto place = says_fhirpath ? element::path_for(to, definitions, at)
                             : element::pointer_for(to, definitions, at);
  return {code,
          severity,
          std::move(message),
          span,
          place.empty() ? "/" : std::move(place),
          std::move(advice)};
}

void Visit::report(diag::Code code, const element::Element& at, std::string message,
                   std::string advice, diag::Severity severity) {
  if (severity < level) return;
  findings.push_back({&at, severity});
  sink.report(diagnostic(code, at, std::move(message), std::move(advice), severity, sink));
}

void Visit::stop(const element::Element& at, std::string message, std::string advice) {
  limit = diagnostic(diag::Code::validate_limit, at, std::move(message), std::move(advice),
                     diag::Severity::error, diag::Sink(1));
  findings.push_back({&at, diag::Severity::error});
  sink.report(*limit);
}

}  // namespace paraneo::validate

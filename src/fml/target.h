// Writing into the target tree: finds the element's definition, converts values, keeps to the
// cardinality. Internal to this folder.
#pragma once

#include "fml/run.h"

namespace paraneo::fml {

class TargetWriter {
 public:
  TargetWriter(const fhirpath::Engine& engine, const RunEnvironment& environment)
      : engine_(engine), definitions_(engine.definitions()), environment_(environment) {}

  // An element that has no place yet; write() puts it where it is assigned.
  fhir::Element* detached(fhir::TypeId type);
  static bool is_detached(const fhir::Element& element);

  // A new child, or the one that is there when only one may be. Null after a report.
  fhir::Element* child(fhir::Element& parent, fhir::Symbol name, fhir::TypeId type, Span span);
  // The item as the value of parent.name. Null after a report, or when there is nothing to write.
  fhir::Element* write(fhir::Element& parent, fhir::Symbol name, const fhirpath::Item& item, Span span);
  // For transforms that build: child by name, text as the value of a primitive child.
  fhir::Element* child(fhir::Element& parent, std::string_view name, Span span);
  void set(fhir::Element& parent, std::string_view name, const fhirpath::Item& value, Span span);

  void complain(diag::Code code, std::string message, const fhir::Element* at, Span span, std::string advice = {});

 private:
  const fhir::ElementDef* definition(const fhir::Element& parent, fhir::Symbol name, Span span);
  fhir::Element* write_primitive(fhir::Element& parent, const fhir::ElementDef& def, const fhirpath::Item& item, Span span);
  fhir::Element* write_complex(fhir::Element& parent, const fhir::ElementDef& def, const fhir::Element& original, Span span);
  fhir::TypeId primitive_type(const fhir::ElementDef& def, const fhirpath::Item& item) const;
  bool assign(fhir::Element& to, const fhirpath::Item& item, Span span);
  fhir::Element* only_child(fhir::Element& parent, const fhir::ElementDef& def) const;

  const fhirpath::Engine& engine_;
  const fhir::Definitions& definitions_;
  const RunEnvironment& environment_;
};

}  // namespace paraneo::fml

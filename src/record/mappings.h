// The maps and concept maps of the record, compiled. Made once; immutable and shared by threads.
#pragma once

#include <memory>
#include <string>

#include "fml/shelf.h"

namespace paraneo::record {

class Mappings {
 public:
  // From the files inside the binary. Null, with diagnostics, when one of them is wrong.
  static std::shared_ptr<const Mappings> builtin(diag::Sink& sink);

  const fhirpath::Engine& engine() const { return engine_; }
  const definition::Definitions& definitions() const { return engine_.definitions(); }
  const fml::Program& to_fhir() const { return *to_fhir_; }
  const fml::Program& to_record() const { return *to_record_; }
  const fml::Library& library() const { return shelf_.library(); }
  definition::TypeId record_type() const { return record_type_; }

 private:
  explicit Mappings(const definition::Definitions& definitions);

  fhirpath::Engine engine_;
  fml::Shelf shelf_;
  std::shared_ptr<const fml::Program> to_fhir_;
  std::shared_ptr<const fml::Program> to_record_;
  definition::TypeId record_type_ = 0;
};

}  // namespace paraneo::record

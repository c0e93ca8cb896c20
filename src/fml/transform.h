// A map as a function from texts to trees: the reading of the input and the making of the targets
// around run(). The C++ form of the operation StructureMap/$transform (FHIR R4 4.11).
#pragma once

#include <memory>
#include <vector>

#include "fml/compile/compile.h"
#include "fml/run/run.h"

namespace paraneo::fml {

// Immutable; shared by threads, each with an environment of its own. Must not outlive the library
// and the engine it was made with.
class Transformation {
 public:
  // Compiles the map; its first group must have one source and at least one target, all of known
  // types. Null, with diagnostics, otherwise.
  static std::shared_ptr<const Transformation> make(const ast::Map& map, const Library& library,
                                                    const fhirpath::Engine& engine,
                                                    diag::Sink& sink);

  // The targets, in the order of the group's parameters, in the environment's arena; none, with
  // diagnostics, when the input cannot be read or the map met an error.
  std::vector<const element::Element*> run(const Source& input,
                                           const RunEnvironment& environment) const;

  const definition::Definitions& definitions() const { return engine_.definitions(); }
  definition::TypeId source_type() const { return source_; }
  const Program& program() const { return *program_; }

 private:
  explicit Transformation(const fhirpath::Engine& engine) : engine_(engine) {}
  bool take_parameters(const ast::Map& map, diag::Sink& sink);

  const fhirpath::Engine& engine_;
  std::shared_ptr<const Program> program_;
  definition::TypeId source_ = 0;
  std::vector<definition::TypeId> targets_;
};

}  // namespace paraneo::fml

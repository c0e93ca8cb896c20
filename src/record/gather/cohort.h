// Which patients are imported: those whose resources make a FHIRPath expression true.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "diag/diagnostic.h"
#include "element/element.h"
#include "fhirpath/fhirpath.h"
#include "terminology/value_set.h"

namespace paraneo::record {

// Immutable; may be shared by threads. The engine and the value sets must outlive it.
class Cohort {
 public:
  // Null, with diagnostics, when the expression cannot work.
  static std::shared_ptr<const Cohort> compile(std::string expression,
                                               const fhirpath::Engine& engine,
                                               const terminology::ValueSets& value_sets,
                                               const Limits& limits, diag::Sink& sink);

  // Whether the patient belongs to it. The expression is asked of the Bundle, of each resource in
  // it and of those that its resources refer to (`context`), as one collection:
  // `Condition.code.memberOf('URL')` as well as `entry.resource.ofType(Condition).exists()`. One
  // `true` is enough. None, with a diagnostic, when that cannot be said.
  std::optional<bool> holds(const element::Element& bundle,
                            const std::vector<const element::Element*>& context,
                            const Limits& limits, Arena& arena, diag::Sink& sink) const;

 private:
  Cohort(std::string expression, const fhirpath::Engine& engine,
         const terminology::ValueSets& value_sets)
      : source_{"--cohort", std::move(expression)}, engine_(engine), value_sets_(value_sets) {}

  const Source source_;
  const fhirpath::Engine& engine_;
  const terminology::ValueSets& value_sets_;
  std::shared_ptr<const fhirpath::Program> program_;
};

}  // namespace paraneo::record

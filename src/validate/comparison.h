// Two values compared as FHIRPath compares them: dates of different precision and quantities of
// different units too. Internal to this folder.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fhirpath/fhirpath.h"
#include "validate/visit.h"

namespace paraneo::validate {

// Not thread-safe; compiles each operator when it is first asked for, and keeps it.
class Comparison {
 public:
  Comparison(const fhirpath::Engine& engine, const Limits& limits)
      : engine_(engine), limits_(limits) {}

  // `op`: = < > <= >=. None where FHIRPath gives no answer, and for another operator.
  std::optional<bool> holds(std::string_view op, const element::Element& a,
                            const element::Element& b, Visit& visit);

 private:
  struct Compiled {
    std::unique_ptr<Source> text;
    std::shared_ptr<const fhirpath::Program> program;
  };

  const fhirpath::Engine& engine_;
  const Limits& limits_;
  std::map<std::string, Compiled, std::less<>> compiled_;  // by operator
};

}  // namespace paraneo::validate

// The functions of the language, one table for each chapter of the specification.
#pragma once

#include <span>

#include "fhirpath/run.h"

namespace paraneo::fhirpath {

// A function whose result is true, false or empty.
template <FunctionTest kTest>
constexpr Function test_function(std::string_view name, std::uint8_t arguments_min = 0,
                                 std::uint8_t arguments_max = 0, Op bare = Op::call) {
  const auto boxed = [](Run& run, const Node& node, const Collection& in, const Scope& scope) {
    return run.of(kTest(run, node, in, scope));
  };
  return {name, arguments_min, arguments_max, boxed, kTest, bare};
}

// One table for each chapter of the specification; constant.
std::span<const Function> existence_functions();
std::span<const Function> filtering_functions();  // filtering and projection, subsetting, combining
std::span<const Function> type_functions();
std::span<const Function> sorting_functions();
std::span<const Function> conversion_functions();
std::span<const Function> string_functions();
std::span<const Function> math_functions();
std::span<const Function> navigation_functions();   // tree navigation, utility, aggregate()
std::span<const Function> aggregate_functions();    // sum() and its kin
std::span<const Function> boundary_functions();     // boundaries and precision
std::span<const Function> date_part_functions();    // components of dates and times
std::span<const Function> fhir_functions();         // FHIR R4's own
std::span<const Function> structure_functions();    // of them: those about definitions and profiles
std::span<const Function> terminology_functions();  // of them: those that ask for terminology
std::span<const Function> html_functions();         // of them: htmlChecks()
std::span<const Function> factory_functions();      // of %factory
const Function& primitive_constructor();            // of %factory, for all primitive types
std::span<const Function> terminology_service_functions();  // of %terminologies

}  // namespace paraneo::fhirpath

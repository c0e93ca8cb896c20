// htmlChecks() (FHIR R4 2.9.1.2).
#include "fhirpath/functions/functions.h"
#include "fhirpath/xhtml.h"

namespace paraneo::fhirpath {
namespace {

Collection html_checks(Run& run, const Node& node, const Collection& in, const Scope&) {
  const auto text = run.string(node, in);
  return text ? run.of(xhtml_fault(*text).empty()) : Collection();
}

constexpr Function kFunctions[] = {{"htmlChecks", 0, 0, html_checks}};

}  // namespace

std::span<const Function> html_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath

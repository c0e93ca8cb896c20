// htmlChecks() (FHIR R4 2.9.1.5): "the return value is undefined on any other kind of element" than
// xhtml.
#include "fhirpath/functions/functions.h"
#include "fhirpath/xhtml.h"

namespace paraneo::fhirpath {
namespace {

Collection html_checks(Run& run, const Node& node, const Collection& in, const Scope&) {
  if (in.size() != 1 || !in[0].is_element() ||
      run.engine.definitions().type_name(in[0].element->type) != "xhtml")
    return {};
  const auto text = run.string(node, in);
  return text ? run.of(xhtml_fault(*text).empty()) : Collection();
}

constexpr Function kFunctions[] = {{"htmlChecks", 0, 0, html_checks}};

}  // namespace

std::span<const Function> html_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath

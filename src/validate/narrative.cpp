// Narrative (FHIR R4 2.4): XHTML of elements and attributes that can do no harm, with some content. Says what is
// wrong, where the invariants txt-1 and txt-2 only say that something is.
#include "fhirpath/xhtml.h"
#include "validate/families.h"

namespace paraneo::validate {

void check_narrative(const element::Element& at, Visit& visit) {
  if (at.type != visit.names.xhtml || !at.has_value) return;
  if (const auto fault = fhirpath::xhtml_fault(at.value()); !fault.empty())
    visit.say(diag::Code::validate_narrative, at, fault, "the text is a <div> of XHTML with the formatting elements of HTML 4.0 and some content (txt-1, txt-2)");
}

}  // namespace paraneo::validate

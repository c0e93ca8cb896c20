// The families of rules that FHIR's pages state beside the definitions. Each looks at one element
// and returns at once where it has nothing to say. Internal to this folder.
#pragma once

#include "validate/context.h"
#include "validate/references.h"
#include "validate/visit.h"

namespace paraneo::validate {

// cardinality.cpp
void check_cardinality(const element::Element& at, Visit& visit);
// primitive.cpp; `says_odd_numbers`: also of a decimal that is right, and that few programs can
// reckon with.
void check_primitive(const element::Element& at, Visit& visit, bool says_odd_numbers);
// canonical.cpp; with Context::profiles.
void check_canonical(const element::Element& at, Visit& visit, const Context& context,
                     References& references);
// reference.cpp
void check_reference(const element::Element& at, Visit& visit, References& references);
// reference.cpp: that contained resources have ids of their own
void check_contained_ids(const element::Element& at, Visit& visit);
// datatype.cpp: rules of data types that no invariant states.
void check_datatype(const element::Element& at, Visit& visit);
void check_element_id(const element::Element& at, Visit& visit, References& references);
// bundle.cpp
void check_bundle(const element::Element& at, Visit& visit);
// extension.cpp
void check_extension(const element::Element& at, Visit& visit);
// forbidden.cpp
void check_forbidden(const element::Element& at, Visit& visit);
// narrative.cpp
void check_narrative(const element::Element& at, Visit& visit);
void check_narrative_link(const element::Element& at, Visit& visit, References& references);
// structure_map.cpp
void check_structure_map(const element::Element& at, Visit& visit);

}  // namespace paraneo::validate

// The codes that a resource lists, with their displays.
#pragma once

#include <vector>

#include "json/value.h"
#include "knowledge/knowledge.h"

namespace paraneo::knowledge {

// Of a CodeSystem its concepts, of a ValueSet what it includes and its expansion, of a ConceptMap
// both sides of each row; of anything else nothing.
void add_displays(const json::Value& resource, std::vector<Display>& to);

}  // namespace paraneo::knowledge

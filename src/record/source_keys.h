// Gives the facts of a record the keys that they have in a record of several sources.
#pragma once

#include "element/element.h"

namespace paraneo::record {

// Of all facts that were imported (key_among_sources), and wherever the record refers to them. What
// nobody has changed since is not changed by this: its digest is written anew. Facts that people
// wrote keep their keys.
void name_facts_by_source(const definition::Definitions& definitions, Arena& arena,
                          element::Element& record);

}  // namespace paraneo::record

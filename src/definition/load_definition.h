// One StructureDefinition (FHIR R4 5.3) becomes types and elements of the index: from its snapshot,
// or, where a logical model has none, from its differential and what its base has. Internal to this
// folder.
#pragma once

#include "definition/type_names.h"
#include "definition/type_tables.h"
#include "definition/unlinked_types.h"
#include "diag/diagnostic.h"
#include "json/value.h"

namespace paraneo::definition {

// What a definition is added to. References.
struct TypesInTheMaking {
  TypeTables& tables;
  TypeNames& type_names;
  UnlinkedTypes& unlinked;
};

// Definitions::add().
TypeId load_definition(TypesInTheMaking to, const json::Value& structure_definition,
                       diag::Sink& sink);

}  // namespace paraneo::definition

// Concept maps inside a map: contained ConceptMap resources (R4, R5) and the rows of `conceptmap`.
// Internal to this folder.
#pragma once

#include <functional>

#include "fml/resource/structure_map.h"

namespace paraneo::fml {

// False when the resource says more than rows can: `to` has the rows that there are nevertheless.
bool read_concept_map(const json::Value& resource, const Source& source, Arena& arena,
                      ast::InlineConceptMap& to);

// As a ConceptMap that a StructureMap contains.
void write_concept_map(const ast::InlineConceptMap& map, FhirVersion version,
                       const std::function<void()>& write_extensions, json::Writer& writer);

// Contained ConceptMaps among the metadata of a map work like those that are written out.
void add_carried_concept_maps(ast::Map& map, const Limits& limits);

}  // namespace paraneo::fml

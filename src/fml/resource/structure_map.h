// StructureMap resources (FHIR R4 and R5) to the tree of a map and back, without loss: what the
// text form has no syntax for is carried as metadata lines, what the resource has no element for as
// extensions (kMapExtension...).
#pragma once

#include <memory>
#include <string>

#include "base/limits.h"
#include "diag/diagnostic.h"
#include "fml/ast.h"
#include "json/value.h"
#include "json/write.h"

namespace paraneo::fml {

enum class FhirVersion : std::uint8_t { r4, r5 };

// Null, with diagnostics, when it is no usable StructureMap. Both versions are understood, element
// by element. The tree points into the source, which must live as long.
std::unique_ptr<ast::Map> read_structure_map(const json::Value& resource, const Source& source,
                                             const Limits& limits, diag::Sink& sink);
void write_structure_map(const ast::Map& map, FhirVersion version, json::Writer& writer);
std::string to_structure_map(const ast::Map& map, FhirVersion version, bool pretty);

// `.map` text or a StructureMap, whichever the source holds.
std::unique_ptr<ast::Map> load_map(const Source& source, const Limits& limits, diag::Sink& sink);

namespace extension {

#define PARANEO_MAP_EXTENSION "https://paraneo.github.io/fhir/StructureDefinition/map-"
inline constexpr std::string_view kCommentPlace =
    PARANEO_MAP_EXTENSION "comment-place";  // of
                                            // documentation:
                                            // before,
                                            // around
inline constexpr std::string_view kCommentBefore =
    PARANEO_MAP_EXTENSION "comment-before";  // comments without documentation
inline constexpr std::string_view kCommentAfter = PARANEO_MAP_EXTENSION "comment-after";
inline constexpr std::string_view kCommentEnd = PARANEO_MAP_EXTENSION "comment-end";
inline constexpr std::string_view kForm = PARANEO_MAP_EXTENSION "form";  // declared, status-assumed
inline constexpr std::string_view kPrefix = PARANEO_MAP_EXTENSION "prefix";
inline constexpr std::string_view kKind = PARANEO_MAP_EXTENSION "parameter-kind";
inline constexpr std::string_view kGeneratedName = PARANEO_MAP_EXTENSION "generated-name";
inline constexpr std::string_view kEquivalence = PARANEO_MAP_EXTENSION "equivalence";
#undef PARANEO_MAP_EXTENSION
// HL7's own, for R5's element in an R4 resource.
inline constexpr std::string_view kConst =
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-StructureMap.const";

}  // namespace extension

// The variable that stands for "none" in the resource form of a simple rule (src.a -> tgt.b).
inline constexpr std::string_view kSimpleVariable = "vvv";

}  // namespace paraneo::fml

// The metadata lines of a map (/// path = value) and the JSON members that they stand for.
// Internal to this folder.
#pragma once

#include "fml/ast.h"
#include "json/value.h"
#include "json/write.h"

namespace paraneo::fml {

// Appends the lines that stand for the member of a StructureMap.
void flatten(std::string_view path, const json::Value& value, const Source& source, Arena& arena,
             std::vector<ast::Metadata>& to);

// The part before the first dot.
std::string_view top_element(std::string_view path);
// What to write instead of a metadata line for this top element; empty for one without syntax of
// its own.
std::string_view own_syntax(std::string_view name);

// One member: all lines of one top element, in order of the map.
struct MetadataMember {
  std::string_view name;
  std::vector<const ast::Metadata*> lines;
};
// Lines of one top element together, in the order of the first of each.
std::vector<MetadataMember> members(const std::vector<ast::Metadata>& lines);
// The place of a top element among those of StructureMap.
std::size_t metadata_rank(std::string_view name);
// The member's value; what is a list in StructureMap is one here.
void write_member(const MetadataMember& member, json::Writer& writer);

// How a text is written: over several lines, or in quotes.
ast::Metadata::Kind text_kind(std::string_view text);

}  // namespace paraneo::fml

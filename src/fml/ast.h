// A map of the FHIR Mapping Language as written: the one model behind `.map` text and StructureMap
// resources (FHIR R4 StructureMap; the language's grammar is in its mapping-language page). Every
// node knows its place. Expressions are kept as trees of the shared expression language.
//
// Owns its nodes; the expression trees live in the arena inside, texts point into the Source, which
// must outlive the Map.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/arena.h"
#include "base/source.h"
#include "syntax/expression.h"

namespace paraneo::fml::ast {

// What a definition is for the map (map-model-mode).
enum class ModelMode : std::uint8_t { source, queried, target, produced };
// For which types a group is the default (map-group-type-mode).
enum class TypeMode : std::uint8_t { none, types, type_and_types };  // <<types>>, <<type+>>
// Which side a parameter is of (map-input-mode).
enum class InputMode : std::uint8_t { source, target };
// Which items of a list a source takes (map-source-list-mode).
enum class SourceListMode : std::uint8_t { all, first, not_first, last, not_last, only_one };
// Where in a list a target goes (map-target-list-mode).
enum class TargetListMode : std::uint8_t { none, first, share, last, single, collate };

// What people wrote beside a node, one text a line, without the comment marks.
struct Comments {
  std::vector<std::string_view> before;  // on lines of their own
  std::string_view after;                // at the end of its line
  std::vector<std::string_view> end;     // before the closing bracket
  bool blank_before = false;             // an empty line stands before it

  bool none() const { return before.empty() && after.empty() && end.empty(); }
};

// A definition that the map names.
struct Structure {  // uses "url" alias A as source
  std::string_view url;
  std::string_view alias;
  ModelMode mode = ModelMode::source;
  Comments comments;
  Span span;
};

// Another map whose groups this one calls.
struct Import {
  std::string_view url;  // may have a * : every loaded map whose URL is so
  Comments comments;
  Span span;
};

// let name = expression;
struct Constant {
  std::string_view name;
  const syntax::Expression* value = nullptr;
  Comments comments;
  Span span;
};

// A code system's short name inside of a concept map.
struct Prefix {
  std::string_view name;
  std::string_view system;
};

// One row of a concept map.
struct CodeRow {
  std::string_view source_system, source_code;
  std::string_view equivalence;  // a code of FHIR R4's concept-map-equivalence
  std::string_view target_system, target_code;
  std::string_view source_prefix, target_prefix;
  Comments comments;
  Span span;
};

// A concept map inside of a map.
struct InlineConceptMap {
  std::string_view id;  // translate() names it as "#id"
  std::vector<Prefix> prefixes;
  std::vector<std::string_view> unmapped;  // prefixes of "unmapped for s = provided"
  std::vector<CodeRow> rows;
  bool carried = false;  // stands in the metadata as a whole resource: print leaves it there
  Comments comments;
  Span span;
};

// An input of a group.
struct Parameter {
  InputMode mode = InputMode::source;
  std::string_view name;
  std::string_view type;  // alias, type name or URL; empty when not said
  Comments comments;      // only before
  Span span;
};

// One part of a rule's left side.
struct RuleSource {
  std::string_view context;
  std::string_view element;  // empty: the context itself; "a.b": b of all a
  std::string_view type;     // only items of this type
  std::optional<std::uint32_t> min;
  std::optional<std::uint32_t> max;  // absent: *
  const syntax::Expression* default_value = nullptr;
  SourceListMode list = SourceListMode::all;
  std::string_view variable;
  const syntax::Expression* where = nullptr;
  const syntax::Expression* check = nullptr;
  const syntax::Expression* log = nullptr;
  Span span;
  Span element_span;
};

// A value that stands in the map.
struct Literal {
  enum class Kind : std::uint8_t { string, integer, decimal, boolean, date, date_time, time };
  Kind kind = Kind::string;
  std::string_view text;  // decoded
};

// An argument that is a variable.
struct VariableUse {
  std::string_view name;
};

// A parameter of a transform or of a dependent group.
struct Argument {
  std::variant<Literal, VariableUse, const syntax::Expression*> value;
  Span span;
};

// One part of a rule's right side.
struct RuleTarget {
  std::string_view context;    // empty: only a variable is made ("uuid() as u")
  std::string_view element;    // empty with a context: the context itself; "a.b": b of a
  std::string_view transform;  // empty: a new element, or the default for a simple rule
  std::vector<Argument> arguments;
  std::string_view variable;
  TargetListMode list = TargetListMode::none;
  std::string_view list_rule;  // of share
  Span span;
  Span element_span;
};

// A group that a rule calls.
struct Dependent {
  std::string_view group;
  std::vector<Argument> arguments;
  Span span;
};

// sources -> targets then { rules } groups "name".
struct Rule {
  std::string_view name;  // generated when the map gives none
  bool named = false;
  bool simple = false;  // "a.b -> c.d": copy, or the default group of the two types
  std::vector<RuleSource> sources;
  std::vector<RuleTarget> targets;
  std::vector<Rule> rules;
  std::vector<Dependent> dependents;
  Comments comments;
  Span span;
};

// The unit that is called. Its first parameters are the extended group's.
struct Group {
  std::string_view name;
  std::vector<Parameter> parameters;
  std::string_view extends;
  TypeMode type_mode = TypeMode::none;
  std::vector<Rule> rules;
  Comments comments;
  Span span;
};

// /// path = value. An element of the StructureMap resource that has no syntax of its own. Lists
// are repeated paths; an object begins with its path and no value.
struct Metadata {
  enum class Kind : std::uint8_t { none, string, raw, markdown };  // raw: a number, true, false, {}
  std::string_view path;
  std::string_view value;
  Kind kind = Kind::string;
  Span span;
};

// A whole map. It owns the texts that are not in its source; the source outlives it.
struct Map {
  std::string_view url;
  std::string_view name;
  bool declared = false;           // by: map "url" = "name"
  std::vector<Metadata> metadata;  // as written; url and name too, unless the map is declared
  std::vector<InlineConceptMap> concept_maps;
  std::vector<Structure> structures;
  std::vector<Import> imports;
  std::vector<Constant> constants;
  std::vector<Group> groups;
  Comments comments;
  Span span;
  Arena arena;  // of the expressions and decoded texts
  Arena json;   // of the StructureMap that this was read from, if it was
  // What an expression was read from, without the brackets around it.
  std::unordered_map<const syntax::Expression*, std::string_view> expression_texts;
  std::deque<Source> sources;  // of expressions that came as strings of a StructureMap
};

}  // namespace paraneo::fml::ast

// A map of the FHIR Mapping Language as written: the one model behind `.map` text and StructureMap
// resources (FHIR R4 StructureMap; the language's grammar is in its mapping-language page). Every
// node knows its place. Expressions are kept as trees of the shared expression language.
//
// Owns its nodes; the expression trees live in the arena inside, texts point into the Source, which
// must outlive the Map.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/arena.h"
#include "base/source.h"
#include "syntax/expression.h"

namespace paraneo::fml::ast {

enum class ModelMode : std::uint8_t { source, queried, target, produced };
enum class TypeMode : std::uint8_t { none, types, type_and_types };  // <<types>>, <<type+>>
enum class InputMode : std::uint8_t { source, target };
enum class SourceListMode : std::uint8_t { all, first, not_first, last, not_last, only_one };
enum class TargetListMode : std::uint8_t { none, first, share, last, single, collate };

struct Structure {  // uses "url" alias A as source
  std::string_view url;
  std::string_view alias;
  ModelMode mode = ModelMode::source;
  Span span;
};

struct Import {
  std::string_view url;  // may end in * : every loaded map whose URL begins so
  Span span;
};

struct Constant {  // const name = expression;
  std::string_view name;
  const syntax::Expression* value = nullptr;
  Span span;
};

struct CodeRow {
  std::string_view source_system, source_code, equivalence, target_system, target_code;
};

struct InlineConceptMap {
  std::string_view id;  // translate() names it as "#id"
  std::vector<CodeRow> rows;
  Span span;
};

struct Parameter {
  InputMode mode = InputMode::source;
  std::string_view name;
  std::string_view type;  // alias, type name or URL; empty when not said
  Span span;
};


struct RuleSource {
  std::string_view context;
  std::string_view element;  // empty: the context itself
  std::string_view type;     // only items of this type
  std::optional<std::uint32_t> min;
  std::optional<std::uint32_t> max;  // absent: *
  const syntax::Expression* default_value = nullptr;
  SourceListMode list = SourceListMode::all;
  std::string_view variable;  // may be generated: "" never after parsing
  const syntax::Expression* where = nullptr;
  const syntax::Expression* check = nullptr;
  const syntax::Expression* log = nullptr;
  Span span;
  Span element_span;
};

struct Literal {
  enum class Kind : std::uint8_t { string, integer, decimal, boolean, date, date_time, time };
  Kind kind = Kind::string;
  std::string_view text;  // decoded
};

struct VariableUse {
  std::string_view name;
};

// A parameter of a transform or of a dependent group.
struct Argument {
  std::variant<Literal, VariableUse, const syntax::Expression*> value;
  Span span;
};

struct RuleTarget {
  std::string_view context;  // empty: only a variable is made ("uuid() as u")
  std::string_view element;  // empty with a context: never
  std::string_view transform;  // empty: a new element, or the default for a simple rule
  std::vector<Argument> arguments;
  std::string_view variable;
  TargetListMode list = TargetListMode::none;
  std::string_view list_rule;  // of share
  Span span;
  Span element_span;
};

struct Dependent {
  std::string_view group;
  std::vector<Argument> arguments;
  Span span;
};

struct Rule {
  std::string_view name;  // generated when the map gives none
  bool named = false;
  bool simple = false;  // "a.b -> c.d": copy, or the default group of the two types
  std::vector<RuleSource> sources;
  std::vector<RuleTarget> targets;
  std::vector<Rule> rules;
  std::vector<Dependent> dependents;
  Span span;
};

struct Group {
  std::string_view name;
  std::vector<Parameter> parameters;
  std::string_view extends;
  TypeMode type_mode = TypeMode::none;
  std::vector<Rule> rules;
  Span span;
};

struct Metadata {  // /// path = value
  std::string_view path;
  std::string_view value;
};

struct Map {
  std::string_view url;
  std::string_view name;
  std::vector<Metadata> metadata;  // as written, url and name too
  std::vector<InlineConceptMap> concept_maps;
  std::vector<Structure> structures;
  std::vector<Import> imports;
  std::vector<Constant> constants;
  std::vector<Group> groups;
  Span span;
  Arena arena;  // of the expressions and decoded texts
};

}  // namespace paraneo::fml::ast

// A compiled expression: nodes in one flat list, names resolved to symbols, types and slots,
// constants made. Internal to this folder.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <unordered_set>
#include <vector>

#include "fhirpath/decision.h"

namespace paraneo::fhirpath {

class Run;
struct Node;
struct Scope;

// A function of the language. It evaluates its own arguments, so that it decides in which scope.
using FunctionBody = Collection (*)(Run&, const Node&, const Collection& input, const Scope&);
// One whose result is true, false or empty.
using FunctionTest = std::optional<bool> (*)(Run&, const Node&, const Collection& input,
                                             const Scope&);

constexpr std::uint8_t kAnyNumber = 255;  // of arguments

// What a node does.
enum class Op : std::uint8_t {
  constant,  // value
  texts,     // slot: of Program::texts
  empty,
  focus,  // the scope's whole input
  this_item,
  index,
  total,
  variable,      // slot
  local,         // slot; of defineVariable()
  define,        // operands: [focus, value?]; slot; text: the name
  named,         // text; of a defineVariable() whose name is computed
  define_named,  // operands: [focus, name, value?]; slot: of Program::names_taken
  scoped,        // operands: [value]; names that are computed in it end with it
  context,       // %context
  resource,
  root_resource,
  member,       // operands: [focus]; symbol
  root_member,  // a name at the beginning: the type of the input, or a child
  call,         // operands: [focus, arguments...]
  any,          // operands: [focus]; exists()
  none,         // operands: [focus]; empty()
  indexer,
  negate,
  descending,  // operands: [key], of sort()
  binary,      // operands: [left, right]
  is_type,     // operands: [left]; type
  as_type,
};

// Which operator a binary node is.
enum class Binary : std::uint8_t {
  equal,
  not_equal,
  equivalent,
  not_equivalent,
  less,
  less_equal,
  greater,
  greater_equal,
  plus,
  minus,
  times,
  divide,
  integer_divide,
  modulo,
  concatenate,
  unite,
  in,
  contains,
  logical_and,
  logical_or,
  logical_xor,
  implies,
};

// A row of the table of functions.
struct Function {
  std::string_view name;
  std::uint8_t arguments_min = 0;
  std::uint8_t arguments_max = 0;
  FunctionBody body = nullptr;
  FunctionTest test = nullptr;  // the same without making a collection, where there is such a way
  Op bare = Op::call;           // what it is without arguments
};

// Null when there is none of that name.
const Function* find_function(std::string_view name);
std::vector<std::string_view> function_names();
// Of %factory and %terminologies, which are no values: only calls of their functions are. None for
// other variables.
std::span<const Function> functions_of(std::string_view object);

// A type as `is`, `as` and ofType() name it.
struct TypeSpec {
  bool known = false;
  bool system = false;  // System.X: values, not elements
  ItemKind kind = ItemKind::element;
  DateTime::Kind temporal = DateTime::Kind::date;
  definition::TypeId type = 0;
};

inline constexpr std::uint32_t kNoPart = 0xFFFFFFFFU;
inline constexpr std::size_t kPartVariablesMax = 4;

// A part that depends on nothing but these variables (slots).
struct Part {
  std::vector<std::uint32_t> variables;
};

// One step of a program; its operands stand in Program::operands.
struct Node {
  Op op = Op::empty;
  Binary binary = Binary::equal;
  std::uint32_t first_operand = 0;
  std::uint32_t operand_count = 0;
  std::uint32_t slot = 0;
  std::uint32_t part = kNoPart;  // which one of the program's it is
  bool is_closed = false;        // depends on nothing but variables
  definition::Symbol symbol = 0;
  std::string_view text;  // of a member: its name
  TypeSpec type;
  const Function* function = nullptr;
  Item value;
  Span span;
};

// Literal strings, each once, in their order.
struct Texts {
  Collection value;
  std::unordered_set<std::string_view> strings;
};

// A compiled expression. Immutable; it may be run by any number of threads at once.
class Program {
 public:
  std::vector<Node> nodes;
  std::vector<std::uint32_t> operands;
  std::vector<Part> parts;
  std::vector<Texts> texts;
  std::uint32_t root = 0;
  std::uint32_t local_count = 0;
  // The names that a computed one may not be; one list for each defineVariable() of that kind.
  std::vector<std::vector<std::string_view>> names_taken;
  Arena arena;        // of the constants
  Decision decision;  // of the whole, as a condition

  std::uint32_t operand(const Node& node, std::uint32_t i) const {
    return operands[node.first_operand + i];
  }
};

// By FHIRPath 2.0, 10.2: `FHIR.` or `System.` first, or neither. `known` is false where there is
// no such type.
TypeSpec resolve_type(const definition::Definitions& definitions, std::string_view name);
// A model may say that values are of FHIRPath itself: a type of the URL
// http://hl7.org/fhirpath/System.String is.
bool is_system_type(const definition::Definitions& definitions, definition::TypeId type);

}  // namespace paraneo::fhirpath

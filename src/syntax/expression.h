// The tree of an expression (FHIRPath 2.0, "Expressions"), as written. Nodes live in an arena;
// texts point into the source or the arena.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/source.h"

namespace paraneo::syntax {

// What a node of the tree is.
enum class ExpressionKind : std::uint8_t {
  empty,    // {}
  boolean,  // text: true, false
  string,
  integer,
  long_integer,
  decimal,
  date,
  date_time,
  time,
  quantity,   // text: number, unit: UCUM code or calendar word
  variable,   // %name; text: name
  this_item,  // $this
  index,      // $index
  total,      // $total
  member,     // operands: [focus]; text: name
  call,       // operands: [focus?, parameters...]; text: name; has_focus
  indexer,    // operands: [focus, index]
  unary,      // operands: [operand]; text: operator, or desc in sort()
  binary,     // operands: [left, right]; text: operator
  type_is,    // operands: [left]; text: type
  type_as,
};

// A node of the tree. Lives in an arena; texts point into that or into the source.
struct Expression {
  ExpressionKind kind = ExpressionKind::empty;
  bool has_focus = false;      // member, call: something stands before the point
  bool calendar_unit = false;  // quantity: the unit was a word (days), not a code ('d')
  std::uint32_t depth = 1;     // of the tree below, this node included
  std::string_view text;
  std::string_view unit;
  std::span<const Expression*> operands;
  Span span;
};

// Back to text; parses to the same tree.
std::string print(const Expression& expression);

}  // namespace paraneo::syntax

// The tree of a map back to canonical `.map` text: one item a line, comments kept, the same text
// for the same tree. print(parse(print(m))) == print(m).
#pragma once

#include <string>
#include <string_view>

#include "fml/ast.h"

namespace paraneo::fml {

inline constexpr std::size_t kPrintColumns = 100;  // longer rules go on in further lines

// The text that `maps fmt` writes; read again, it is the same tree.
std::string print(const ast::Map& map);
// One rule without its comments and its nested rules, on one line: for messages and reports.
std::string print(const ast::Map& map, const ast::Rule& rule);

// The expression as it was written.
std::string expression_text(const ast::Map& map, const syntax::Expression& expression);

inline constexpr std::size_t kShownChars = 100;
// As much of a text as is shown in a message or a trace.
std::string cut(std::string_view text);

}  // namespace paraneo::fml

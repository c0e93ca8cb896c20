// The names that a group or an expression may mean variables by. Internal to this folder.
#pragma once

#include <string_view>
#include <unordered_set>

#include "fml/ast.h"

namespace paraneo::fml {

using Names = std::unordered_set<std::string_view>;

// Names of variables; those that are hidden inside count as well.
void add_mentioned(const syntax::Expression& expression, Names& to);
void add_mentioned(const ast::Group& group, Names& to);

}  // namespace paraneo::fml

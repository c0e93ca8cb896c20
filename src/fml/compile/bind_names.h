// Variables of a map may be named in expressions without their %: these become variables here,
// where the name is no element of what the expression runs on. Internal to this folder.
#pragma once

#include <functional>

#include "base/arena.h"
#include "definition/definitions.h"
#include "syntax/expression.h"

namespace paraneo::fml {

struct NameScope {
  std::function<bool(std::string_view)> is_variable;
  const definition::Definitions& definitions;
  bool has_context = false;        // the expression runs on something
  definition::TypeId context = 0;  // of this type, where that is known
};

// The same tree where nothing changes; new nodes are made in the arena.
const syntax::Expression& bind_names(const syntax::Expression& expression, const NameScope& scope,
                                     Arena& arena);

}  // namespace paraneo::fml

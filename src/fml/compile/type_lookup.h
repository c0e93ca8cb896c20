// The types and elements that a map names. Internal to this folder.
#pragma once

#include <string_view>

#include "fml/ast.h"
#include "fml/compile/compile_context.h"
#include "fml/compile/group_scope.h"

namespace paraneo::fml {

// By alias, by name (in the release of `beside`), by URL. 0 after a mistake, which was reported.
definition::TypeId type_named(CompileContext& context, const ast::Map& map, std::string_view name,
                              Span span, definition::TypeId beside = 0);

// Nothing is known of its elements.
bool is_open_type(const definition::Definitions& definitions, definition::TypeId type);

// Checks that the variable's type has the element; the type of its value where there is only one.
// `resolved` and `likely` get what is known of it.
definition::TypeId element_type(CompileContext& context, const Variable& variable,
                                std::string_view name, Span span, ResolvedElement& resolved,
                                definition::TypeId& likely);

}  // namespace paraneo::fml

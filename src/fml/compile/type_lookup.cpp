#include "fml/compile/type_lookup.h"

#include "diag/suggest.h"

namespace paraneo::fml {

using diag::closest;
using diag::Code;
using diag::did_you_mean;

namespace {

std::string type_advice(const CompileContext& context, const ast::Map& map, std::string_view name) {
  auto near =
      closest(context.sink, name, map.structures, [](const ast::Structure& s) { return s.alias; });
  if (near.empty())
    near = closest(context.sink, name, context.definitions.type_names(),
                   [](std::string_view t) { return t; });
  return near.empty() ? "" : did_you_mean(near) + " ";
}

std::string choice_advice(const definition::Definitions& definitions, definition::TypeId type,
                          std::string_view json_name) {
  for (const auto& member : definitions.members(type)) {
    const auto& element = definitions.element_at(member.element);
    if (element.choice && definitions.name(member.json_name) == json_name)
      return "the element is " + quoted(definitions.name(element.name)) + ", of type " +
             std::string(definitions.type_name(member.type));
  }
  return {};
}

void unknown_element(CompileContext& context, definition::TypeId type, std::string_view name,
                     Span span) {
  auto advice = choice_advice(context.definitions, type, name);
  for (definition::TypeId other = 1;
       type == 0 && advice.empty() && other < context.definitions.type_count(); ++other)
    advice = choice_advice(context.definitions, other, name);
  if (advice.empty() && type != 0) {
    const auto near = closest(context.sink, name, context.definitions.elements(type),
                              [&](const auto& e) { return context.definitions.name(e.name); });
    advice = (near.empty() ? "" : did_you_mean(near) + " ") + "it has: ";
    const auto begin = advice.size();
    for (const auto& e : context.definitions.elements(type))
      advice += (advice.size() > begin ? ", " : "") + std::string(context.definitions.name(e.name));
  }
  context.complain(
      Code::fml_unknown_element,
      (type == 0 ? "no type has an element "
                 : std::string(context.definitions.type_name(type)) + " has no element ") +
          quoted(name),
      span, advice);
}

}  // namespace

definition::TypeId type_named(CompileContext& context, const ast::Map& map, std::string_view name,
                              Span span, definition::TypeId beside) {
  for (const auto& structure : map.structures) {
    if (structure.alias != name && structure.url != name) continue;
    if (const auto type = context.definitions.find_type(structure.url); type != 0) return type;
    context.complain(Code::fml_unknown_type,
                     "the definition " + std::string(structure.url) + " is not loaded",
                     structure.span, "load it with --ig");
    return 0;
  }
  const auto type = context.definitions.find_type(name, beside);
  if (type == 0)
    context.complain(Code::fml_unknown_type, "there is no type " + quoted(name), span,
                     type_advice(context, map, name) + "name it with: uses \"URL\" alias " +
                         std::string(name) + " as source");
  return type;
}

bool is_open_type(const definition::Definitions& definitions, definition::TypeId type) {
  return type == 0 || definitions.type(type).abstract || definitions.elements(type).empty();
}

definition::TypeId element_type(CompileContext& context, const Variable& variable,
                                std::string_view name, Span span, ResolvedElement& resolved,
                                definition::TypeId& likely) {
  resolved = resolve_element(context.definitions, variable.likely, name);
  likely = 0;
  if (variable.type != 0 && context.definitions.is_primitive(variable.type) && name == "value")
    return likely = variable.type;
  if (resolved.def != nullptr) {
    const auto types = context.definitions.types(*resolved.def);
    likely = types.size() == 1 ? types[0].type : 0;
    return variable.type == 0 ? 0 : likely;
  }
  const auto is_unknown = resolved.name == 0 || !is_open_type(context.definitions, variable.type) ||
                          context.engine.is_only_json(resolved.name);
  if (is_unknown) unknown_element(context, variable.type, name, span);
  return 0;
}

}  // namespace paraneo::fml

// Maps as data (FHIR R4 5.7): what a rule names as its context is a variable of its group, of the
// rules around it or of its own sources and targets before, or a type; and an input of a group has
// the elements that rules take of it.
#include <algorithm>

#include "validate/families.h"

namespace paraneo::validate {
namespace {

using diag::Code;

class Group {
 public:
  Group(const element::Element& at, Visit& visit) : visit_(visit), words_(visit.definitions) {
    for (const auto* child = at.first; child != nullptr; child = child->next)
      if (child->name == words_.input)
        add(*child, visit.definitions.find_symbol("name"), type_of_input(*child));
    check_rules(at);
  }

 private:
  struct Words {
    explicit Words(const definition::Definitions& d)
        : input(d.find_symbol("input")), rule(d.find_symbol("rule")),
          source(d.find_symbol("source")), target(d.find_symbol("target")),
          context(d.find_symbol("context")), context_type(d.find_symbol("contextType")),
          variable(d.find_symbol("variable")), structure(d.find_symbol("structure")),
          alias(d.find_symbol("alias")) {}
    definition::Symbol input, rule, source, target, context, context_type, variable, structure,
        alias;
  };
  struct Variable {
    std::string_view name;
    definition::TypeId type = 0;  // 0: not known
  };

  // "Type for this instance of data" (group.input.type): a name of the map's structures, or of a
  // type.
  definition::TypeId type_of_input(const element::Element& input) const {
    const auto type = Visit::text_of(input, visit_.names.type);
    const auto* map = input.parent->parent;
    for (const auto* child = map->first; child != nullptr; child = child->next)
      if (child->name == words_.structure && Visit::text_of(*child, words_.alias) == type)
        return visit_.definitions.find_type(Visit::text_of(*child, visit_.names.url));
    return visit_.definitions.find_type(type);
  }

  // The reader bounds how deep rules nest.
  void check_rules(const element::Element& holder) {
    for (const auto* rule = holder.first; rule != nullptr; rule = rule->next) {
      if (rule->name != words_.rule) continue;
      const auto outside = variables_.size();
      for (const auto name : {words_.source, words_.target})
        for (const auto* child = rule->first; child != nullptr; child = child->next)
          if (child->name == name) check_part(*child);
      check_rules(*rule);
      variables_.resize(outside);
    }
  }

  void check_part(const element::Element& part) {
    const auto* context = part.child(words_.context);
    const auto* variable = context == nullptr ? nullptr : find(context->value());
    if (variable != nullptr) check_element(part, variable->type);
    else if (context != nullptr && context->has_value && !is_type(part, context->value()))
      visit_.say(Code::validate_datatype, *context,
                 "the context of the rule is no variable that is known at this point",
                 "it is an input of the group, or a variable of this rule or of one around it");
    add(part, words_.variable, 0);
  }

  // The last of that name: an inner one hides an outer one. Null without one.
  const Variable* find(std::string_view name) const {
    const auto found = std::find_if(variables_.rbegin(), variables_.rend(),
                                    [&](const auto& each) { return each.name == name; });
    return found == variables_.rend() ? nullptr : &*found;
  }

  // Primitives have their value, which definitions do not name.
  void check_element(const element::Element& part, definition::TypeId type) {
    const auto* element = part.child(visit_.names.element);
    if (type == 0 || visit_.definitions.is_primitive(type) || element == nullptr ||
        !element->has_value)
      return;
    const auto& definitions = visit_.definitions;
    const auto name = element->value().substr(0, element->value().find('.'));
    if (const auto symbol = definitions.find_symbol(name);
        symbol != 0 && definitions.element(type, symbol) != nullptr)
      return;
    visit_.say(Code::validate_datatype, *element,
               std::string(definitions.type_name(type)) + " has no element of this name",
               "an element of several types goes by its name alone: value, and not valueQuantity");
  }

  // "Type or variable this rule applies to" (source.context, target.context).
  bool is_type(const element::Element& part, std::string_view context) const {
    const auto kind = Visit::text_of(part, words_.context_type);
    return kind == "type" || (kind.empty() && visit_.definitions.find_type(context) != 0);
  }

  void add(const element::Element& at, definition::Symbol name, definition::TypeId type) {
    if (const auto variable = Visit::text_of(at, name); !variable.empty())
      variables_.push_back({variable, type});
  }

  Visit& visit_;
  const Words words_;
  std::vector<Variable> variables_;
};

}  // namespace

void check_structure_map(const element::Element& at, Visit& visit) {
  if (at.parent == nullptr || at.parent->type != visit.names.structure_map ||
      at.name != visit.names.group)
    return;
  Group(at, visit);
}

}  // namespace paraneo::validate

// Maps as data (FHIR R4 5.7): what a rule names as its context is a variable of its group, of the rules around it or of its
// own sources and targets before, or a type.
#include <algorithm>

#include "validate/families.h"

namespace paraneo::validate {
namespace {

using diag::Code;

class Group {
 public:
  Group(const element::Element& at, Visit& visit) : visit_(visit), words_(visit.definitions) {
    for (const auto* child = at.first; child != nullptr; child = child->next)
      if (child->name == words_.input) add(*child, visit.definitions.find_symbol("name"));
    check_rules(at);
  }

 private:
  struct Words {
    explicit Words(const definition::Definitions& d)
        : input(d.find_symbol("input")), rule(d.find_symbol("rule")), source(d.find_symbol("source")), target(d.find_symbol("target")), context(d.find_symbol("context")),
          context_type(d.find_symbol("contextType")), variable(d.find_symbol("variable")) {}
    definition::Symbol input, rule, source, target, context, context_type, variable;
  };

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
    if (context != nullptr && context->has_value && !is_known(part, context->value()))
      visit_.say(Code::validate_datatype, *context, "the context of the rule is no variable that is known at this point", "it is an input of the group, or a variable of this rule or of one around it");
    add(part, words_.variable);
  }

  // "Type or variable this rule applies to" (source.context, target.context).
  bool is_known(const element::Element& part, std::string_view context) const {
    if (std::find(variables_.begin(), variables_.end(), context) != variables_.end()) return true;
    const auto kind = Visit::text_of(part, words_.context_type);
    return kind == "type" || (kind.empty() && visit_.definitions.find_type(context) != 0);
  }

  void add(const element::Element& at, definition::Symbol name) {
    if (const auto variable = Visit::text_of(at, name); !variable.empty()) variables_.push_back(variable);
  }

  Visit& visit_;
  const Words words_;
  std::vector<std::string_view> variables_;
};

}  // namespace

void check_structure_map(const element::Element& at, Visit& visit) {
  if (at.parent == nullptr || at.parent->type != visit.names.structure_map || at.name != visit.names.group) return;
  Group(at, visit);
}

}  // namespace paraneo::validate

// The rules of one group, with the types and the uses of its variables. Internal to this folder.
#pragma once

#include <map>
#include <set>
#include <string>

#include "fml/compile/check.h"
#include "fml/compile/scoped_names.h"

namespace paraneo::fml {

// What all groups of all maps write: an element of a type, and elements of variables whose type is
// not known (type 0). Types have the place where one is made first, or given from outside.
struct Written {
  std::set<std::pair<definition::TypeId, std::string_view>> elements;
  std::map<definition::TypeId, Span> made;
  std::map<definition::TypeId, Span> given;
};

// Warns of rules that cannot do what they say. For one map; not thread-safe.
class RuleChecker {
 public:
  // `has_default_groups`: what a simple rule copies may go to a group instead.
  RuleChecker(const ast::Map& map, const definition::Definitions& definitions,
              bool has_default_groups, diag::Sink& sink, Written& written)
      : map_(map), definitions_(definitions), has_default_groups_(has_default_groups), sink_(sink),
        written_(written) {}

  // Warns of the rules of one group.
  void group(const ast::Group& g);

  // Over all groups.
  const std::set<std::string_view>& used_constants() const { return used_constants_; }
  const std::set<std::string_view>& used_concept_maps() const { return used_concept_maps_; }

 private:
  struct Variable {
    std::string_view name;
    Span span;
    definition::TypeId type = 0;
    std::vector<definition::TypeId> types;  // that it may be; empty: not known
    std::size_t level = 0;                  // how many rules stand around it
    bool is_target = false;
    bool is_parameter = false;
    bool used = false;
  };
  // A rule that is open: whether it runs more than once for one value around it, and when.
  struct Level {
    const ast::RuleSource* many = nullptr;
    bool conditional = false;
    std::string key;  // its sources
  };

  void rules(const std::vector<ast::Rule>& all);
  void rule(const ast::Rule& r);
  void source(const ast::RuleSource& s, Level& level);
  void target(const ast::RuleTarget& t, const ast::Rule& r);
  void transform(const ast::RuleTarget& t, definition::TypeId& type);
  void written_once(const ast::RuleTarget& t, const Variable& context,
                    const definition::ElementDef& def);
  std::vector<definition::TypeId> types_of(const ast::RuleSource& s, const Variable* context,
                                           const definition::ElementDef* def,
                                           definition::TypeId wanted) const;
  void copies(const ast::RuleTarget& t, const ast::Rule& r, const definition::ElementDef& def);
  void argument(const ast::Argument& a);
  void expression(const syntax::Expression* e);
  Variable* use(std::string_view name);
  void leave(std::size_t scope);
  const definition::ElementDef* element(definition::TypeId type, std::string_view path,
                                        definition::TypeId& result);
  definition::TypeId type_named(std::string_view name) const;
  void report(diag::Code code, diag::Severity severity, std::string message, Span span,
              std::string advice = {});
  void warn(diag::Code code, std::string message, Span span, std::string advice = {});

  const ast::Map& map_;
  const definition::Definitions& definitions_;
  bool has_default_groups_;
  diag::Sink& sink_;
  Written& written_;
  ScopedNames<Variable> names_;
  std::vector<Level> levels_;
  std::vector<definition::TypeId> source_types_;  // of the last source
  // What was written in this group: variable and element, and the rules around it.
  std::map<std::pair<std::string, std::string>, Span> writes_;
  std::set<std::string_view> used_constants_;
  std::set<std::string_view> used_concept_maps_;
};

}  // namespace paraneo::fml

// Compiles one map with what it imports. Internal to this folder; entry point for others:
// compile().
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "fml/compile.h"
#include "fml/scoped_names.h"

namespace paraneo::fml {

class MapCompiler {
 public:
  // The first one's first group is where the program begins.
  MapCompiler(std::span<const ast::Map* const> maps, const Library& library,
              const fhirpath::Engine& engine, diag::Sink& sink)
      : mains_(maps), library_(library), engine_(engine), definitions_(engine.definitions()),
        sink_(sink), program_(std::make_shared<Program>()) {
    program_->data_types = DataTypes(definitions_);
    program_->loaded_concept_maps = &library.concept_maps();
  }

  std::shared_ptr<const Program> compile();

 private:
  enum class Role : std::uint8_t { source, target, value };

  struct Name {
    std::string_view name;
    std::uint32_t slot = 0;
    Role role = Role::source;
    definition::TypeId type = 0;    // 0: not known before the run
    definition::TypeId likely = 0;  // what a caller passes, where nothing says the type: good for
                                    // speed only
  };

  struct GroupRef {
    const ast::Map* map = nullptr;
    const ast::Group* group = nullptr;
  };

  void complain(diag::Code code, std::string message, Span span, std::string advice = {}) {
    sink_.report(code, std::move(message), span, {}, std::move(advice));
  }
  static std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

  // compile.cpp: maps and groups

  // The maps, then their imports; each map once.
  void collect();
  const std::vector<const ast::Map*>& imported(std::string_view url);
  // Whether groups of `other` may be called in the map that is being compiled: it imports it, by
  // whatever way.
  bool reaches(const ast::Map& other);
  void check_bases();
  // The group that the group extends takes those of its parameters that have the same names; else
  // the first ones.
  void extend(GroupCode& code, const ast::Group& group, Span span);
  void make_concept_maps(const ast::Map& map);
  // Types and parameters, so that calls can be checked in any order.
  void declare(std::uint32_t index);
  // By alias, by name (in the release of `beside`), by URL.
  definition::TypeId type_named(const ast::Map& map, std::string_view name, Span span,
                                definition::TypeId beside = 0);
  std::string type_advice(const ast::Map& map, std::string_view name) const;
  void define(std::uint32_t index);
  // The constants that the group needs; all of them for the first group of a map, for their
  // mistakes.
  std::vector<const ast::Constant*> constants_for(const ast::Map& map,
                                                  const ast::Group& group) const;
  std::uint32_t group_named(std::string_view name, Span span);
  std::string group_advice(std::string_view name) const;

  // compile_rule.cpp: rules, their sources, variables, operands and calls

  const Name* name_of(std::string_view name) const { return names_.find(name); }
  const Name* known(std::string_view name, Span span);
  std::vector<RuleCode> compile_rules(const std::vector<ast::Rule>& rules);
  RuleCode compile_rule(const ast::Rule& rule);
  // "s.a.b as v" is "s.a as x, x.b as v", with a variable that nobody can name.
  template <class Part>
  std::vector<Part> path_steps(const Part& part);
  std::string_view hidden_name();
  SourceCode compile_source(const ast::RuleSource& source);
  bool open_type(definition::TypeId type) const;
  // Checks that the type has the element; the type of its value where there is only one.
  definition::TypeId element_type(const Name& context, std::string_view name, Span span,
                                  Place& place, definition::TypeId& likely);
  void unknown_element(definition::TypeId type, std::string_view name, Span span);
  std::string choice_advice(definition::TypeId type, std::string_view json_name) const;
  CallCode compile_call(const ast::Dependent& dependent);
  void check_argument(ParameterCode& parameter, const ast::Argument& argument);
  OperandCode operand(const ast::Argument& argument);
  fhirpath::Item item_of(const ast::Literal& literal);
  void collect_names(const syntax::Expression& e, std::vector<std::string_view>& names) const;
  // `has_context`: it runs on an item; else all that it can read are variables.
  ExpressionCode condition(const ast::RuleSource& source, const syntax::Expression* written,
                           definition::TypeId type);
  ExpressionCode expression(const syntax::Expression& written, definition::TypeId context,
                            bool has_context = true);

  // compile_target.cpp: targets and their transforms

  TargetCode compile_target(const ast::RuleTarget& target, bool simple, const RuleCode& rule_code);
  static void copy_slot(TargetCode& code, std::uint32_t slot);
  static Way way_of(const TargetCode& code);
  void choose_type(TargetCode& code, definition::TypeId type);
  // A literal is held to the form of its element once, here.
  void check_literals(TargetCode& code, bool is_certain);
  // False when it is a literal that the place cannot take.
  bool check_literal(OperandCode& operand, const Place& place);
  // Of the element: rules for another one may use the name as well.
  std::uint32_t share(std::string_view name, definition::Symbol element);
  // Fills the code and returns the type of the result, 0 where it is not certain.
  definition::TypeId compile_transform(const ast::RuleTarget& target, TargetCode& code,
                                       definition::TypeId element_type, Role& role);
  static const ast::Literal* literal_of(const ast::RuleTarget& target, std::size_t i);
  definition::TypeId named_type(const ast::RuleTarget& target, std::size_t i,
                                definition::TypeId beside);
  const terminology::ConceptMap* concept_map(const ast::RuleTarget& target);
  void check_concept_map(const terminology::ConceptMap& map);
  // evaluate(variable, expression): the variable is the expression's input.
  void evaluate_operands(const ast::RuleTarget& target, TargetCode& code);

  const std::span<const ast::Map* const> mains_;
  const Library& library_;
  const fhirpath::Engine& engine_;
  const definition::Definitions& definitions_;
  diag::Sink& sink_;
  std::shared_ptr<Program> program_;
  std::vector<const ast::Map*> maps_;
  std::vector<GroupRef> refs_;  // in the order of program_->groups
  std::map<std::pair<const ast::Map*, std::string_view>, std::uint32_t> group_of_;
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> groups_named_;
  std::unordered_map<std::string_view, std::vector<const ast::Map*>> imported_;  // by the URL of an
                                                                                 // import, which
                                                                                 // may be a pattern
  const ast::Map* reached_from_ = nullptr;
  std::unordered_set<const ast::Map*> reached_;
  std::map<std::pair<const ast::Map*, std::string_view>, const terminology::ConceptMap*>
      inline_maps_;
  std::map<std::pair<std::string_view, definition::Symbol>, std::uint32_t> shares_;
  std::set<const terminology::ConceptMap*> checked_concept_maps_;

  // Of the group that is being compiled.
  const ast::Map* map_ = nullptr;
  std::uint32_t hidden_names_ = 0;
  ScopedNames<Name> names_;
  std::uint32_t slots_ = 0;       // that are in use
  std::uint32_t slots_most_ = 0;  // that were in use at one time
};

// "uuid()" where an expression stands.
bool is_transform_call(const syntax::Expression& e);

}  // namespace paraneo::fml

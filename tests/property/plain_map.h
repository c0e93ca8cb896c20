// A plain interpreter of maps: walks the map as it was written, over values of its own. It shares
// the parser, the forms of primitives and FHIRPath's plain interpreter with the tests around it,
// and nothing with the engine that compiles and runs maps, so that where both agree neither has a
// mistake that the other does not have too.
#pragma once

#include <memory>
#include <set>

#include "fml/ast.h"
#include "plain_fhirpath.h"
#include "plain_model.h"

namespace paraneo::plain {

class MapInterpreter {
 public:
  struct Result {
    std::unique_ptr<Node> target;
    bool failed = false;  // an error was reported; the rest of the map ran nevertheless
  };
  // The map's first group over one source and one target. Throws Unsupported.
  static Result run(const fml::ast::Map& map, const Node& source, const std::string& target_type);

 private:
  explicit MapInterpreter(const fml::ast::Map& map) : map_(map) {}

  void fail() { failed_ = true; }
  void step();
  const fml::ast::Group& group_named(std::string_view name) const;
  void group(const fml::ast::Group& group, const std::vector<List>& arguments);
  void rules(const std::vector<fml::ast::Rule>& rules, const Variables& variables);
  void from_source(const fml::ast::Rule& rule, const std::vector<fml::ast::RuleSource>& sources,
                   std::size_t index, const Variables& variables);
  void body(const fml::ast::Rule& rule, Variables variables);
  List items(const fml::ast::RuleSource& source, const Variables& variables);
  bool passes(const fml::ast::RuleSource& source, const Value& item, const Variables& variables);
  List evaluate(const syntax::Expression& expression, const List& input,
                const Variables& variables);
  const syntax::Expression* bound(const syntax::Expression& e, const Variables& variables);
  std::string type_named(std::string_view name) const;

  // plain_target.cpp
  void target(const fml::ast::Rule& rule, const fml::ast::RuleTarget& target, bool is_copy,
              Variables& variables);
  Node* written(const fml::ast::Rule& rule, const fml::ast::RuleTarget& target, bool is_copy,
                Node& parent, const Variables& variables);
  Node* made(const fml::ast::RuleTarget& target, const std::string& type, Node& parent);
  Node* child(Node& parent, std::string_view name, std::string type);
  Node* write(Node& parent, std::string_view name, const Value& value);
  Node* write_complex(Node& parent, const ModelElement& element, const Node& original);
  Node* write_primitive(Node& parent, const ModelElement& element, const Value& value);
  bool assign(Node& to, const Value& value);
  bool default_group(const fml::ast::RuleTarget& target, const Value& item, Node& parent);
  void put_in_order(const fml::ast::Rule& rule, const fml::ast::RuleTarget& target, Node& parent,
                    Node& item);
  void put_in_places();
  Node* detached(const std::string& type);
  Node* place(Node& parent, const ModelElement& element, std::unique_ptr<Node> node);
  void remove(Node& parent, const Node& child);
  Node* only_one(Node& parent, const ModelElement& element) const;

  // plain_transforms.cpp
  List values(const fml::ast::Argument& argument, const Variables& variables);
  std::string text(const fml::ast::Argument& argument, const Variables& variables);
  List transformed(const fml::ast::RuleTarget& target, const Variables& variables);
  List truncated(const fml::ast::RuleTarget& target, const Variables& variables);
  List escaped(const fml::ast::RuleTarget& target, const Variables& variables);
  List cast(const fml::ast::RuleTarget& target, const Variables& variables);
  List translated(const fml::ast::RuleTarget& target, const Variables& variables);
  List reference(const fml::ast::RuleTarget& target, const Variables& variables);
  List date(const fml::ast::RuleTarget& target, const Variables& variables);
  Node* data_type(const fml::ast::RuleTarget& target, const Variables& variables);
  void set(Node& to, std::string_view name, const std::string& value);
  void quantity(Node& to, const fml::ast::RuleTarget& target, const Variables& variables);

  struct Placed {
    Node* parent;
    Node* item;
  };
  using OfList = std::pair<const Node*, std::string>;

  const fml::ast::Map& map_;
  bool failed_ = false;
  int steps_ = 0;
  int depth_ = 0;
  int uuids_ = 0;
  std::vector<std::unique_ptr<Node>> homeless_;  // not placed yet, or replaced
  std::set<const Node*> detached_;               // of these: not placed yet
  std::map<std::pair<OfList, std::string>, Node*> shared_;
  std::map<OfList, const fml::ast::Rule*> first_by_, last_by_;
  std::vector<Placed> first_, last_;
  Arena arena_;
};

// What a transform takes for a text: of one item what it says, else nothing.
std::string plain_text(const List& list);
// cc, c, qty, id, cp: the type that they make; empty for other transforms.
std::string made_by(std::string_view transform);

}  // namespace paraneo::plain

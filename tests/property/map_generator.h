// Random maps over the types of plain_model.h: mostly well-typed, now and then not. The same seed
// gives the same ones.
#pragma once

#include <string>
#include <vector>

#include "plain_model.h"
#include "random.h"

namespace paraneo::plain {

class MapGenerator {
 public:
  explicit MapGenerator(SeededRandom& random) : random_(random) {}

  // The text of a map from a Case to `target_type`.
  std::string map(const std::string& target_type);

 private:
  struct Variable {
    std::string name;
    std::string type;  // empty: not known
  };
  struct Group {
    std::string name, source, target;  // the types of its two parameters
  };
  // What a rule can name.
  struct Scope {
    std::vector<Variable> sources, targets, values;
  };

  std::string name(char letter) { return letter + std::to_string(++names_); }
  std::string group(const Group& group, const std::string& after);
  std::string rules(const Scope& scope, int depth);
  std::string rule(Scope scope, int depth);
  std::string simple_rule(const Scope& scope);
  std::string source(Scope& scope);
  std::string conditions(const std::string& type);
  std::string targets(Scope& scope);
  std::string target(Scope& scope);
  std::string detached(Scope& scope);
  std::string complex_target(const std::string& type, Scope& scope);
  std::string primitive_target(const std::string& type, Scope& scope);
  std::string list_mode(bool may_share);
  std::string then(const Scope& scope, int depth);
  std::string call(const Scope& scope);
  std::string text_operand(const Scope& scope);
  std::string literal(const std::string& type);
  std::string value_expression(const Scope& scope);
  std::string translation(const Scope& scope);
  const Variable* complex_of(const std::vector<Variable>& variables);

  SeededRandom& random_;
  std::vector<Group> groups_;
  int names_ = 0;
};

}  // namespace paraneo::plain

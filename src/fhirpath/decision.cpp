#include "fhirpath/decision.h"

#include "fhirpath/program.h"

namespace paraneo::fhirpath {

class Decision::Builder {
 public:
  explicit Builder(const Program& program) : program_(program) {}

  std::vector<Branch> branches() {
    return add(program_.root, kTrue, kFalse) ? std::move(branches_) : std::vector<Branch>();
  }

 private:
  static constexpr std::size_t kMost = 64;

  const Node& operand(const Node& node, std::uint32_t i) const {
    return program_.nodes[program_.operand(node, i)];
  }

  // The branches that decide the node. What comes later is added first. Empty is as good as false
  // below `and` and `or`.
  bool add(std::uint32_t index, std::uint32_t then, std::uint32_t otherwise) {
    const auto& node = program_.nodes[index];
    if (branches_.size() >= kMost) return false;
    Branch branch;
    branch.then = then;
    branch.otherwise = otherwise;
    switch (node.op) {
      case Op::any: branch.kind = Kind::any; return tests_focus(operand(node, 0), branch);
      case Op::none: branch.kind = Kind::none; return tests_focus(operand(node, 0), branch);
      case Op::binary: break;
      default: return false;
    }
    switch (node.binary) {
      case Binary::logical_and:
        return add(program_.operand(node, 1), then, otherwise) &&
               add(program_.operand(node, 0), last(), otherwise);
      case Binary::logical_or:
        return add(program_.operand(node, 1), then, otherwise) &&
               add(program_.operand(node, 0), then, last());
      case Binary::equal: branch.kind = Kind::equal; return compares(node, branch);
      case Binary::not_equal: branch.kind = Kind::not_equal; return compares(node, branch);
      default: return false;
    }
  }

  std::uint32_t last() const { return static_cast<std::uint32_t>(branches_.size() - 1); }

  bool compares(const Node& node, Branch branch) {
    const auto is_text = [](const Node& side) {
      return side.op == Op::constant && side.value.kind == ItemKind::string;
    };
    const auto at = is_text(operand(node, 1)) ? 0U : 1U;
    if (!is_text(operand(node, 1 - at))) return false;
    branch.text = operand(node, 1 - at).value.string();
    return tests_focus(operand(node, at), branch);
  }

  bool tests_focus(const Node& node, Branch branch) {
    const auto* focus = &node;
    if (node.op == Op::member || node.op == Op::root_member) {
      // A name may be the type of the input, or nothing's.
      if (node.type.type != 0 || node.symbol == 0) return false;
      branch.child = node.symbol;
      focus = node.op == Op::member ? &operand(node, 0) : nullptr;
    }
    if (focus != nullptr && focus->op == Op::variable) {
      branch.at_variable = true;
      branch.slot = focus->slot;
    } else if (focus != nullptr && focus->op != Op::focus && focus->op != Op::this_item) {
      return false;
    }
    branches_.push_back(branch);
    return true;
  }

  const Program& program_;
  std::vector<Branch> branches_;
};

Decision::Decision(const Program& program) : branches_(Builder(program).branches()) {}

// What the branch tests as a condition; none where its focus is not as usual.
std::optional<bool> Decision::outcome(const Engine& engine, const Branch& branch,
                                      const Collection& focus) {
  const auto is_presence = branch.kind == Kind::any || branch.kind == Kind::none;
  if (focus.empty() || (is_presence && branch.child == 0))
    return focus.empty() == (branch.kind == Kind::none);
  if (focus.size() > 1 || !focus[0].is_element()) return std::nullopt;
  const auto* element = focus[0].element;
  if (branch.child != 0) element = element->child(branch.child);
  // A primitive's value is a child of it that is no element.
  if (element == nullptr && branch.child == engine.value_symbol() && focus[0].element->has_value)
    return std::nullopt;
  if (is_presence) return (element == nullptr) == (branch.kind == Kind::none);
  if (element == nullptr) return false;
  const auto is_one_of_many =
      branch.child != 0 && element->next != nullptr && element->next->name == branch.child;
  if (is_one_of_many || !element->has_value || engine.kind_of(element->type) != ItemKind::string)
    return std::nullopt;
  return (element->value() == branch.text) == (branch.kind == Kind::equal);
}

std::optional<bool> Decision::decided(const Engine& engine, const Collection& input,
                                      const Environment& environment) const {
  auto next = static_cast<std::uint32_t>(branches_.size() - 1);
  while (next < kFalse) {
    const auto& branch = branches_[next];
    const auto is =
        outcome(engine, branch, branch.at_variable ? environment.variable(branch.slot) : input);
    if (!is) return std::nullopt;
    next = *is ? branch.then : branch.otherwise;
  }
  return next == kTrue;
}

}  // namespace paraneo::fhirpath

#include "fhirpath/decision.h"

#include <algorithm>
#include <utility>

#include "fhirpath/program.h"

namespace paraneo::fhirpath {

class Decision::Builder {
 public:
  explicit Builder(const Program& program) : program_(program) {}

  std::vector<Branch> branches() {
    add(program_.root, kTrue, kFalse);
    const auto is_worthwhile = branches_.size() <= kMost && branches_.back().kind != Kind::open;
    return is_worthwhile ? std::move(branches_) : std::vector<Branch>();
  }

 private:
  static constexpr std::size_t kMost = 64;

  const Node& operand(const Node& node, std::uint32_t i) const {
    return program_.nodes[program_.operand(node, i)];
  }

  // The branches that decide the node; an open one where they cannot. What comes later is added
  // first. Empty is as good as false below `and` and `or`.
  void add(std::uint32_t index, std::uint32_t then, std::uint32_t otherwise) {
    const auto& node = program_.nodes[index];
    Branch branch;
    branch.then = then;
    branch.otherwise = otherwise;
    if (!is_full() && adds_known(node, branch)) return;
    branch.kind = Kind::open;
    branches_.push_back(branch);
  }

  bool is_full() const { return branches_.size() >= kMost; }

  bool adds_known(const Node& node, Branch branch) {
    switch (node.op) {
      case Op::any: branch.kind = Kind::any; return tests_focus(operand(node, 0), branch);
      case Op::none: branch.kind = Kind::none; return tests_focus(operand(node, 0), branch);
      case Op::binary: break;
      default: return false;
    }
    const auto add_right = [&](std::uint32_t then, std::uint32_t otherwise) {
      add(program_.operand(node, 1), then, otherwise);
      return last();
    };
    switch (node.binary) {
      case Binary::logical_and:
        add(program_.operand(node, 0), add_right(branch.then, branch.otherwise), branch.otherwise);
        return true;
      case Binary::logical_or:
        add(program_.operand(node, 0), branch.then, add_right(branch.then, branch.otherwise));
        return true;
      case Binary::equal: branch.kind = Kind::equal; break;
      case Binary::not_equal: branch.kind = Kind::not_equal; break;
      default: return false;
    }
    if (!is_presence(operand(node, 0)) || !is_presence(operand(node, 1)))
      return compares(node, branch);
    // "low.exists() = high.exists()": neither is ever empty.
    if (branch.kind == Kind::not_equal) std::swap(branch.then, branch.otherwise);
    const auto if_true = add_right(branch.then, branch.otherwise);
    const auto if_false = add_right(branch.otherwise, branch.then);
    add(program_.operand(node, 0), if_true, if_false);
    return true;
  }

  static bool is_presence(const Node& node) { return node.op == Op::any || node.op == Op::none; }

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

Decision::Decision(const Program& program)
    : branches_(Builder(program).branches()),
      has_open_(std::any_of(branches_.begin(), branches_.end(),
                            [](const Branch& branch) { return branch.kind == Kind::open; })) {}

// What the branch tests as a condition; none where its focus is not as usual.
std::optional<bool> Decision::outcome(const Engine& engine, const Branch& branch,
                                      const Collection& focus) const {
  if (branch.kind == Kind::open) return std::nullopt;
  const auto is_presence = branch.kind == Kind::any || branch.kind == Kind::none;
  // Behind what is empty the other operand is looked at, too, and may be in error.
  const auto of_empty = has_open_ ? std::nullopt : std::optional(false);
  if (focus.empty() && !is_presence) return of_empty;
  if (focus.empty() || (is_presence && branch.child == 0))
    return focus.empty() == (branch.kind == Kind::none);
  if (focus.size() > 1 || !focus[0].is_element()) return std::nullopt;
  const auto* element = focus[0].element;
  if (branch.child != 0) element = element->child(branch.child);
  // A primitive's value is a child of it that is no element.
  if (element == nullptr && branch.child == engine.value_symbol() && focus[0].element->has_value)
    return std::nullopt;
  if (is_presence) return (element == nullptr) == (branch.kind == Kind::none);
  if (element == nullptr) return of_empty;
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

#include "fhirpath/decision.h"

#include "fhirpath/program.h"

namespace paraneo::fhirpath {

class Decision::Builder {
 public:
  explicit Builder(const Program& program) : program_(program) {}

  std::vector<Look> looks() {
    return add(program_.root, kTrue, kFalse) ? std::move(looks_) : std::vector<Look>();
  }

 private:
  static constexpr std::size_t kMost = 64;

  const Node& operand(const Node& node, std::uint32_t i) const {
    return program_.nodes[program_.operand(node, i)];
  }

  // The looks that decide the node. What comes later is added first. Empty is as good as false
  // below `and` and `or`.
  bool add(std::uint32_t index, std::uint32_t then, std::uint32_t otherwise) {
    const auto& node = program_.nodes[index];
    if (looks_.size() >= kMost) return false;
    Look look;
    look.then = then;
    look.otherwise = otherwise;
    switch (node.op) {
      case Op::any: look.kind = Kind::any; return looks_at(operand(node, 0), look);
      case Op::none: look.kind = Kind::none; return looks_at(operand(node, 0), look);
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
      case Binary::equal: look.kind = Kind::equal; return compares(node, look);
      case Binary::not_equal: look.kind = Kind::not_equal; return compares(node, look);
      default: return false;
    }
  }

  std::uint32_t last() const { return static_cast<std::uint32_t>(looks_.size() - 1); }

  bool compares(const Node& node, Look look) {
    const auto is_text = [](const Node& side) {
      return side.op == Op::constant && side.value.kind == ItemKind::string;
    };
    const auto at = is_text(operand(node, 1)) ? 0U : 1U;
    if (!is_text(operand(node, 1 - at))) return false;
    look.text = operand(node, 1 - at).value.string();
    return looks_at(operand(node, at), look);
  }

  bool looks_at(const Node& node, Look look) {
    const auto* focus = &node;
    if (node.op == Op::member || node.op == Op::root_member) {
      // A name may be the type of the input, or nothing's.
      if (node.type.type != 0 || node.symbol == 0) return false;
      look.child = node.symbol;
      focus = node.op == Op::member ? &operand(node, 0) : nullptr;
    }
    if (focus != nullptr && focus->op == Op::variable) {
      look.at_variable = true;
      look.slot = focus->slot;
    } else if (focus != nullptr && focus->op != Op::focus && focus->op != Op::this_item) {
      return false;
    }
    looks_.push_back(look);
    return true;
  }

  const Program& program_;
  std::vector<Look> looks_;
};

Decision::Decision(const Program& program) : looks_(Builder(program).looks()) {}

// What the look's expression is as a condition; none where its focus is not as usual.
std::optional<bool> Decision::outcome(const Engine& engine, const Look& look,
                                      const Collection& focus) {
  const auto is_presence = look.kind == Kind::any || look.kind == Kind::none;
  if (focus.empty() || (is_presence && look.child == 0))
    return focus.empty() == (look.kind == Kind::none);
  if (focus.size() > 1 || !focus[0].is_element()) return std::nullopt;
  const auto* element = focus[0].element;
  if (look.child != 0) element = element->child(look.child);
  // A primitive's value is a child of it that is no element.
  if (element == nullptr && look.child == engine.value_symbol() && focus[0].element->has_value)
    return std::nullopt;
  if (is_presence) return (element == nullptr) == (look.kind == Kind::none);
  if (element == nullptr) return false;
  const auto is_one_of_many =
      look.child != 0 && element->next != nullptr && element->next->name == look.child;
  if (is_one_of_many || !element->has_value || engine.kind_of(element->type) != ItemKind::string)
    return std::nullopt;
  return (element->value() == look.text) == (look.kind == Kind::equal);
}

std::optional<bool> Decision::decided(const Engine& engine, const Collection& input,
                                      const Environment& environment) const {
  auto next = static_cast<std::uint32_t>(looks_.size() - 1);
  while (next < kFalse) {
    const auto& look = looks_[next];
    const auto is =
        outcome(engine, look, look.at_variable ? environment.variable(look.slot) : input);
    if (!is) return std::nullopt;
    next = *is ? look.then : look.otherwise;
  }
  return next == kTrue;
}

}  // namespace paraneo::fhirpath

#include "fhirpath/literals.h"

namespace paraneo::fhirpath {
namespace {

bool is_text(const Node& node) {
  return node.op == Op::texts || (node.op == Op::constant && node.value.kind == ItemKind::string);
}

void add(Program& program, const Item& item, Texts& to) {
  if (to.strings.insert(item.string()).second) to.value.push(program.arena, item);
}

// The left operand of a longer union belongs to nothing else: its list goes on.
void fold(Program& program, Node& node) {
  const auto& left = program.nodes[program.operand(node, 0)];
  const auto& right = program.nodes[program.operand(node, 1)];
  if (!is_text(left) || !is_text(right)) return;
  if (left.op == Op::texts) {
    node.slot = left.slot;
  } else {
    node.slot = static_cast<std::uint32_t>(program.texts.size());
    add(program, left.value, program.texts.emplace_back());
  }
  auto& all = program.texts[node.slot];
  if (right.op == Op::constant) {
    add(program, right.value, all);
  } else {
    for (const auto& item : program.texts[right.slot].value) add(program, item, all);
  }
  node.op = Op::texts;
  node.operand_count = 0;
}

}  // namespace

void fold_literals(Program& program) {
  // Operands stand before what they belong to.
  for (auto& node : program.nodes)
    if (node.op == Op::binary && node.binary == Binary::unite) fold(program, node);
  // Whoever adds to a copy of it moves to a list of their own.
  for (auto& each : program.texts) each.value = each.value.slice(0, each.value.size());
}

}  // namespace paraneo::fhirpath

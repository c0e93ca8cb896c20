// sort() of the continuous build of FHIRPath (trial use). "An empty value is considered lower than
// all other values": first, and last by `key desc`. By `-key`, HL7's older form, the empty key has
// no sign and stays first.
#include <algorithm>

#include "fhirpath/functions/functions.h"

namespace paraneo::fhirpath {
namespace {

struct Key {
  bool has_value = false;
  Item value;
};

// Keys of all items, one row each.
class Keys {
 public:
  Keys(Run& run, const Node& node, const Collection& in)
      : run_(run), node_(node), columns_(std::max<std::size_t>(1, node.operand_count - 1)) {
    if (!run.has_room(in.size() * columns_ * sizeof(Key))) return;
    keys_ = run.arena.make_array<Key>(in.size() * columns_);
    for (std::uint32_t i = 0; i < in.size() && !run.failed(); ++i)
      for (std::uint32_t column = 0; column < columns_; ++column)
        keys_[i * columns_ + column] = key(in[i], i, column);
  }

  bool is_before(std::uint32_t a, std::uint32_t b) {
    for (std::uint32_t column = 0; column < columns_; ++column) {
      if (!run_.work(1)) return false;
      const auto& x = keys_[a * columns_ + column];
      const auto& y = keys_[b * columns_ + column];
      auto order = compared(x, y);
      if (is(Op::descending, column) || (is(Op::negate, column) && x.has_value && y.has_value))
        order = -order;
      if (order != 0) return order < 0;
    }
    return false;
  }

 private:
  const Node* argument(std::uint32_t column) const {
    if (node_.operand_count < 2) return nullptr;
    return &run_.program.nodes[run_.program.operand(node_, column + 1)];
  }

  bool is(Op op, std::uint32_t column) const {
    const auto* node = argument(column);
    return node != nullptr && node->op == op;
  }

  Key key(const Item& item, std::uint32_t index, std::uint32_t column) {
    const auto* node = argument(column);
    const Collection focus(item);
    const Scope scope{focus, index, kNothing};
    const auto values = node == nullptr          ? focus
                        : node->op == Op::negate ? run_.eval(*node, 0, scope)
                                                 : run_.eval(node_, column + 1, scope);
    const auto value = run_.single(node == nullptr ? node_ : *node, values);
    return value ? Key{true, *value} : Key{};
  }

  int compared(const Key& x, const Key& y) {
    if (x.has_value != y.has_value) return x.has_value ? 1 : -1;
    return x.has_value ? order(run_, node_, x.value, y.value).value_or(0) : 0;
  }

  Run& run_;
  const Node& node_;
  std::size_t columns_;
  std::span<Key> keys_;
};

Collection sort(Run& run, const Node& node, const Collection& in, const Scope&) {
  Keys keys(run, node, in);
  if (run.failed()) return {};
  auto places = run.arena.make_array<std::uint32_t>(in.size());
  for (std::uint32_t i = 0; i < in.size(); ++i) places[i] = i;
  std::stable_sort(places.begin(), places.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return keys.is_before(a, b); });
  Collection out;
  for (const auto place : places) out.push(run.arena, in[place]);
  return run.failed() ? Collection() : out;
}

constexpr Function kFunctions[] = {{"sort", 0, kAnyNumber, sort}};

}  // namespace

std::span<const Function> sorting_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath

// sum(), min(), max(), avg() (FHIRPath 3.0, "Aggregates"). "All items in the input collection SHALL
// be the same type"; what an item without a value would add, nobody knows.
#include "fhirpath/functions/functions.h"
#include "fhirpath/quantity.h"

namespace paraneo::fhirpath {
namespace {

// Folds the values by `step`, which gives none where there is no answer.
template <class Step>
std::optional<Item> folded(Run& run, const Node& node, const Collection& in, const Step& step) {
  std::optional<Item> total;
  for (const auto& item : in) {
    const auto value = run.single(node, run.of(item));
    if (!value || !run.work(1)) return std::nullopt;
    if (total && total->kind != value->kind) {
      run.fail(node, std::string(node.function->name) + "() takes items of one type, found " +
                         run.engine.type_name(*total) + " and " + run.engine.type_name(*value));
      return std::nullopt;
    }
    total = total ? step(*total, *value) : value;
    if (!total) return std::nullopt;
  }
  return total;
}

std::optional<Item> sum_of(Run& run, const Node& node, const Collection& in) {
  auto plus = node;
  plus.binary = Binary::plus;
  const auto is_number = [](const Item& item) {
    return as_decimal(item) || item.kind == ItemKind::quantity;
  };
  const auto total =
      folded(run, node, in, [&](const Item& a, const Item& b) -> std::optional<Item> {
        if (a.kind == ItemKind::quantity) {
          const auto both = calculate(run, plus, *a.quantity, *b.quantity);
          return both.empty() ? std::nullopt : std::optional(both[0]);
        }
        std::int64_t whole = 0;
        if (a.is_whole_number()) {
          if (__builtin_add_overflow(a.integer, b.integer, &whole)) return std::nullopt;
          return a.kind == ItemKind::integer ? Item::of_integer(whole) : Item::of_long(whole);
        }
        const auto both =
            is_number(a) ? calculate(Binary::plus, *as_decimal(a), *as_decimal(b)) : std::nullopt;
        return both ? std::optional(Item::of(run.arena, *both)) : std::nullopt;
      });
  if (in.empty() || run.failed()) return std::nullopt;
  if (const auto first = run.value(in[0]); !run.engine.lacks_value(first) && !is_number(first)) {
    run.fail(node, "a number is needed here, found " + run.engine.type_name(first));
    return std::nullopt;
  }
  return total;
}

Collection sum(Run& run, const Node& node, const Collection& in, const Scope&) {
  const auto total = sum_of(run, node, in);
  return total ? run.of(*total) : Collection();
}

Collection average(Run& run, const Node& node, const Collection& in, const Scope&) {
  const auto total = sum_of(run, node, in);
  if (!total) return {};
  const auto is_quantity = total->kind == ItemKind::quantity;
  const auto value = (is_quantity ? total->quantity->value : *as_decimal(*total))
                         .divided_by(Decimal(std::int64_t{in.size()}));
  if (!value) return {};
  if (!is_quantity) return run.of(Item::of(run.arena, *value));
  return run.of(
      Item::of(run.arena, Quantity{*value, total->quantity->unit, total->quantity->calendar}));
}

template <bool kLeast>
Collection extreme(Run& run, const Node& node, const Collection& in, const Scope&) {
  const auto found =
      folded(run, node, in, [&](const Item& a, const Item& b) -> std::optional<Item> {
        const auto compared = order(run, node, a, b);
        if (!compared) return std::nullopt;
        return (kLeast ? *compared <= 0 : *compared >= 0) ? a : b;
      });
  return found && !run.failed() ? run.of(*found) : Collection();
}

constexpr Function kFunctions[] = {
    {"sum", 0, 0, sum},
    {"min", 0, 0, extreme<true>},
    {"max", 0, 0, extreme<false>},
    {"avg", 0, 0, average},
};

}  // namespace

std::span<const Function> aggregate_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath

// Math (FHIRPath 2.0 5.7).
#include <cmath>

#include "fhirpath/functions/functions.h"

namespace paraneo::fhirpath {
namespace {

std::optional<Item> number(Run& run, const Node& node, const Collection& in) {
  const auto item = run.single(node, in);
  if (!item || as_decimal(*item) || item->kind == ItemKind::quantity) return item;
  run.fail(node, "a number is needed here, found " + run.engine.type_name(*item));
  return std::nullopt;
}

Collection absolute(Run& run, const Node& node, const Collection& in, const Scope&) {
  const auto item = number(run, node, in);
  if (!item) return {};
  if (item->kind == ItemKind::integer) {
    return item->integer == INT64_MIN ? Collection() : run.of_integer(std::abs(item->integer));
  }
  auto quantity = item->kind == ItemKind::quantity ? *item->quantity : Quantity{*item->decimal, {}, false};
  if (quantity.value.is_negative()) quantity.value = quantity.value.negated();
  return run.of(item->kind == ItemKind::quantity ? Item::of(run.arena, quantity) : Item::of(run.arena, quantity.value));
}

enum class Way { ceiling, floor, truncate };

template <Way kWay>
Collection whole(Run& run, const Node& node, const Collection& in, const Scope&) {
  const auto item = number(run, node, in);
  const auto value = item ? as_decimal(*item) : std::nullopt;
  if (!value) return {};
  auto out = value->truncated(0);
  const auto changed = !(out == *value);
  if (kWay == Way::ceiling && changed && !value->is_negative()) out = out.plus(Decimal(1)).value_or(out);
  if (kWay == Way::floor && changed && value->is_negative()) out = out.minus(Decimal(1)).value_or(out);
  const auto integer = out.to_integer();
  return integer ? run.of_integer(*integer) : Collection();
}

template <double (*kFunction)(double)>
Collection real(Run& run, const Node& node, const Collection& in, const Scope&) {
  const auto item = number(run, node, in);
  const auto value = item ? as_decimal(*item) : std::nullopt;
  const auto out = value ? Decimal::from_double(kFunction(value->to_double())) : std::nullopt;
  return out ? run.of(Item::of(run.arena, *out)) : Collection();
}

Collection logarithm(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto item = number(run, node, in);
  const auto base = number(run, node, run.eval(node, 1, scope));
  if (!item || !base || !as_decimal(*item) || !as_decimal(*base)) return {};
  const auto out = Decimal::from_double(std::log(as_decimal(*item)->to_double()) / std::log(as_decimal(*base)->to_double()));
  return out ? run.of(Item::of(run.arena, *out)) : Collection();
}

Collection power(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto item = number(run, node, in);
  const auto exponent = number(run, node, run.eval(node, 1, scope));
  if (!item || !exponent || !as_decimal(*item) || !as_decimal(*exponent)) return {};
  const auto out = Decimal::from_double(std::pow(as_decimal(*item)->to_double(), as_decimal(*exponent)->to_double()));
  if (!out) return {};
  if (item->kind == ItemKind::integer && exponent->kind == ItemKind::integer && out->is_integer())
    if (const auto integer = out->to_integer()) return run.of_integer(*integer);
  return run.of(Item::of(run.arena, *out));
}

Collection round(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto item = number(run, node, in);
  const auto value = item ? as_decimal(*item) : std::nullopt;
  if (!value) return {};
  const auto digits = node.operand_count > 1 ? run.integer(node, run.eval(node, 1, scope)) : 0;
  if (!digits) return {};
  if (*digits < 0) {
    run.fail(node, "round() takes no negative precision");
    return {};
  }
  return run.of(Item::of(run.arena, value->rounded(static_cast<int>(std::min<std::int64_t>(*digits, Decimal::kDigitsMax)))));
}

constexpr Function kFunctions[] = {
    {"abs", 0, 0, absolute},
    {"ceiling", 0, 0, whole<Way::ceiling>},
    {"floor", 0, 0, whole<Way::floor>},
    {"truncate", 0, 0, whole<Way::truncate>},
    {"exp", 0, 0, real<std::exp>},
    {"ln", 0, 0, real<std::log>},
    {"sqrt", 0, 0, real<std::sqrt>},
    {"log", 1, 1, logarithm},
    {"power", 1, 1, power},
    {"round", 0, 1, round},
};

}  // namespace

std::span<const Function> math_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath

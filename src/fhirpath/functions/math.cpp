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
  if (item->is_whole_number()) {
    if (item->integer == INT64_MIN) return {};
    return run.of(item->kind == ItemKind::integer ? Item::of_integer(std::abs(item->integer))
                                                  : Item::of_long(std::abs(item->integer)));
  }
  auto quantity =
      item->kind == ItemKind::quantity ? *item->quantity : Quantity{*item->decimal, {}, false};
  if (quantity.value.is_negative()) quantity.value = quantity.value.negated();
  return run.of(item->kind == ItemKind::quantity ? Item::of(run.arena, quantity)
                                                 : Item::of(run.arena, quantity.value));
}

Decimal value_of(const Item& number) {
  return number.kind == ItemKind::quantity ? number.quantity->value : *as_decimal(number);
}

// The value in the quantity's unit (FHIRPath 3.0: round() and its kin take quantities).
Collection with_unit(Run& run, const Item& quantity, const Decimal& value) {
  return run.of(
      Item::of(run.arena, Quantity{value, quantity.quantity->unit, quantity.quantity->calendar}));
}

enum class Rounding { ceiling, floor, truncate };

template <Rounding kRounding>
Collection whole(Run& run, const Node& node, const Collection& in, const Scope&) {
  const auto item = number(run, node, in);
  if (!item) return {};
  if (item->is_whole_number()) return run.of(*item);
  const auto value = value_of(*item);
  auto out = value.truncated(0);
  const auto changed = !(out == value);
  if (kRounding == Rounding::ceiling && changed && !value.is_negative())
    out = out.plus(Decimal(1)).value_or(out);
  if (kRounding == Rounding::floor && changed && value.is_negative())
    out = out.minus(Decimal(1)).value_or(out);
  if (item->kind == ItemKind::quantity) return with_unit(run, *item, out);
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

// What is too small to be said is empty, as what is too large.
double unless_zero(double value) { return value == 0 ? std::nan("") : value; }
double exponential(double value) { return unless_zero(std::exp(value)); }

Collection logarithm(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto item = number(run, node, in);
  const auto base = number(run, node, run.eval(node, 1, scope));
  if (!item || !base || !as_decimal(*item) || !as_decimal(*base)) return {};
  // A double has too few digits on the way: 1000.log(10) would not be 3.
  const auto divisor = std::log(static_cast<long double>(as_decimal(*base)->to_double()));
  if (!std::isfinite(divisor)) return {};
  const auto quotient =
      std::log(static_cast<long double>(as_decimal(*item)->to_double())) / divisor;
  const auto out = Decimal::from_double(static_cast<double>(quotient));
  return out ? run.of(Item::of(run.arena, *out)) : Collection();
}

// None where the exponent is not whole and positive, or the power has more digits than a Decimal.
std::optional<Decimal> exact_power(const Decimal& base, const Decimal& exponent) {
  const auto whole =
      exponent.is_integer() && !exponent.is_negative() ? exponent.to_integer() : std::nullopt;
  if (!whole) return std::nullopt;
  std::optional<Decimal> out = Decimal(1);
  std::optional<Decimal> square = base.normalized();
  for (auto rest = *whole; rest > 0 && out; rest /= 2) {
    if (!square) return std::nullopt;
    if (rest % 2 == 1) out = out->times(*square);
    square = square->times(*square);
  }
  return out;
}

Collection power(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto item = number(run, node, in);
  const auto exponent = number(run, node, run.eval(node, 1, scope));
  if (!item || !exponent || !as_decimal(*item) || !as_decimal(*exponent)) return {};
  const auto base = *as_decimal(*item);
  auto out = exact_power(base, *as_decimal(*exponent));
  const auto is_whole = item->is_whole_number() && exponent->is_whole_number();
  const auto is_long =
      item->kind == ItemKind::long_integer || exponent->kind == ItemKind::long_integer;
  if (out && is_whole)
    if (const auto integer = out->to_integer())
      return run.of(is_long ? Item::of_long(*integer) : Item::of_integer(*integer));
  // "Operations that cause arithmetic overflow or underflow will result in empty"
  // (FHIRPath 2.0 6.6): a whole number has all of its digits.
  if (!out && is_whole && exponent->integer >= 0) return {};
  if (!out) {
    const auto rounded = std::pow(base.to_double(), as_decimal(*exponent)->to_double());
    out = Decimal::from_double(base.is_zero() ? rounded : unless_zero(rounded));
  }
  return out ? run.of(Item::of(run.arena, *out)) : Collection();
}

Collection round(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto item = number(run, node, in);
  if (!item) return {};
  const auto digits = node.operand_count > 1 ? run.integer(node, run.eval(node, 1, scope)) : 0;
  if (!digits) return {};
  if (*digits < 0) {
    run.fail(node, "round() takes no negative precision");
    return {};
  }
  const auto out = value_of(*item).rounded(
      static_cast<int>(std::min<std::int64_t>(*digits, Decimal::kDigitsMax)));
  return item->kind == ItemKind::quantity ? with_unit(run, *item, out)
                                          : run.of(Item::of(run.arena, out));
}

constexpr Function kFunctions[] = {
    {"abs", 0, 0, absolute},
    {"ceiling", 0, 0, whole<Rounding::ceiling>},
    {"floor", 0, 0, whole<Rounding::floor>},
    {"truncate", 0, 0, whole<Rounding::truncate>},
    {"exp", 0, 0, real<exponential>},
    {"ln", 0, 0, real<std::log>},
    {"sqrt", 0, 0, real<std::sqrt>},
    {"log", 1, 1, logarithm},
    {"power", 1, 1, power},
    {"round", 0, 1, round},
};

}  // namespace

std::span<const Function> math_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath

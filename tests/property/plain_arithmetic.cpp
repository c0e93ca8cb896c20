// The operators that calculate. Entry point: arithmetic().
#include <algorithm>

#include "plain_fhirpath.h"

namespace paraneo::plain {
namespace {

using Wide = __int128;

// What does not fit has no value (FHIRPath 2.0 6.6).
List integer(std::optional<Wide> value, bool is_long = false) {
  if (!value || *value > INT64_MAX || *value < INT64_MIN) return {};
  const auto whole = static_cast<std::int64_t>(*value);
  return one(is_long ? Value::of_long(whole) : Value::of_integer(whole));
}

List decimal(const std::optional<Decimal>& value) {
  return value ? one(Value::of_decimal(*value)) : List{};
}

std::optional<Wide> whole(std::string_view op, Wide a, Wide b) {
  if (op == "+") return a + b;
  if (op == "-") return a - b;
  if (op == "*") return a * b;
  if (b == 0) return std::nullopt;
  return op == "div" ? a / b : a % b;
}

// The digits of the number at a scale; what is larger than any test has is left to others.
Wide digits_at(const Decimal& number, int scale) {
  constexpr int kScaleMax = 12;
  if (scale > kScaleMax || number.text().size() > 16) throw Unsupported("many digits");
  Wide out = 0;
  for (const char c : number.text())
    if (c >= '0' && c <= '9') out = out * 10 + (c - '0');
  for (auto s = number.scale(); s < scale; ++s) out *= 10;
  return number.is_negative() ? -out : out;
}

// Counted in the last digit that either has.
List integer_division(std::string_view op, const Decimal& a, const Decimal& b) {
  const auto scale = std::max(a.scale(), b.scale());
  const auto result = whole(op, digits_at(a, scale), digits_at(b, scale));
  if (!result || op == "div") return integer(result);
  auto out = Decimal(static_cast<std::int64_t>(*result));
  for (int i = 0; i < scale; ++i) out = *out.times(*Decimal::parse("0.1"));
  return decimal(out);
}

List shifted(std::string_view op, const DateTime& date, const Value& by) {
  static const std::pair<std::string_view, CalendarUnit> kUnits[] = {
      {"year", CalendarUnit::year},    {"month", CalendarUnit::month},
      {"week", CalendarUnit::week},    {"day", CalendarUnit::day},
      {"hour", CalendarUnit::hour},    {"minute", CalendarUnit::minute},
      {"second", CalendarUnit::second}};
  const auto* unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                  [&](const auto& u) { return u.first == by.text; });
  if (!by.calendar || unit == std::end(kUnits)) throw Failure("no calendar unit");
  if (date.kind == DateTime::Kind::time && unit->second < CalendarUnit::hour)
    throw Failure("a time has no days");
  if (unit->second == CalendarUnit::second && !by.number.is_integer())
    throw Unsupported("parts of a second");
  const auto amount = by.number.to_integer();
  if (!amount || *amount == INT64_MIN) return {};
  const auto out = date.plus(op == "-" ? -*amount : *amount, unit->second);
  return out ? one(Value::of_date_time(*out)) : List{};
}

// The number in the smaller unit of its kind, where this is the larger one.
struct Scaled {
  std::string_view unit;
  std::string_view smaller;
  std::int64_t factor;
};
constexpr Scaled kScaled[] = {{"g", "mg", 1000}, {"year", "month", 12}};

Value in_smaller(const Value& quantity) {
  for (const auto& scaled : kScaled)
    if (scaled.unit == quantity.text)
      return Value::of_quantity(quantity.number.times(Decimal(scaled.factor)).value(),
                                std::string(scaled.smaller), quantity.calendar);
  return quantity;
}

List of_quantities(std::string_view op, Value a, Value b) {
  if (op == "div" || op == "mod") throw Failure("quantities have none");
  if (op == "*" || op == "/") {
    // Only that of a quantity and a number: it keeps the unit.
    if (op == "*" && a.text == "1" && !a.calendar) std::swap(a, b);
    if (b.text != "1" || b.calendar) throw Unsupported("products of units");
    const auto out = op == "*" ? a.number.times(b.number) : a.number.divided_by(b.number);
    return out ? one(Value::of_quantity(*out, a.text, a.calendar)) : List{};
  }
  if (a.text != b.text) {
    a = in_smaller(a);
    b = in_smaller(b);
  }
  if (a.text != b.text || a.calendar != b.calendar) return {};
  const auto out = op == "+" ? a.number.plus(b.number) : a.number.minus(b.number);
  return out ? one(Value::of_quantity(*out, a.text, a.calendar)) : List{};
}

List of_decimals(std::string_view op, const Decimal& a, const Decimal& b) {
  if (op == "+") return decimal(a.plus(b));
  if (op == "-") return decimal(a.minus(b));
  if (op == "*") return decimal(a.times(b));
  if (op == "/") return decimal(a.divided_by(b));
  return integer_division(op, a, b);
}

List concatenated(const std::optional<Value>& a, const std::optional<Value>& b) {
  std::string out;
  for (const auto& value : {a, b}) {
    if (!value) continue;
    const auto text = text_of(*value);
    if (!text) throw Failure("no text");
    out += *text;
  }
  return one(Value::of_string(out));
}

}  // namespace

List arithmetic(std::string_view op, const List& left, const List& right) {
  auto a = single(left);
  auto b = single(right);
  if (op == "&") return concatenated(a, b);
  if (!a || !b) return {};
  numbers_as_quantities(*a, *b);
  using Kind = Value::Kind;
  if (op == "+" && a->kind == Kind::string && b->kind == Kind::string)
    return one(Value::of_string(a->text + b->text));
  if ((op == "+" || op == "-") && a->kind == Kind::date_time && b->kind == Kind::quantity)
    return shifted(op, a->date_time, *b);
  if (a->kind == Kind::quantity && b->kind == Kind::quantity) return of_quantities(op, *a, *b);
  if (!a->is_number() || !b->is_number()) throw Failure("no numbers");
  if (a->is_whole() && b->is_whole() && op != "/")
    return integer(whole(op, a->integer, b->integer),
                   a->kind == Kind::long_integer || b->kind == Kind::long_integer);
  return of_decimals(op, a->as_decimal(), b->as_decimal());
}

}  // namespace paraneo::plain

// Conversion (FHIRPath 2.0 5.5): toX() and convertsToX() are one rule each.
#include <cctype>

#include "fhirpath/functions/functions.h"
#include "fhirpath/quantity.h"

namespace paraneo::fhirpath {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::optional<Item> to_boolean(Run&, const Item& v) {
  if (v.kind == ItemKind::boolean) return v;
  if (const auto number = as_decimal(v)) {
    if (*number == Decimal(1)) return Item::of_boolean(true);
    if (number->is_zero()) return Item::of_boolean(false);
    return std::nullopt;
  }
  if (v.kind != ItemKind::string) return std::nullopt;
  const auto word = lower(v.string());
  for (const auto* yes : {"true", "t", "yes", "y", "1", "1.0"})
    if (word == yes) return Item::of_boolean(true);
  for (const auto* no : {"false", "f", "no", "n", "0", "0.0"})
    if (word == no) return Item::of_boolean(false);
  return std::nullopt;
}

// Of a whole number, a text of the form (\+|-)?\d+, or a boolean.
std::optional<std::int64_t> whole_number(const Item& v) {
  if (v.is_whole_number()) return v.integer;
  if (v.kind == ItemKind::boolean) return v.boolean ? 1 : 0;
  if (v.kind != ItemKind::string || v.string().find_first_of(".eE") != std::string_view::npos)
    return std::nullopt;
  const auto number = Decimal::parse(v.string());
  return number ? number->to_integer() : std::nullopt;
}

std::optional<Item> to_integer(Run&, const Item& v) {
  if (v.kind == ItemKind::integer) return v;
  const auto integer = whole_number(v);
  if (!integer || *integer > INT32_MAX || *integer < INT32_MIN) return std::nullopt;
  return Item::of_integer(*integer);
}

std::optional<Item> to_long(Run&, const Item& v) {
  const auto integer = whole_number(v);
  return integer ? std::optional(Item::of_long(*integer)) : std::nullopt;
}

std::optional<Item> to_decimal(Run& run, const Item& v) {
  if (v.kind == ItemKind::decimal) return v;
  if (v.kind == ItemKind::boolean)
    return Item::of(run.arena, Decimal::parse(v.boolean ? "1.0" : "0.0").value());
  auto number = as_decimal(v);
  if (v.kind == ItemKind::string && v.string().find_first_of("eE") == std::string_view::npos)
    number = Decimal::parse(v.string());
  if (!number) return std::nullopt;
  return Item::of(run.arena, *number);
}

std::optional<Item> to_text(Run& run, const Item& v) {
  const auto text = text_of(v, run.arena);
  if (!text) return std::nullopt;
  return Item::of_string(*text);
}

std::optional<Item> temporal(Run& run, std::optional<DateTime> value) {
  if (!value) return std::nullopt;
  return Item::of(run.arena, *value);
}

std::optional<Item> to_date(Run& run, const Item& v) {
  if (v.kind == ItemKind::string) {
    // A dateTime's text gives its date.
    auto value = DateTime::parse_date_time(v.string());
    if (!value) return std::nullopt;
    return temporal(run, DateTime::parse_date(v.string().substr(0, v.string().find('T'))));
  }
  if (v.kind != ItemKind::date_time || v.date_time->kind == DateTime::Kind::time)
    return std::nullopt;
  const auto text = v.date_time->text();
  return temporal(run, DateTime::parse_date(std::string_view(text).substr(0, text.find('T'))));
}

std::optional<Item> to_date_time(Run& run, const Item& v) {
  if (v.kind == ItemKind::string) return temporal(run, DateTime::parse_date_time(v.string()));
  if (v.kind != ItemKind::date_time || v.date_time->kind == DateTime::Kind::time)
    return std::nullopt;
  auto value = *v.date_time;
  value.kind = DateTime::Kind::date_time;
  return temporal(run, value);
}

std::optional<Item> to_time(Run& run, const Item& v) {
  if (v.kind == ItemKind::date_time && v.date_time->kind == DateTime::Kind::time) return v;
  if (v.kind != ItemKind::string) return std::nullopt;
  auto text = v.string();
  if (text.starts_with('T')) text.remove_prefix(1);
  return temporal(run, DateTime::parse_time(text));
}

bool is_calendar_word(std::string_view word) {
  if (word.ends_with('s')) word.remove_suffix(1);
  for (const auto* unit :
       {"year", "month", "week", "day", "hour", "minute", "second", "millisecond"})
    if (word == unit) return true;
  return false;
}

// "4 days", "4.5 'mg'", "7".
std::optional<Item> to_quantity(Run& run, const Item& v) {
  if (v.kind == ItemKind::quantity) return v;
  if (const auto number = as_decimal(v)) return Item::of(run.arena, Quantity{*number, "1", false});
  if (v.kind == ItemKind::boolean)
    return Item::of(run.arena,
                    Quantity{Decimal::parse(v.boolean ? "1.0" : "0.0").value(), "1", false});
  if (v.kind != ItemKind::string) return std::nullopt;
  const auto text = v.string();
  const auto space = text.find_first_of(" '");
  const auto number = Decimal::parse(text.substr(0, space));
  if (!number) return std::nullopt;
  if (space == std::string_view::npos) return Item::of(run.arena, Quantity{*number, "1", false});
  auto unit = text.substr(text.find_first_not_of(' ', space) == std::string_view::npos
                              ? text.size()
                              : text.find_first_not_of(' ', space));
  if (unit.size() > 2 && unit.front() == '\'' && unit.back() == '\'')
    return Item::of(run.arena, Quantity{*number, unit.substr(1, unit.size() - 2), false});
  if (!is_calendar_word(unit)) return std::nullopt;
  if (unit.ends_with('s')) unit.remove_suffix(1);
  return Item::of(run.arena, Quantity{*number, unit, true});
}

// In the unit of the argument, where there is one.
std::optional<Item> quantity_in(Run& run, const Node& node, const Collection& in,
                                const Scope& scope) {
  const auto item = run.single(node, in);
  auto out = item ? to_quantity(run, *item) : std::nullopt;
  if (!out || node.operand_count < 2) return out;
  const auto unit = run.string(node, run.eval(node, 1, scope));
  if (!unit) return std::nullopt;
  const auto calendar = is_calendar_word(*unit);
  const auto word = calendar && unit->ends_with('s') ? unit->substr(0, unit->size() - 1) : *unit;
  const auto converted = fhirpath::convert(*out->quantity, word, calendar);
  return converted ? std::optional(Item::of(run.arena, *converted)) : std::nullopt;
}

Collection to_quantity_function(Run& run, const Node& node, const Collection& in,
                                const Scope& scope) {
  const auto out = quantity_in(run, node, in, scope);
  return out ? run.of(*out) : Collection();
}

Collection converts_to_quantity(Run& run, const Node& node, const Collection& in,
                                const Scope& scope) {
  if (in.empty()) return {};
  const auto out = quantity_in(run, node, in, scope);
  return run.failed() ? Collection() : run.of(out.has_value());
}

using Rule = std::optional<Item> (*)(Run&, const Item&);

template <Rule kRule>
Collection convert(Run& run, const Node& node, const Collection& in, const Scope&) {
  const auto item = run.single(node, in);
  if (!item) return {};
  const auto out = kRule(run, *item);
  return out ? run.of(*out) : Collection();
}

template <Rule kRule>
Collection converts(Run& run, const Node& node, const Collection& in, const Scope&) {
  const auto item = run.single(node, in);
  if (!item) return {};
  return run.of(kRule(run, *item).has_value());
}

constexpr Function kFunctions[] = {
    {"toBoolean", 0, 0, convert<to_boolean>},
    {"convertsToBoolean", 0, 0, converts<to_boolean>},
    {"toInteger", 0, 0, convert<to_integer>},
    {"convertsToInteger", 0, 0, converts<to_integer>},
    {"toLong", 0, 0, convert<to_long>},
    {"convertsToLong", 0, 0, converts<to_long>},
    {"toDecimal", 0, 0, convert<to_decimal>},
    {"convertsToDecimal", 0, 0, converts<to_decimal>},
    {"toString", 0, 0, convert<to_text>},
    {"convertsToString", 0, 0, converts<to_text>},
    {"toDate", 0, 0, convert<to_date>},
    {"convertsToDate", 0, 0, converts<to_date>},
    {"toDateTime", 0, 0, convert<to_date_time>},
    {"convertsToDateTime", 0, 0, converts<to_date_time>},
    {"toTime", 0, 0, convert<to_time>},
    {"convertsToTime", 0, 0, converts<to_time>},
    {"toQuantity", 0, 1, to_quantity_function},
    {"convertsToQuantity", 0, 1, converts_to_quantity},
};

}  // namespace

std::span<const Function> conversion_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath

// Functions over one value: texts, conversion, rounding (FHIRPath 2.0 5.5 to 5.7).
#include <algorithm>

#include "plain_fhirpath.h"

namespace paraneo::plain {
namespace {

// One entry for each character.
using Characters = std::vector<std::string>;

Characters characters(const std::string& text) {
  Characters out;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0U) == 0x80U && !out.empty()) out.back().push_back(c);
    else out.emplace_back(1, c);
  }
  return out;
}

std::string joined(const Characters& list, std::size_t begin, std::size_t end) {
  std::string out;
  for (auto i = begin; i < end; ++i) out += list[i];
  return out;
}

List text(std::string value) { return one(Value::of_string(std::move(value))); }

bool matches_at(const Characters& whole, const Characters& part, std::size_t at) {
  return at + part.size() <= whole.size() &&
         std::equal(part.begin(), part.end(), whole.begin() + static_cast<std::ptrdiff_t>(at));
}

std::vector<std::size_t> places(const Characters& whole, const Characters& part) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i <= whole.size(); ++i)
    if (matches_at(whole, part, i)) out.push_back(i);
  return out;
}

List split(const Characters& whole, const Characters& by) {
  List out;
  if (by.empty()) {
    for (const auto& c : whole) out.push_back(Value::of_string(c));
    return out;
  }
  std::string part;
  for (std::size_t i = 0; i < whole.size();) {
    if (matches_at(whole, by, i)) {
      out.push_back(Value::of_string(part));
      part.clear();
      i += by.size();
    } else {
      part += whole[i++];
    }
  }
  out.push_back(Value::of_string(part));
  return out;
}

std::string replaced(const Characters& whole, const Characters& pattern, const std::string& by) {
  std::string out;
  for (std::size_t i = 0; i < whole.size();) {
    if (pattern.empty()) {
      out += by + whole[i++];
    } else if (matches_at(whole, pattern, i)) {
      out += by;
      i += pattern.size();
    } else {
      out += whole[i++];
    }
  }
  return pattern.empty() ? out + by : out;
}

std::string trimmed(const std::string& value) {
  const auto begin = value.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return "";
  return value.substr(begin, value.find_last_not_of(" \t\r\n") - begin + 1);
}

List to_integer(const Value& value) {
  if (value.kind == Value::Kind::integer) return one(value);
  if (value.kind == Value::Kind::long_integer)
    return value.integer > INT32_MAX || value.integer < INT32_MIN
               ? List{}
               : one(Value::of_integer(value.integer));
  if (value.kind == Value::Kind::boolean) return one(Value::of_integer(value.boolean ? 1 : 0));
  if (value.kind != Value::Kind::string) return {};
  auto digits = value.text;
  if (digits.starts_with('-') || digits.starts_with('+')) digits.erase(0, 1);
  if (digits.empty() || digits.size() > 9 ||
      digits.find_first_not_of("0123456789") != std::string::npos) {
    if (digits.find_first_not_of("0123456789") == std::string::npos && !digits.empty())
      throw Unsupported("large integers");
    return {};
  }
  const auto number = std::stoll(digits);
  return one(Value::of_integer(value.text.starts_with('-') ? -number : number));
}

List to_long(const Value& value) {
  if (value.is_whole()) return one(Value::of_long(value.integer));
  const auto out = to_integer(value);
  return out.empty() ? out : one(Value::of_long(out[0].integer));
}

List rounded(std::string_view name, const Value& value) {
  if (value.kind == Value::Kind::quantity) {
    // Its number, in its unit, however large.
    if (name == "abs")
      return one(
          Value::of_quantity(value.number.is_negative() ? value.number.negated() : value.number,
                             value.text, value.calendar));
    auto whole = value.number.truncated(0);
    if (name == "ceiling" && !(whole == value.number) && !value.number.is_negative())
      whole = *whole.plus(Decimal(1));
    if (name == "floor" && !(whole == value.number) && value.number.is_negative())
      whole = *whole.minus(Decimal(1));
    return one(Value::of_quantity(whole, value.text, value.calendar));
  }
  if (!value.is_number()) throw Failure("a number is needed");
  if (name == "abs") {
    if (value.kind == Value::Kind::decimal)
      return one(
          Value::of_decimal(value.number.is_negative() ? value.number.negated() : value.number));
    if (value.integer == INT64_MIN) return {};
    return value.integer >= 0
               ? one(value)
               : one(value.kind == Value::Kind::integer ? Value::of_integer(-value.integer)
                                                        : Value::of_long(-value.integer));
  }
  if (value.is_whole()) return one(value);
  const auto number = value.as_decimal();
  auto whole = number.to_integer();
  if (!whole) return {};
  const auto exact = number == Decimal(*whole);
  if (name == "ceiling" && !exact && !number.is_negative()) ++*whole;
  if (name == "floor" && !exact && number.is_negative()) --*whole;
  return one(Value::of_integer(*whole));
}

}  // namespace

std::optional<List> Interpreter::strings(const Expression& e, const List& in, Arguments arguments,
                                         const Scope& scope, const Variables& variables) {
  const auto argument = [&](std::size_t i) {
    return single(inner(*arguments[i], scope, variables), Value::Kind::string);
  };
  const auto input = [&] { return single(in, Value::Kind::string); };
  if (e.text == "join") {
    if (in.empty()) return List{};
    const auto by = arguments.empty() ? std::nullopt : argument(0);
    std::optional<std::string> out;
    for (const auto& item : in) {
      const auto part = single(one(item), Value::Kind::string);
      if (part) out = (out ? *out + (by ? by->text : "") : "") + part->text;
    }
    return out ? text(*out) : List{};
  }
  if (e.text == "substring") {
    const auto whole = input();
    const auto start = single(inner(*arguments[0], scope, variables), Value::Kind::integer);
    if (!whole || !start) return List{};
    const auto list = characters(whole->text);
    if (start->integer < 0 || start->integer >= static_cast<std::int64_t>(list.size()))
      return List{};
    auto left = static_cast<std::int64_t>(list.size()) - start->integer;
    if (arguments.size() > 1)
      if (const auto length = single(inner(*arguments[1], scope, variables), Value::Kind::integer))
        left = std::clamp<std::int64_t>(length->integer, 0, left);
    return text(joined(list, static_cast<std::size_t>(start->integer),
                       static_cast<std::size_t>(start->integer + left)));
  }
  static const std::vector<std::string_view> kOfOneText = {"indexOf",  "lastIndexOf", "startsWith",
                                                           "endsWith", "contains",    "split"};
  if (std::find(kOfOneText.begin(), kOfOneText.end(), e.text) != kOfOneText.end()) {
    const auto whole = input();
    const auto part = argument(0);
    if (!whole || !part) return List{};
    const auto a = characters(whole->text);
    const auto b = characters(part->text);
    if (e.text == "split") return split(a, b);
    const auto found = places(a, b);
    if (e.text == "contains") return truth(!found.empty());
    if (e.text == "startsWith") return truth(!found.empty() && found.front() == 0);
    if (e.text == "endsWith") return truth(!found.empty() && found.back() + b.size() == a.size());
    if (found.empty()) return one(Value::of_integer(-1));
    return one(Value::of_integer(
        static_cast<std::int64_t>(e.text == "indexOf" ? found.front() : found.back())));
  }
  if (e.text == "replace") {
    const auto whole = input();
    const auto pattern = argument(0);
    const auto by = argument(1);
    if (!whole || !pattern || !by) return List{};
    return text(replaced(characters(whole->text), characters(pattern->text), by->text));
  }
  return std::nullopt;
}

std::optional<List> Interpreter::values(const Expression& e, const List& in) {
  if (e.text == "upper" || e.text == "lower" || e.text == "trim" || e.text == "length" ||
      e.text == "toChars") {
    const auto whole = single(in, Value::Kind::string);
    if (!whole) return List{};
    if (e.text == "trim") return text(trimmed(whole->text));
    if (e.text == "toChars") return split(characters(whole->text), {});
    if (e.text == "length")
      return one(Value::of_integer(static_cast<std::int64_t>(characters(whole->text).size())));
    return text(cased(whole->text, e.text == "upper"));
  }
  if (e.text != "toString" && e.text != "toInteger" && e.text != "convertsToInteger" &&
      e.text != "toLong" && e.text != "convertsToLong" && e.text != "abs" && e.text != "ceiling" &&
      e.text != "floor" && e.text != "truncate")
    return std::nullopt;
  const auto value = single(in);
  if (!value) return List{};
  if (e.text == "toInteger") return to_integer(*value);
  if (e.text == "toLong") return to_long(*value);
  if (e.text == "convertsToLong") return truth(!to_long(*value).empty());
  if (e.text == "convertsToInteger") return truth(!to_integer(*value).empty());
  if (e.text != "toString") return rounded(e.text, *value);
  const auto out = text_of(*value);
  return out ? text(*out) : List{};
}

}  // namespace paraneo::plain

// Any bytes as a unit of UCUM, or two with a blank between: what is a unit has a code, is
// comparable with itself, and a value goes to the other one and back.
#include "fuzz.h"
#include "terminology/ucum.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace paraneo;
  const auto text = fuzz::text(data, size);
  const auto blank = text.find(' ');
  const auto first = text.substr(0, blank);
  const auto second = blank == std::string::npos ? first : text.substr(blank + 1);
  const auto a = terminology::parse_unit(first);
  const auto b = terminology::parse_unit(second);
  if (a) fuzz::require(terminology::is_unit_code(first) && a->is_comparable(*a));
  terminology::is_unit_code(second);
  const auto value = Decimal::parse("37.5");
  fuzz::require(value.has_value());
  if (!a || !b) return 0;
  const auto there = terminology::convert(*value, *a, *b);
  if (there) {
    fuzz::require(a->is_comparable(*b));
    terminology::convert(*there, *b, *a);
  }
  const auto order = terminology::compare(*value, *a, *value, *b);
  const auto reversed = terminology::compare(*value, *b, *value, *a);
  fuzz::require(order.has_value() == reversed.has_value());
  if (order) fuzz::require((*order < 0) == (*reversed > 0));
  terminology::is_smaller(*a, *b);
  return 0;
}

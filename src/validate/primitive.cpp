// The written form of primitive values.
#include "base/decimal.h"
#include "definition/primitive.h"
#include "validate/families.h"

namespace paraneo::validate {
namespace {

std::string_view example(std::string_view type) {
  if (type == "date" || type == "dateTime")
    return "2003, 2003-10, 2003-10-05 or (dateTime) 2003-10-05T07:30:00+02:00";
  if (type == "instant") return "2003-10-05T07:30:00+02:00";
  if (type == "time") return "07:30:00";
  if (type == "id") return "letters, digits, - and . (at most 64)";
  if (type == "code") return "a word without spaces at its ends";
  if (type == "positiveInt") return "1 or more";
  if (type == "unsignedInt") return "0 or more";
  return {};
}

// Written out, it has more digits than others have room for.
bool is_far_from_the_point(std::string_view number) {
  constexpr std::size_t kSignAndPoint = 2;
  if (number.size() <= Decimal::kDigitsMax && number.find_first_of("eE") == std::string_view::npos)
    return false;
  const auto value = Decimal::parse(number);
  return !value || value->text().size() > Decimal::kDigitsMax + kSignAndPoint;
}

}  // namespace

void check_primitive(const element::Element& element, Visit& visit, bool says_odd_numbers) {
  if (!element.has_value) return;
  const auto is_decimal = says_odd_numbers && visit.definitions.type(element.type).primitive ==
                                                  definition::PrimitiveForm::decimal;
  const auto has_form =
      definition::has_primitive_form(visit.definitions, element.type, element.value());
  if (has_form && !(is_decimal && is_far_from_the_point(element.value()))) return;
  // JSON has seen to the form of a number: this one is only larger or finer than what others can
  // reckon with.
  if (is_decimal)
    return visit.report(diag::Code::validate_primitive, element,
                        "few programs can reckon with a decimal of this range", {},
                        diag::Severity::warning);
  const auto type = visit.definitions.type_name(element.type);
  const auto wanted = example(type);
  visit.report(diag::Code::validate_primitive, element, "this is no " + std::string(type),
               wanted.empty() ? std::string() : "expected: " + std::string(wanted));
}

}  // namespace paraneo::validate

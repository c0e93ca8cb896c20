// The written form of primitive values.
#include "definition/primitive.h"
#include "validate/validate.h"

namespace paraneo::validate {
namespace {

std::string_view example(std::string_view type) {
  if (type == "date" || type == "dateTime") return "2003, 2003-10, 2003-10-05 or (dateTime) 2003-10-05T07:30:00+02:00";
  if (type == "instant") return "2003-10-05T07:30:00+02:00";
  if (type == "time") return "07:30:00";
  if (type == "id") return "letters, digits, - and . (at most 64)";
  if (type == "code") return "a word without spaces at its ends";
  if (type == "positiveInt") return "1 or more";
  if (type == "unsignedInt") return "0 or more";
  return {};
}

}  // namespace

void Validator::check_primitive(const element::Element& element, Visit& visit) {
  if (!element.has_value) return;
  if (definition::has_primitive_form(definitions_, element.type, element.value())) return;
  // JSON has seen to the form of a number: this one is only larger or finer than what can be reckoned with here.
  if (context_.profiles != nullptr && definitions_.type(element.type).primitive == definition::PrimitiveForm::decimal)
    return visit.report(diag::Code::validate_primitive, element, "few programs can reckon with a decimal of this range", {}, diag::Severity::warning);
  const auto type = definitions_.type_name(element.type);
  const auto wanted = example(type);
  visit.report(diag::Code::validate_primitive, element, "this is no " + std::string(type),
         wanted.empty() ? std::string() : "expected: " + std::string(wanted));
}

}  // namespace paraneo::validate

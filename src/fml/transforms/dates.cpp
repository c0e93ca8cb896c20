// Dates and times of other forms: toDate, toDateTime, toTime (text, format?, zone?), dateOp (the
// same, of the form that the format has), unixToDate, unixToDateTime, unixToTime (seconds, zone?).
#include "fml/transforms/date_format.h"
#include "fml/transforms/transforms.h"

namespace paraneo::fml {
namespace {

using diag::Code;

DateForm form_of(Transform transform) {
  switch (transform) {
    case Transform::to_date:
    case Transform::unix_to_date: return DateForm::date;
    case Transform::to_time:
    case Transform::unix_to_time: return DateForm::time;
    case Transform::date_op: return DateForm::any;
    default: return DateForm::date_time;
  }
}

bool is_unix(Transform transform) {
  return transform == Transform::unix_to_date || transform == Transform::unix_to_date_time ||
         transform == Transform::unix_to_time;
}

// Without a format the text has FHIR's own form already.
std::optional<std::string> fhir_form(std::string_view text, DateForm form) {
  if (form == DateForm::time)
    return DateTime::parse_time(text) ? std::optional(std::string(text)) : std::nullopt;
  const auto date = text.substr(0, text.find('T'));
  if (!DateTime::parse_date_time(text)) return std::nullopt;
  return std::string(form == DateForm::date ? date : text);
}

class DateMaker {
 public:
  DateMaker(Runner& runner, const TargetCode& code, Frame frame)
      : runner_(runner), code_(code), frame_(frame) {}

  Collection make() {
    const auto value = text(0);
    if (value.empty()) return {};
    const auto form = form_of(code_.transform);
    if (is_unix(code_.transform)) return from_unix(value, form);
    const auto format = text(1);
    if (format.empty()) {
      const auto same = fhir_form(value, form);
      return same ? done(*same)
                  : wrong("the value is no date or time in FHIR's form",
                          "give its format as second parameter");
    }
    auto parts = parse_date(value, format);
    if (!parts) return wrong("the value has not the form " + std::string(format), {});
    if (parts->zone.empty() && !text(2).empty()) parts->zone = zone_of(text(2));
    const auto made = fhir_date(*parts, form);
    if (!made.empty()) return done(made);
    const auto no_zone = parts->hour && parts->zone.empty();
    return wrong(
        no_zone ? "a time of a day needs its time zone" : "the format has too little for this",
        no_zone ? "have Z in the format, or give the zone as third parameter" : "");
  }

 private:
  std::string_view text(std::size_t i) {
    return i < code_.operands.size() ? runner_.text(code_.operands[i], frame_, code_.span)
                                     : std::string_view();
  }
  Collection done(const std::string& made) {
    return Collection(Item::of_string(runner_.environment.arena.copy(made)));
  }
  Collection wrong(std::string what, std::string advice) {
    runner_.environment.sink.report(Code::fml_value, std::move(what), code_.span, {},
                                    std::move(advice));
    return {};
  }

  Collection from_unix(std::string_view value, DateForm form) {
    const auto number = Decimal::parse(value);
    const auto seconds = number ? number->to_integer() : std::nullopt;
    const auto zone = text(1);
    const auto parts = seconds ? parts_of_unix(*seconds, zone.empty() ? "Z" : zone) : std::nullopt;
    return parts ? done(fhir_date(*parts, form))
                 : wrong("the value is no time in seconds since 1970, or the zone none", {});
  }

  Runner& runner_;
  const TargetCode& code_;
  Frame frame_;
};

}  // namespace

Collection date_transform(Runner& runner, const TargetCode& code, Frame frame) {
  return DateMaker(runner, code, frame).make();
}

}  // namespace paraneo::fml

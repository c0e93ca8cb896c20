#include "sandbox/query.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

#include "base/percent.h"

namespace paraneo::sandbox {
namespace {

constexpr std::size_t kCriteriaMax = 30;
constexpr std::array<std::string_view, 6> kReferences = {"subject",     "patient",   "individual",
                                                         "beneficiary", "encounter", "target"};
constexpr std::array<std::string_view, 5> kConcepts = {
    "code", "category", "medicationCodeableConcept", "clinicalStatus", "verificationStatus"};

std::string_view parameter_of(std::string_view element) {
  if (element == "medicationCodeableConcept") return "code";
  if (element == "clinicalStatus") return "clinical-status";
  if (element == "verificationStatus") return "verification-status";
  return element;
}

// "https://host/fhir/Patient/1/_history/2" -> "Patient/1".
std::string local_reference(std::string_view text) {
  text = text.substr(0, text.find("/_history/"));
  const auto last = text.rfind('/');
  if (last == std::string_view::npos || last == 0) return std::string(text);
  const auto before = text.rfind('/', last - 1);
  return std::string(before == std::string_view::npos ? text : text.substr(before + 1));
}

// A value, or each item of a list.
template <class Use>
void each(const json::Value* value, const Use& use) {
  if (value == nullptr) return;
  if (!value->is_array()) return use(*value);
  for (const auto& item : value->items()) use(item);
}

Result<std::int64_t> parse_time(std::string_view text, bool end) {
  const auto bad = [&] {
    return fail(ErrorCode::search_unsupported,
                "_lastUpdated needs a date or instant with a time zone");
  };
  const auto number = [&](std::size_t at, std::size_t size) {
    int value = -1;
    if (at + size <= text.size()) {
      const auto* begin = text.data() + at;
      if (std::from_chars(begin, begin + size, value).ptr != begin + size) value = -1;
    }
    return value;
  };
  using namespace std::chrono;
  const int year = number(0, 4);
  const int month = text.size() >= 7 ? number(5, 2) : 1;
  const int day = text.size() >= 10 ? number(8, 2) : 1;
  const year_month_day date(std::chrono::year(year),
                            std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day)));
  if (year < 0 || month < 0 || day < 0 || !date.ok()) return bad();
  auto ms = duration_cast<milliseconds>(sys_days(date).time_since_epoch()).count();
  constexpr std::int64_t kDayMs = 86'400'000;
  if (text.size() <= 10) {
    if (!end) return ms;
    if (text.size() == 10) return ms + kDayMs - 1;
    const auto next = text.size() == 7 ? date + months(1) : date + years(1);
    return duration_cast<milliseconds>(sys_days(next).time_since_epoch()).count() - 1;
  }
  const int hour = number(11, 2);
  const int minute = number(14, 2);
  const int second = text.size() > 16 && text[16] == ':' ? number(17, 2) : 0;
  if (hour < 0 || minute < 0 || second < 0) return bad();
  ms += ((hour * 60LL + minute) * 60 + second) * 1000;
  const auto zone = text.find_first_of("Z+-", 16);
  if (zone == std::string_view::npos) return bad();
  if (const auto dot = text.find('.'); dot != std::string_view::npos && dot < zone) {
    auto digits = std::string(text.substr(dot + 1, zone - dot - 1)).substr(0, 3);
    digits.resize(3, '0');
    int fraction = 0;
    std::from_chars(digits.data(), digits.data() + 3, fraction);
    ms += fraction;
  }
  if (text[zone] == 'Z') return ms;
  const int zone_hours = number(zone + 1, 2);
  const int zone_minutes = number(zone + 4, 2);
  if (zone_hours < 0 || zone_minutes < 0) return bad();
  const auto offset = (zone_hours * 60LL + zone_minutes) * 60'000;
  return text[zone] == '+' ? ms - offset : ms + offset;
}

Result<void> add_time(Query& query, std::string_view text) {
  std::string_view prefix = "eq";
  if (text.size() > 2 && text[0] >= 'a' && text[0] <= 'z') {
    prefix = text.substr(0, 2);
    text.remove_prefix(2);
  }
  const auto begin = parse_time(text, false);
  const auto end = parse_time(text, true);
  if (!begin || !end) return begin ? end.error() : begin.error();
  auto& min = query.updated_ms_min;
  auto& max = query.updated_ms_max;
  if (prefix == "ge" || prefix == "eq") min = std::max(min, *begin);
  if (prefix == "le" || prefix == "eq") max = std::min(max, *end);
  if (prefix == "gt" || prefix == "sa") min = std::max(min, *end + 1);
  if (prefix == "lt" || prefix == "eb") max = std::min(max, *begin - 1);
  constexpr std::string_view kKnown = "eq ge le gt lt sa eb";
  if (kKnown.find(prefix) == std::string_view::npos)
    return fail(ErrorCode::search_unsupported, "_lastUpdated does not know this prefix");
  return {};
}

// Where the character stands that no backslash escapes (FHIR R4 3.1.1.4, "Escaping Search
// Parameters").
std::size_t find_unescaped(std::string_view text, char wanted) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') ++i;
    else if (text[i] == wanted) return i;
  }
  return std::string_view::npos;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

Criterion criterion_of(std::string_view name, std::string_view type, std::string_view value) {
  Criterion criterion;
  criterion.parameter = name;
  while (!value.empty()) {
    const auto comma = find_unescaped(value, ',');
    auto part = value.substr(0, comma);
    value.remove_prefix(comma == std::string_view::npos ? value.size() : comma + 1);
    Choice choice;
    if (const auto bar = find_unescaped(part, '|');
        type == "token" && bar != std::string_view::npos) {
      choice.system = unescaped(part.substr(0, bar));
      part.remove_prefix(bar + 1);
    }
    choice.value = type == "reference" ? local_reference(part) : unescaped(part);
    if (name == "patient" && choice.value.find('/') == std::string::npos)
      choice.value.insert(0, "Patient/");
    criterion.choices.push_back(std::move(choice));
  }
  return criterion;
}

Result<void> add_parameter(Search& search, std::string_view name, const std::string& value,
                           std::size_t count_max) {
  if (name == "_count") {
    std::size_t count = 0;
    if (std::from_chars(value.data(), value.data() + value.size(), count).ec != std::errc())
      return fail(ErrorCode::search_unsupported, "_count needs a number");
    search.query.count = std::min(count, count_max);
    search.count_only = search.count_only || count == 0;
    return {};
  }
  if (name == "_format" || name == "_pretty" || name == "_total") return {};
  if (name == "_summary" && (value == "count" || value == "false")) {
    search.count_only = search.count_only || value == "count";
    return {};
  }
  if (name == "_lastUpdated") return add_time(search.query, value);
  for (const auto& known : parameters()) {
    if (known.name != name) continue;
    if (value.empty())
      return fail(ErrorCode::search_unsupported,
                  "the parameter " + std::string(name) + " is empty");
    if (search.query.criteria.size() >= kCriteriaMax)
      return fail(ErrorCode::search_unsupported,
                  "a search has at most " + std::to_string(kCriteriaMax) + " parameters");
    search.query.criteria.push_back(criterion_of(name, known.type, value));
    return {};
  }
  return fail(ErrorCode::search_unsupported,
              "the sandbox does not know the search parameter " + std::string(name));
}

}  // namespace

const std::vector<Parameter>& parameters() {
  static const std::vector<Parameter> all = {{"_id", "token"},
                                             {"_lastUpdated", "date"},
                                             {"identifier", "token"},
                                             {"code", "token"},
                                             {"category", "token"},
                                             {"status", "token"},
                                             {"clinical-status", "token"},
                                             {"verification-status", "token"},
                                             {"subject", "reference"},
                                             {"patient", "reference"},
                                             {"encounter", "reference"},
                                             {"target", "reference"}};
  return all;
}

Result<Search> parse_search(const std::string& type, std::string_view text,
                            std::size_t count_default, std::size_t count_max) {
  Search search;
  search.query.type = type;
  search.query.count = count_default;
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto pair = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto name = percent_decoded(pair.substr(0, equals), Plus::blank);
    const auto value = equals == std::string_view::npos
                           ? std::string()
                           : percent_decoded(pair.substr(equals + 1), Plus::blank);
    if (const auto added = add_parameter(search, name, value, count_max); !added)
      return added.error();
  }
  return search;
}

std::vector<IndexValue> index_of(const json::Value& resource) {
  std::vector<IndexValue> index;
  each(resource.find("identifier"), [&](const json::Value& identifier) {
    index.push_back({"identifier", std::string(identifier.text_of("system")),
                     std::string(identifier.text_of("value"))});
  });
  if (const auto status = resource.text_of("status"); !status.empty())
    index.push_back({"status", "", std::string(status)});
  for (const auto element : kConcepts)
    each(resource.find(element), [&](const json::Value& concept_) {
      each(concept_.find("coding"), [&](const json::Value& coding) {
        index.push_back({std::string(parameter_of(element)), std::string(coding.text_of("system")),
                         std::string(coding.text_of("code"))});
      });
    });
  for (const auto element : kReferences)
    each(resource.find(element), [&](const json::Value& reference) {
      if (reference.text_of("reference").empty()) return;
      const auto target = local_reference(reference.text_of("reference"));
      index.push_back({std::string(element), "", target});
      if (const auto slash = target.rfind('/'); slash != std::string::npos)
        index.push_back({std::string(element), "", target.substr(slash + 1)});
      if (target.starts_with("Patient/") && element != "patient")
        index.push_back({"patient", "", target});
    });
  return index;
}

std::string instant(std::int64_t ms) {
  using namespace std::chrono;
  const sys_time<milliseconds> at{milliseconds(ms)};
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss time(at - day);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                static_cast<int>(time.subseconds().count()));
  return text.data();
}

}  // namespace paraneo::sandbox

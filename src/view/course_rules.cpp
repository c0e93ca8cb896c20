#include "view/course_rules.h"

#include <algorithm>

#include "base/decimal.h"
#include "json/read.h"

namespace paraneo::view {
namespace {

std::vector<std::string> texts_of(const json::Value& of, std::string_view name) {
  std::vector<std::string> out;
  if (const auto* list = of.find(name))
    for (const auto& each : list->items()) out.emplace_back(each.text());
  return out;
}

double number_of(const json::Value& of, std::string_view name) {
  const auto* number = of.find(name);
  const auto read = number == nullptr ? std::nullopt : Decimal::parse(number->text());
  return read ? read->to_double() : 0;
}

void add_unknown(const json::Value& of, std::initializer_list<std::string_view> known,
                 std::vector<std::string>& unknown) {
  for (const auto& member : of.members())
    if (std::find(known.begin(), known.end(), member.name) == known.end())
      unknown.emplace_back(member.name);
}

Group group_of(const json::Value& written, std::vector<std::string>& unknown) {
  Group out;
  add_unknown(written, {"title", "codes", "kinds", "codings", "windows"}, unknown);
  out.title = written.text_of("title");
  out.codes = texts_of(written, "codes");
  out.kinds = texts_of(written, "kinds");
  if (const auto* codings = written.find("codings"))
    for (const auto& each : codings->items())
      out.codings.emplace_back(each.text_of("system"), each.text_of("code"));
  if (const auto* windows = written.find("windows"))
    for (const auto& each : windows->items()) {
      add_unknown(each, {"title", "before", "after", "unit"}, unknown);
      out.windows.push_back({std::string(each.text_of("title")), number_of(each, "before"),
                             number_of(each, "after"), std::string(each.text_of("unit"))});
    }
  return out;
}

bool has(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool is_of(const Fields& fields, const Fact& condition, const Group& group) {
  if (has(group.kinds, fields.text(*condition.element, "kind"))) return true;
  const auto* code = fields.child(*condition.element, "code");
  if (code == nullptr) return false;
  if (has(group.codes, fields.text(*code, "code"))) return true;
  for (const auto* coding = code->first; coding != nullptr; coding = coding->next)
    for (const auto& [system, value] : group.codings)
      if (fields.name(*coding) == "coding" && fields.text(*coding, "system") == system &&
          fields.text(*coding, "code") == value)
        return true;
  return false;
}

}  // namespace

std::size_t CourseRules::group_of(const Fields& fields, const Fact& condition) const {
  std::size_t at = 0;
  while (at < groups.size() && !is_of(fields, condition, groups[at])) ++at;
  return at;
}

std::optional<CourseRules> CourseRules::read(const Source& source, diag::Sink& sink) {
  Arena arena;
  const auto* written = json::read(source, arena, Limits{}, sink);
  if (written == nullptr) return {};
  CourseRules out;
  add_unknown(*written, {"groups"}, out.unknown);
  if (const auto* groups = written->find("groups"))
    for (const auto& each : groups->items())
      out.groups.push_back(view::group_of(each, out.unknown));
  return out;
}

}  // namespace paraneo::view

#include "view/page.h"

#include "view/markup.h"

namespace paraneo::view {

using element::Element;

namespace {

std::string subject_text(const Fields& fields, const Element& record) {
  std::string out;
  const auto* subject = fields.child(record, "subject");
  if (subject == nullptr) return out;
  out = fields.text(*subject, "sex");
  if (const auto* age = fields.child(*subject, "age")) {
    const auto number = fields.text(*age, "number"), unit = fields.text(*age, "unit");
    out += (out.empty() ? "" : ", ") + std::string(number) + " " +
           (unit == "a" ? std::string("years") : std::string(unit));
  }
  if (const auto born = fields.text(*subject, "birthDate"); !born.empty())
    out += (out.empty() ? "born " : ", born ") + std::string(born);
  return one_line(out);
}

std::string source_text(const Fields& fields, const Element& record) {
  const auto* source = fields.child(record, "source");
  return source == nullptr ? std::string() : one_line(fields.text(*source, "title"));
}

}  // namespace

Chapter chapter_of(const Fields& fields, const Element& record, const CourseRules& rules,
                   const UnitCode& unit_code, const std::string& anchor) {
  const Facts facts(fields, record);
  const Timeline timeline(facts);
  const auto course = course_of(facts, timeline, rules, unit_code);
  Chapter out;
  out.record_id = fields.text(record, "id");
  out.title = source_text(fields, record);
  out.subject = subject_text(fields, record);
  out.facts = facts.size();
  out.drawn = facts.size() - std::min(facts.size(), course.not_drawn.size());
  out.small = small_picture(timeline, course);
  out.section = "<section id=\"" + escaped(anchor) + "\"><h1>" + escaped(out.record_id) +
                "</h1><p class=\"about\">" + escaped(out.subject) +
                (out.subject.empty() || out.title.empty() ? "" : " · ") + escaped(out.title) +
                "</p>\n<div class=\"course\">" + picture(facts, timeline, course, {.id = anchor}) +
                "</div>\n" + not_drawn_list(facts, course) + table_of(facts, timeline) +
                "</section>\n";
  return out;
}

std::string svg_of(const Fields& fields, const Element& record, const CourseRules& rules,
                   const UnitCode& unit_code) {
  const Facts facts(fields, record);
  const Timeline timeline(facts);
  return picture(facts, timeline, course_of(facts, timeline, rules, unit_code), {}) + "\n";
}

std::string page_begin(std::string_view title, std::string_view style) {
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/><title>" +
         escaped(one_line(title)) + "</title><style>\n" + std::string(style) +
         "</style></head><body>\n";
}

std::string page_end() { return "</body></html>\n"; }

std::string index_begin(std::size_t records) {
  return "<nav class=\"index\"><h1>" + std::to_string(records) +
         (records == 1 ? " record" : " records") + "</h1><ul>\n";
}

std::string index_end() { return "</ul></nav>\n"; }

std::string index_entry(const Chapter& chapter, std::string_view address) {
  return "<li><a href=\"" + escaped(address) + "\">" + chapter.small + "<b>" +
         escaped(chapter.record_id) + "</b><span>" + escaped(chapter.subject) + "</span><span>" +
         std::to_string(chapter.drawn) + " of " + std::to_string(chapter.facts) +
         " facts drawn</span></a></li>\n";
}

}  // namespace paraneo::view

// The facts in words: each value that a record has, beside the source's own words.
#include <algorithm>
#include <numeric>
#include <tuple>

#include "view/markup.h"
#include "view/page.h"

namespace paraneo::view {

using element::Element;

namespace {

struct Cells {
  std::string when, value, words, rest;
};

void add_line(std::string& to, std::string_view name, std::string_view words) {
  if (words.empty()) return;
  if (!to.empty()) to += "<br/>";
  if (!name.empty()) to += "<i>" + escaped(name) + "</i> ";
  to += escaped(words);
}

Cells cells_of(const Fields& fields, const Facts* facts, const Element& of) {
  Cells out;
  for (const auto* each = of.first; each != nullptr; each = each->next) {
    const auto name = fields.name(*each);
    if (name == "key" || name == "origin") continue;
    if (name == "words" || name == "note")
      add_line(out.words, name == "note" ? "note" : "", each->value());
    else if (name == "value") add_line(out.value, "", fields.all_of(*each));
    else if (name == "dosage" || name == "component" || name == "range" ||
             name == "interpretation" || name == "outcome" || name == "conclusion")
      add_line(out.value, name, fields.all_of(*each));
    else if (fields.type(*each) == "Moment" && facts != nullptr) {
      add_line(out.when, name == "at" ? "" : name, facts->moment_text(*each));
      const auto said = fields.text(*each, "text");
      if (!said.empty() && said != facts->moment_text(*each))
        add_line(out.when, "", "“" + std::string(said) + "”");
      const auto rest = fields.text(*each, "anchor");
      const std::string time(fields.text(*each, "anchorTime"));
      if (!rest.empty())
        add_line(out.when, "", "[" + std::string(rest) + (time.empty() ? "" : " ") + time + "]");
    } else {
      add_line(out.rest, name, fields.all_of(*each));
    }
  }
  return out;
}

// Kind by kind, each by time; what has none comes last, by key.
std::vector<std::size_t> by_time(const Facts& facts, const Timeline& timeline) {
  std::vector<std::size_t> out(facts.size());
  std::iota(out.begin(), out.end(), std::size_t{0});
  const auto place = [&](std::size_t fact) {
    const When* when = &timeline.at(fact, Time::begin);
    for (const auto time : {Time::asserted, Time::recorded, Time::end})
      if (!when->known()) when = &timeline.at(fact, time);
    return std::tuple(facts[fact].kind, !when->known(), when->frame, when->from);
  };
  std::stable_sort(out.begin(), out.end(),
                   [&](std::size_t a, std::size_t b) { return place(a) < place(b); });
  return out;
}

void add_row(std::string& out, std::string_view kind, std::string_view key, std::string_view label,
             const Cells& cells) {
  out += "<tr><td>" + escaped(kind) + "</td><th scope=\"row\">" + escaped(label) + "<br/><code>" +
         escaped(key) + "</code></th><td>" + cells.when + "</td><td>" + cells.value + "</td><td>" +
         cells.words + "</td><td>" + cells.rest + "</td></tr>\n";
}

}  // namespace

std::string table_of(const Facts& facts, const Timeline& timeline) {
  std::string out =
      "<table><caption>All facts</caption><thead><tr><th>Kind</th><th>Fact</th><th>When</th><th>Value</th><th>Words of the source</th><th>Further</th></tr></thead><tbody>\n";
  const auto& fields = facts.fields();
  for (const auto* name : {"source", "subject"})
    if (const auto* element = fields.child(facts.record(), name))
      add_row(out, "record", name, name, cells_of(fields, &facts, *element));
  for (const auto i : by_time(facts, timeline)) {
    auto cells = cells_of(fields, &facts, *facts[i].element);
    if (cells.when.empty())
      if (const auto lender = timeline.lender_of(i); lender != Facts::kNone)
        add_line(cells.when, "with", facts[lender].label);
    add_row(out, kind_text(facts[i].kind), facts[i].key, facts[i].label, cells);
  }
  return out + "</tbody></table>\n";
}

std::string not_drawn_list(const Facts& facts, const Course& course) {
  if (course.not_drawn.empty()) return "<p>Every fact is in the picture.</p>\n";
  std::string out =
      "<details open=\"open\"><summary>Not drawn: " + std::to_string(course.not_drawn.size()) +
      " of " + std::to_string(facts.size()) + " facts</summary><ul>\n";
  for (const auto& [fact, reason] : course.not_drawn) {
    const auto key = fact == kSubject ? std::string_view("subject") : facts[fact].key;
    out += "<li data-not-drawn=\"" + escaped(key) + "\">" +
           escaped(fact == kSubject ? std::string("death") : fact_text(facts, fact)) + ": <i>" +
           escaped(reason) + "</i></li>\n";
  }
  return out + "</ul></details>\n";
}

}  // namespace paraneo::view

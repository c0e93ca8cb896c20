// HTML pages: the picture of a record, what is not in it, and a table of all its facts; an index of
// many.
#pragma once

#include <string>
#include <string_view>

#include "view/picture.h"

namespace paraneo::view {

// One record's part of a page, or of the index.
struct Chapter {
  std::string record_id;
  std::string title;    // of the source
  std::string subject;  // "male, 63 a"
  std::string section;  // <section id="...">, whole
  std::string small;    // <svg>, small
  std::size_t drawn = 0, facts = 0;
};

// The definitions behind `fields` must be those that the record was read with. `anchor`: the id of
// the section, for links.
Chapter chapter_of(const Fields& fields, const element::Element& record, const CourseRules& rules,
                   const UnitCode& unit_code, const std::string& anchor);
// Only the picture.
std::string svg_of(const Fields& fields, const element::Element& record, const CourseRules& rules,
                   const UnitCode& unit_code);

// A whole document around what `body` holds; `style` is CSS.
std::string page_begin(std::string_view title, std::string_view style);
std::string page_end();
// A link with a small picture.
std::string index_entry(const Chapter& chapter, std::string_view address);
std::string index_begin(std::size_t records);
std::string index_end();

// The table of all facts, and the list of those that are not drawn, with the reason.
std::string table_of(const Facts& facts, const Timeline& timeline);
std::string not_drawn_list(const Facts& facts, const Course& course);

}  // namespace paraneo::view

// Records of tests, and what becomes of them.
#pragma once

#include "../record/records.h"
#include "drawn.h"
#include "knowledge/built_in_files.h"
#include "record/record.h"
#include "view/page.h"

namespace paraneo::view {

inline const Fields& fields() {
  static const Fields all(record::record_maps().definitions(), {});
  return all;
}

inline const CourseRules& built_in_rules() {
  static const auto rules = [] {
    diag::Sink sink;
    return *CourseRules::read(
        {"course.json", std::string(knowledge::built_in_text("profiles/view/course.json"))}, sink);
  }();
  return rules;
}

// The unit as it is written: what is UCUM converts.
inline std::string_view as_written(std::string_view spelling) { return spelling; }

// A record and its course. Not copied: all of it points at one another.
class Pictured {
 public:
  explicit Pictured(const std::string& json) : source_{"record", json} {
    diag::Sink sink;
    record::RecordReader reader(record::record_maps(), Limits{});
    record_ = reader.read(source_, arena_, sink);
    if (record_ == nullptr)
      throw std::runtime_error(render(sink, diag::RenderOptions{.colour = false}));
    record::sort_facts(record::record_maps().definitions(), *record_);
    facts_.emplace(fields(), *record_);
    timeline_.emplace(*facts_);
    course_ = course_of(*facts_, *timeline_, built_in_rules(), as_written);
  }
  // With the fields of a record around these.
  static std::string record(const std::string& lists) {
    return R"({"resourceType":"CaseRecord","version":"1","id":"r",)" + lists + "}";
  }

  const Facts& facts() const { return *facts_; }
  const Timeline& timeline() const { return *timeline_; }
  const Course& course() const { return course_; }
  const When& at(std::string_view key, Time time = Time::begin) const {
    return timeline_->at(facts_->find(key), time);
  }
  std::string svg() const { return picture(*facts_, *timeline_, course_, {}); }
  Chapter chapter() const {
    return chapter_of(fields(), *record_, built_in_rules(), as_written, "r");
  }
  const element::Element& element() const { return *record_; }

 private:
  Source source_;
  Arena arena_;
  element::Element* record_ = nullptr;
  std::optional<Facts> facts_;
  std::optional<Timeline> timeline_;
  Course course_;
};

}  // namespace paraneo::view

// What a record states, one fact a key.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "view/fields.h"

namespace paraneo::view {

// Of a fact, by the list of the record that it stands in.
enum class Kind : std::uint8_t {
  encounter,
  condition,
  observation,
  medication,
  procedure,
  adverse_event,
  allergy,
  family_history,
  report,
  immunization,
  order,
};

// The times that a fact can have, as record/anchors.cpp has them.
enum class Time : std::uint8_t { begin, end, asserted, recorded };
inline constexpr std::size_t kTimes = 4;

// A fact as the page needs it. Refers to the record's tree.
struct Fact {
  Kind kind = Kind::observation;
  const element::Element* element = nullptr;
  std::string_view key;
  std::string label;                                      // in one line
  std::string identity;                                   // equal for facts of one concept
  std::array<const element::Element*, kTimes> moments{};  // null: not stated
  bool is_moment = false;                                 // has one time, which is no beginning: at
  bool has_age = false;                                   // of onset
};

// The facts of one record, in its order, with a way to find them by key. The record must outlive
// it. Not copied: it may be large.
class Facts {
 public:
  Facts(const Fields& fields, const element::Element& record);

  const Fields& fields() const { return fields_; }
  const element::Element& record() const { return record_; }
  const std::vector<Fact>& all() const { return facts_; }
  const Fact& operator[](std::size_t index) const { return facts_[index]; }
  std::size_t size() const { return facts_.size(); }
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  // Its index; kNone where there is none.
  std::size_t find(std::string_view key) const;
  // Of the fact that a field of another names; kNone: it names none, or none that is there.
  std::size_t named(const Fact& fact, std::string_view field) const;
  // "start of X", for a moment that others are relative to.
  std::string point_text(std::size_t fact, Time time) const;
  std::string label_of(std::string_view key) const;
  std::string moment_text(const element::Element& moment) const;

 private:
  const Fields& fields_;
  const element::Element& record_;
  std::vector<Fact> facts_;
  std::unordered_map<std::string_view, std::size_t> by_key_;
};

// "condition", "family history".
std::string_view kind_text(Kind kind);

}  // namespace paraneo::view

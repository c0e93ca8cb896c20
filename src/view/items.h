// What is drawn for one fact in a row, or why nothing is.
#pragma once

#include "view/course.h"

namespace paraneo::view {

// Thread-safe; what it refers to must outlive it.
class Items {
 public:
  // Both must outlive it.
  Items(const Facts& facts, const Timeline& timeline);

  // None: it has no time that can be drawn.
  std::optional<Item> item_of(std::size_t fact) const;
  // The death; none where nobody says when.
  std::optional<Item> death() const;
  std::string reason_not_drawn(std::size_t fact) const;
  // Of an observation: its value, or those of its components.
  std::string finding_text(const Fact& fact) const;

 private:
  Item span(std::size_t fact) const;
  void add_condition(const Fact& fact, std::size_t index, Item& item) const;
  void add_doses(const Fact& fact, Item& item) const;
  bool is_at_some_time_of(const Fact& stay, std::size_t index) const;
  std::string condition_text(const Fact& fact) const;
  std::string event_text(const Fact& fact) const;
  bool is_any(const Fact& fact, std::string_view field,
              std::initializer_list<std::string_view> values) const;

  // A procedure that drugs are part of, or that has such a part: a regimen. It lasts.
  bool is_regimen(std::size_t fact) const { return is_regimen_[fact]; }

  const Facts& facts_;
  const Fields& fields_;
  const Timeline& timeline_;
  std::vector<bool> is_regimen_;
};

}  // namespace paraneo::view

// Where the moments of a record lie in time.
//
// Time is counted in frames. Frame 0 is the calendar, in days since 1970-01-01. A moment that
// nobody dates, and that others are relative to, is the zero of a frame of its own, in days; so is
// one that is known to come before or after another without a distance ("switched to B after A"):
// then the order of the two frames is known, and nothing else.
//
// Distances from a date are added in the calendar (2019-01-31 and one month is 2019-02-28); without
// dates a month is 365.25 / 12 days and a year 365.25.
#pragma once

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "view/facts.h"

namespace paraneo::view {

inline constexpr int kCalendar = 0;
inline constexpr double kDaysPerYear = 365.25;

// A moment, or all the time in which it must lie. Known to the day or finer: `from` and `to` are
// equal.
struct When {
  int frame = -1;  // negative: not known
  double from = 0, to = 0;
  bool open_from = false, open_to = false;  // it may lie any time before, after; `from` or `to` is
                                            // the nearest that it can be

  bool known() const { return frame >= 0; }
};

// A count of time of its own: the calendar, or days from something without a date.
struct Frame {
  std::string zero;      // what its zero is; empty for the calendar
  bool is_used = false;  // some fact lies in it
};

// The days of a date as written ("2003-10" is all of October): begin, and end where that is another
// moment. Times of day are taken as written, whatever their zone. None when it is no date.
std::optional<std::pair<double, double>> days_of(std::string_view date);
// "2003-10-01", of a day that a date can have.
std::string date_of(double day);

// Where moments lie, in days of a frame. Immutable.
class Timeline {
 public:
  // The facts must outlive it. Takes time in proportion to the moments.
  explicit Timeline(const Facts& facts);

  // Where a fact's moment lies; a fact without times has those of what it is part of, else of its
  // encounter.
  const When& at(std::size_t fact, Time time) const {
    return places_[fact][static_cast<std::size_t>(time)].when;
  }
  // Of a moment that is none of these: a step of a dosage, the death.
  When of(const element::Element& moment) const;
  // So long after: a Timespan.
  When after(const When& when, const element::Element& timespan) const {
    return relative(timespan, when);
  }
  // A day of the frame, and so many units later.
  double moved(double day, double offset, std::string_view unit, int frame) const;
  // Whose times a fact has by that rule; kNone: its own, or none.
  std::size_t lender_of(std::size_t fact) const { return lenders_[fact]; }
  // Neither dated nor relative.
  bool is_in_words(const element::Element& moment) const;

  const std::vector<Frame>& frames() const { return frames_; }
  // Frames in the order in which they are to stand: known orders hold; what is not known is settled
  // by the moment at which the patient's age is stated, then by the order of the facts' keys.
  // Second: the order relative to the one before is stated.
  std::vector<std::pair<int, bool>> order(const std::vector<bool>& is_wanted) const;

 private:
  struct Place {
    std::size_t fact = Facts::kNone;
    Time time = Time::begin;
  };
  struct State {
    When when;
    bool is_done = false, is_busy = false, is_target = false;
  };
  struct Step {
    Place base;                                // no fact: there is none
    const element::Element* moment = nullptr;  // relative to it; null: the same moment
    bool is_order_only = false;                // some time after it
    bool is_by_doses = false;                  // after all steps of the dosage, one after the other
  };

  State& state(const Place& place) {
    return places_[place.fact][static_cast<std::size_t>(place.time)];
  }
  const State& state(const Place& place) const {
    return places_[place.fact][static_cast<std::size_t>(place.time)];
  }
  const element::Element* moment_of(const Place& place) const;
  Place target_of(const element::Element& moment) const;
  Step step_of(const Place& place) const;
  void mark_targets();
  void mark_target(const element::Element& moment);
  void resolve(Place place);
  When evaluate(const Place& place, const Step& step);
  When dated(const element::Element& moment) const;
  std::optional<double> distance_of(const element::Element& moment) const;
  When relative(const element::Element& moment, When base) const;
  bool has_lasting_doses(const Fact& fact) const;
  When after_doses(const Fact& fact, When when) const;
  When root(const Place& place);
  void extend_concurrent();
  std::size_t find_lender(std::size_t fact) const;
  std::size_t lender_of(const Place& place) const;
  std::vector<int> components(const std::vector<bool>& is_wanted) const;

  const Facts& facts_;
  std::vector<std::array<State, kTimes>> places_;
  std::vector<std::size_t> lenders_;
  std::vector<Frame> frames_;
  std::vector<std::pair<int, int>> orders_;  // the first comes before the second
};

}  // namespace paraneo::view

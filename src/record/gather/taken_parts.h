// What facts took of a resource that describes them, and what is left of it.
#pragma once

#include <set>

#include "record/gather/bundle_of_chart.h"

namespace paraneo::record {

// Of one chart, whose Bundle must outlive it.
class TakenParts {
 public:
  // The resource that came, in which the description stands or which it is.
  struct Source {
    const ChartEntry* entry = nullptr;
    const element::Element* resource = nullptr;
  };

  explicit TakenParts(ChartBundle& made) : made_(made) {}

  // The copy says what the original does: what is lost of it is lost there.
  void take(const Source& source, const element::Element& original, const element::Element& copy);
  // A fact says the same, or nothing is to be said of it.
  void note(const element::Element& original) { taken_.insert(&original); }
  // What nobody took of the element is a loss (ChartBundle::context_losses).
  void name_rest(const Source& source, const element::Element& element);

 private:
  bool has_taken(const element::Element& element) const;

  ChartBundle& made_;
  std::set<const element::Element*> taken_;  // of the originals
};

}  // namespace paraneo::record

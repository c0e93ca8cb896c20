#include "record/losses.h"

#include <algorithm>
#include <array>

namespace paraneo::record {
namespace {

using element::Element;

// In a list of a hundred thousand a counterpart is not far.
constexpr std::size_t kComparedMax = 100;

class Comparison {
 public:
  explicit Comparison(const definition::Definitions& definitions)
      : definitions_(definitions), coding_(definitions.find_type("Coding")),
        display_(definitions.find_symbol("display")) {
    constexpr std::array<std::string_view, 4> kUnasked = {"id", "meta", "text", "implicitRules"};
    for (std::size_t i = 0; i < kUnasked.size(); ++i)
      unasked_[i] = definitions.find_symbol(kUnasked[i]);
  }

  std::vector<const Element*> compare(const Element& original, const Element& again) {
    std::vector<const Element*> lost;
    children(original, again, lost);
    return lost;
  }

 private:
  bool is_unasked(const Element& parent, const Element& child) const {
    if (definitions_.is_resource(parent.type))
      return std::find(unasked_.begin(), unasked_.end(), child.name) != unasked_.end();
    // A coding's code is in the record, or its local code. Of an extension's coding there is no
    // more than the code.
    return parent.type == coding_ && child.name == display_ && parent.name != value_;
  }

  // An instant is a dateTime that is written in full.
  bool says_the_same_in(const Element& a, const Element& b) const {
    if (a.type == b.type) return true;
    const auto is_time = [&](const Element& e) {
      return e.type == instant_ || e.type == date_time_;
    };
    return is_time(a) && is_time(b);
  }

  // An extension of another URL says something else, whatever its value.
  std::string_view url_of(const Element& extension) const {
    const auto* url = extension.child(url_);
    return url == nullptr ? std::string_view() : url->value();
  }

  // One that has no counterpart yet, and the next such.
  struct Open {
    const Element* element;
    std::size_t next;
  };

  // Each child has its own counterpart; the one that loses least, of the next ones that may be it.
  void children(const Element& original, const Element& again, std::vector<const Element*>& lost) {
    std::vector<Open> open;
    std::size_t count = 0;
    for (const auto* c = again.first; c != nullptr; c = c->next) open.push_back({c, ++count});
    std::size_t first = 0;
    for (const auto* child = original.first; child != nullptr; child = child->next) {
      // An empty one would take the counterpart of another.
      if (child->empty()) continue;
      if (is_unasked(original, *child)) {
        // What an extension says of it is something else.
        if (definitions_.is_primitive(child->type))
          for (const auto* each = child->first; each != nullptr; each = each->next)
            lost.push_back(each);
        continue;
      }
      std::vector<const Element*> least{child};
      std::size_t* best = nullptr;  // what leads to the one that loses least
      std::size_t compared = 0;
      for (auto* link = &first;
           *link < count && compared < kComparedMax && !(best != nullptr && least.empty());
           link = &open[*link].next) {
        const auto& other = *open[*link].element;
        if (other.name != child->name || !says_the_same_in(other, *child)) continue;
        if (child->has_value && other.value() != child->value()) continue;
        if (child->type == extension_ && url_of(*child) != url_of(other)) continue;
        std::vector<const Element*> inner;
        children(*child, other, inner);
        ++compared;
        if (best != nullptr && inner.size() >= least.size()) continue;
        least = std::move(inner);
        best = link;
      }
      if (best != nullptr) *best = open[*best].next;
      lost.insert(lost.end(), least.begin(), least.end());
    }
  }

  const definition::Definitions& definitions_;
  definition::TypeId coding_;
  definition::TypeId instant_ = definitions_.find_type("instant");
  definition::TypeId date_time_ = definitions_.find_type("dateTime");
  definition::TypeId extension_ = definitions_.find_type("Extension");
  definition::Symbol url_ = definitions_.find_symbol("url");
  definition::Symbol display_;
  definition::Symbol value_ = definitions_.find_symbol("value");
  std::array<definition::Symbol, 4> unasked_{};
};

}  // namespace

std::vector<const Element*> losses(const definition::Definitions& definitions,
                                   const Element& original, const Element& again) {
  return Comparison(definitions).compare(original, again);
}

}  // namespace paraneo::record

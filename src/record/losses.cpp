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
    return parent.type == coding_ && child.name == display_;
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

  // Each child has its own counterpart; the one that loses least, of the next ones that may be it.
  void children(const Element& original, const Element& again, std::vector<const Element*>& lost) {
    std::vector<const Element*> rest;
    for (const auto* c = again.first; c != nullptr; c = c->next) rest.push_back(c);
    std::size_t open = 0;  // those before it have their counterpart
    for (const auto* child = original.first; child != nullptr; child = child->next) {
      if (child->empty() || is_unasked(original, *child))
        continue;  // an empty one would take the counterpart of another
      std::vector<const Element*> least{child};
      bool found = false;
      std::size_t best = 0, compared = 0;
      for (auto i = open; i < rest.size() && compared < kComparedMax && !(found && least.empty());
           ++i) {
        const auto* other = rest[i];
        if (other == nullptr || other->name != child->name || !says_the_same_in(*other, *child))
          continue;
        if (child->has_value && other->value() != child->value()) continue;
        if (child->type == extension_ && url_of(*child) != url_of(*other)) continue;
        std::vector<const Element*> inner;
        children(*child, *other, inner);
        ++compared;
        if (found && inner.size() >= least.size()) continue;
        found = true;
        least = std::move(inner);
        best = i;
      }
      if (found) rest[best] = nullptr;
      while (open < rest.size() && rest[open] == nullptr) ++open;
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
  std::array<definition::Symbol, 4> unasked_{};
};

}  // namespace

std::vector<const Element*> losses(const definition::Definitions& definitions,
                                   const Element& original, const Element& again) {
  return Comparison(definitions).compare(original, again);
}

}  // namespace paraneo::record

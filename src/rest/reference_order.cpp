// Tarjan's strongly connected components, without recursion: they come out in just this order.
#include "rest/reference_order.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace paraneo::rest {
namespace {

using Edges = std::vector<std::vector<std::size_t>>;  // by want: those that it refers to

// Resources are written without white space.
Edges edges_of(const std::vector<const PushEntry*>& entries) {
  struct Place {
    std::size_t entry = 0;
    bool known = true;  // its id
  };
  std::map<std::string, Place, std::less<>> places;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!entries[i]->id.empty()) places.emplace(entries[i]->target(), Place{i, true});
    if (entries[i]->full_url.starts_with("urn:"))
      places.emplace(entries[i]->full_url, Place{i, !entries[i]->id.empty()});
  }
  Edges edges(entries.size());
  constexpr std::string_view kName = "\"reference\":\"";
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string_view text = entries[i]->resource;
    for (auto at = text.find(kName); at != std::string_view::npos; at = text.find(kName, at)) {
      at += kName.size();
      const auto place = places.find(text.substr(at, text.find('"', at) - at));
      if (place == places.end()) continue;
      edges[i].push_back(place->second.entry);
      // Only the server can put an id there that it has not given yet, and only in one transaction.
      if (!place->second.known) edges[place->second.entry].push_back(i);
    }
  }
  return edges;
}

class Components {
 public:
  explicit Components(const Edges& edges)
      : edges_(edges), number_(edges.size(), 0), lowest_(edges.size(), 0), open_(edges.size()) {}

  std::vector<std::vector<std::size_t>> find() {
    for (std::size_t i = 0; i < edges_.size(); ++i)
      if (number_[i] == 0) walk(i);
    return std::move(found_);
  }

 private:
  struct Visit {
    std::size_t node = 0;
    std::size_t edge = 0;  // the next to follow
  };

  void enter(std::size_t node) {
    number_[node] = lowest_[node] = ++last_;
    open_[node] = true;
    stack_.push_back(node);
    path_.push_back({node, 0});
  }

  void walk(std::size_t first) {
    enter(first);
    while (!path_.empty()) {
      const auto node = path_.back().node;
      if (path_.back().edge < edges_[node].size()) {
        const auto to = edges_[node][path_.back().edge++];
        if (number_[to] == 0) enter(to);
        else if (open_[to]) lowest_[node] = std::min(lowest_[node], number_[to]);
        continue;
      }
      path_.pop_back();
      if (!path_.empty())
        lowest_[path_.back().node] = std::min(lowest_[path_.back().node], lowest_[node]);
      if (lowest_[node] == number_[node]) take(node);
    }
  }

  void take(std::size_t root) {
    auto& component = found_.emplace_back();
    while (component.empty() || component.back() != root) {
      component.push_back(stack_.back());
      open_[stack_.back()] = false;
      stack_.pop_back();
    }
    std::sort(component.begin(), component.end());
  }

  const Edges& edges_;
  std::vector<std::size_t> number_;  // in the order of entering; 0: not yet
  std::vector<std::size_t> lowest_;
  std::vector<bool> open_;
  std::vector<std::size_t> stack_;
  std::vector<Visit> path_;
  std::vector<std::vector<std::size_t>> found_;
  std::size_t last_ = 0;
};

}  // namespace

std::vector<std::vector<std::size_t>> reference_order(
    const std::vector<const PushEntry*>& entries) {
  const auto edges = edges_of(entries);
  return Components(edges).find();
}

}  // namespace paraneo::rest

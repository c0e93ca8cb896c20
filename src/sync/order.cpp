// Tarjan's strongly connected components, without recursion: they come out in just this order.
#include "sync/order.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace paraneo::sync {
namespace {

using Edges = std::vector<std::vector<std::size_t>>;  // by want: those that it refers to

// Our own resources are written without white space.
Edges edges_of(const std::vector<Want>& wants) {
  std::map<std::string, std::size_t, std::less<>> places;
  for (std::size_t i = 0; i < wants.size(); ++i) places.emplace(wants[i].entry.target(), i);
  Edges edges(wants.size());
  constexpr std::string_view kName = "\"reference\":\"";
  for (std::size_t i = 0; i < wants.size(); ++i) {
    const std::string_view text = wants[i].entry.resource;
    for (auto at = text.find(kName); at != std::string_view::npos; at = text.find(kName, at)) {
      at += kName.size();
      const auto place = places.find(text.substr(at, text.find('"', at) - at));
      if (place != places.end()) edges[i].push_back(place->second);
    }
  }
  return edges;
}

class Components {
 public:
  explicit Components(const Edges& edges) : edges_(edges), number_(edges.size(), 0), lowest_(edges.size(), 0), open_(edges.size()) {}

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
      if (!path_.empty()) lowest_[path_.back().node] = std::min(lowest_[path_.back().node], lowest_[node]);
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

std::vector<std::vector<Want>> parts_in_order(std::vector<Want>&& wants) {
  const auto puts_end = std::stable_partition(wants.begin(), wants.end(), [](const Want& want) { return want.act == Act::put; });
  std::vector<Want> others(std::make_move_iterator(puts_end), std::make_move_iterator(wants.end()));
  wants.erase(puts_end, wants.end());
  const auto edges = edges_of(wants);
  std::vector<std::vector<Want>> parts;
  for (const auto& component : Components(edges).find()) {
    auto& part = parts.emplace_back();
    for (const auto i : component) part.push_back(std::move(wants[i]));
  }
  for (auto& want : others) parts.emplace_back().push_back(std::move(want));
  return parts;
}

}  // namespace paraneo::sync

// Variables of nested scopes: an inner one hides an outer one of its name until its scope ends.
// Finding one takes no search through all of them. Internal to this folder.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace paraneo::fml {

// T has a `name`, which must live as long as the list.
template <class T>
class ScopedNames {
 public:
  // It hides one of the same name until the scope ends.
  void add(T variable) {
    const auto index = static_cast<std::uint32_t>(all_.size());
    const auto [entry, is_new] = innermost_.try_emplace(variable.name, index);
    hidden_.push_back(is_new ? kNone : std::exchange(entry->second, index));
    all_.push_back(std::move(variable));
  }

  // The innermost of that name; null where there is none.
  const T* find(std::string_view name) const {
    const auto found = innermost_.find(name);
    return found == innermost_.end() ? nullptr : &all_[found->second];
  }
  T* find(std::string_view name) { return const_cast<T*>(std::as_const(*this).find(name)); }

  // Forgets all but the first `size`.
  void leave(std::size_t size) {
    while (all_.size() > size) {
      if (hidden_.back() == kNone) innermost_.erase(all_.back().name);
      else innermost_[all_.back().name] = hidden_.back();
      hidden_.pop_back();
      all_.pop_back();
    }
  }

  std::size_t size() const { return all_.size(); }
  const T& operator[](std::size_t i) const { return all_[i]; }
  auto begin() const { return all_.begin(); }
  auto end() const { return all_.end(); }

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFFU;

  std::vector<T> all_;
  std::vector<std::uint32_t> hidden_;  // by each: the one of its name that was known before
  std::unordered_map<std::string_view, std::uint32_t> innermost_;
};

}  // namespace paraneo::fml

// The namespace declarations that hold at a place of a document. Internal to this folder.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/arena.h"

namespace paraneo::xml {

// "h" of "h:div"; empty without a colon. Names are short: a call of memchr() costs more than this.
inline std::string_view prefix_of(std::string_view name) {
  for (std::size_t i = 0; i < name.size(); ++i)
    if (name[i] == ':') return name.substr(0, i);
  return {};
}

class Namespaces {
 public:
  explicit Namespaces(Arena& arena) : arena_(arena) {}

  // Whether an attribute of that name declares one.
  static bool is_declaration(std::string_view name) {
    return name.starts_with("xmlns") && (name.size() == 5 || name[5] == ':');
  }
  // What an element of that depth declares.
  void declare(std::size_t depth, std::string_view name, std::string_view uri) {
    declared_.push_back(
        {arena_.copy(name.substr(name.size() == 5 ? 5 : 6)), arena_.copy(uri), depth});
    if (name.size() == 5) default_ = declared_.back().uri;
  }
  // Behind an element of that depth.
  void leave(std::size_t depth) {
    if (declared_.empty() || declared_.back().depth < depth) return;
    while (!declared_.empty() && declared_.back().depth >= depth) declared_.pop_back();
    default_ = {};
    for (const auto& each : declared_)
      if (each.prefix.empty()) default_ = each.uri;
  }
  std::string_view without_prefix() const { return default_; }
  // Null for a prefix that nothing declares.
  const std::string_view* find(std::string_view prefix) const {
    if (prefix == "xml") return &kXml;
    for (auto each = declared_.rbegin(); each != declared_.rend(); ++each)
      if (each->prefix == prefix) return &each->uri;
    return nullptr;
  }

 private:
  static constexpr std::string_view kXml = "http://www.w3.org/XML/1998/namespace";
  struct Declared {
    std::string_view prefix;
    std::string_view uri;
    std::size_t depth;
  };

  Arena& arena_;
  std::vector<Declared> declared_;
  std::string_view default_;
};

}  // namespace paraneo::xml

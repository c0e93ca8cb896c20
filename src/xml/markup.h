// A part of a document that is kept as text, so that it stands alone: its own namespace declared,
// without prefixes. Internal to this folder.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace paraneo::xml {

class Markup {
 public:
  // `tag` is the offset of the outermost tag's "<"; `declares`: it has xmlns="..." for the
  // namespace itself.
  void begin(std::string_view source, std::size_t tag, std::string_view prefix,
             std::size_t name_size, std::string_view space, bool declares) {
    source_ = source;
    begin_ = copied_ = tag;
    changed_.clear();
    depth_ = 0;
    is_right_ = true;
    drop_prefix(tag + 1, prefix);
    if (declares) return;
    const auto behind_name = tag + 1 + name_size;
    changed_.append(source_.substr(copied_, behind_name - copied_))
        .append(" xmlns=\"")
        .append(space)
        .append("\"");
    copied_ = behind_name;
  }
  bool is_open() const { return begin_ != kNone; }
  void enter() { ++depth_; }
  // True for the outermost.
  bool leave() { return --depth_ == 0; }
  // A prefix, with its colon, where a name begins.
  void drop_prefix(std::size_t name, std::string_view prefix) {
    if (prefix.empty()) return;
    changed_ += source_.substr(copied_, name - copied_);
    copied_ = name + prefix.size() + 1;
  }
  // What is in it cannot stand alone.
  void spoil() { is_right_ = false; }
  bool is_right() const { return is_right_; }
  // The text up to `end`; `holder` has it where it is not just a part of the source.
  std::string_view finish(std::size_t end, std::string& holder) {
    const auto begin = begin_;
    begin_ = kNone;
    if (copied_ == begin) return source_.substr(begin, end - begin);
    changed_ += source_.substr(copied_, end - copied_);
    holder = changed_;
    return holder;
  }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};

  std::string_view source_;
  std::size_t begin_ = kNone;
  std::size_t copied_ = 0;  // up to here the source is in changed_; begin_ as long as nothing is
  std::string changed_;
  std::size_t depth_ = 0;
  bool is_right_ = true;
};

}  // namespace paraneo::xml

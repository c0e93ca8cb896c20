// Names and versions of packages.
#include <algorithm>
#include <cctype>

#include "package/package.h"

namespace paraneo::package {
namespace {

bool is_id_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

std::string_view next_part(std::string_view& text) {
  const auto end = std::min(text.find_first_of(".-"), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool is_package_name(std::string_view text) {
  const auto mark = text.find_first_of("#@");
  if (mark == std::string_view::npos || mark == 0) return false;
  const auto good = [](std::string_view part) {
    return std::all_of(part.begin(), part.end(), is_id_char);
  };
  return good(text.substr(0, mark)) && good(text.substr(mark + 1)) && text[0] != '.';
}

PackageName parse_name(std::string_view text) {
  const auto mark = text.find_first_of("#@");
  if (mark == std::string_view::npos) return {std::string(text), {}};
  return {std::string(text.substr(0, mark)), std::string(text.substr(mark + 1))};
}

bool version_fits(std::string_view version, std::string_view asked) {
  if (asked.empty() || asked == "latest") return true;
  if (asked.ends_with(".x")) return version.starts_with(asked.substr(0, asked.size() - 1));
  return version == asked;
}

bool version_less(std::string_view a, std::string_view b) {
  const auto release = [](std::string_view& text) {
    const auto all = text;
    text = text.substr(0, text.find('-'));
    return all.size() > text.size() ? all.substr(text.size() + 1) : std::string_view();
  };
  auto label_a = release(a), label_b = release(b);
  const auto compare = [](std::string_view x, std::string_view y) {
    while (!x.empty() || !y.empty()) {
      auto p = next_part(x), q = next_part(y);
      if (p == q) continue;
      if (!is_number(p) || !is_number(q)) return p < q ? -1 : 1;
      while (p.size() > 1 && p[0] == '0') p.remove_prefix(1);
      while (q.size() > 1 && q[0] == '0') q.remove_prefix(1);
      if (p.size() != q.size()) return p.size() < q.size() ? -1 : 1;
      if (p != q) return p < q ? -1 : 1;
    }
    return 0;
  };
  if (const auto order = compare(a, b); order != 0) return order < 0;
  if (label_a.empty() || label_b.empty()) return !label_a.empty() && label_b.empty();
  return compare(label_a, label_b) < 0;
}

}  // namespace paraneo::package

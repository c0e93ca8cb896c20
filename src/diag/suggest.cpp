#include "diag/suggest.h"

#include <algorithm>
#include <vector>

namespace paraneo::diag {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

// Optimal string alignment, by rows; of a row only what is less than `limit` away from the diagonal
// counts. What differs in case only is at distance 1 however long it is.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit) {
  if ((a.size() > b.size() ? a.size() - b.size() : b.size() - a.size()) >= limit) return limit;
  std::string x(a), y(b);
  std::transform(x.begin(), x.end(), x.begin(), lower);
  std::transform(y.begin(), y.end(), y.begin(), lower);
  if (x == y) return a == b ? 0 : 1;
  const auto far = limit;
  std::vector<std::size_t> rows(3 * (y.size() + 2), far);
  auto* before = rows.data();
  auto* last = before + y.size() + 2;
  auto* row = last + y.size() + 2;
  for (std::size_t j = 0; j <= std::min(y.size(), limit); ++j) last[j] = j;
  std::size_t nearest_before = 0;  // of the row before
  for (std::size_t i = 1; i <= x.size(); ++i) {
    const auto first = i > limit ? i - limit : 1;
    const auto end = std::min(y.size(), i + limit);
    row[first - 1] = first == 1 ? i : far;
    auto nearest = row[first - 1];
    for (auto j = first; j <= end; ++j) {
      auto d =
          std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (x[i - 1] == y[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1])
        d = std::min(d, before[j - 2] + 1);
      row[j] = d;
      nearest = std::min(nearest, d);
    }
    row[end + 1] = far;
    // A swap reaches over one row.
    if (nearest >= limit && nearest_before >= limit) return limit;
    nearest_before = nearest;
    std::swap(before, last);
    std::swap(last, row);
  }
  return std::min(last[y.size()], limit);
}

std::uint32_t letters_of(std::string_view name) {
  std::uint32_t letters = 0;
  for (const auto c : name) letters |= 1U << (static_cast<unsigned char>(c) & 31U);
  return letters;
}

NameIndex::NameIndex(std::vector<std::string_view> names) : names_(std::move(names)) {
  names_.resize(std::min(names_.size(), kSuggestedNamesMax));
  letters_.reserve(names_.size());
  for (const auto name : names_) letters_.push_back(letters_of(name));
}

std::string_view NameIndex::closest(std::string_view name) const {
  Nearest nearest(name);
  for (std::size_t i = 0; i < names_.size(); ++i) nearest.look_at(names_[i], letters_[i]);
  return nearest.best();
}

}  // namespace paraneo::diag

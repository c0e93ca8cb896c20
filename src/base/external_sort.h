// Sorts more rows than memory holds: parts of them in memory, which lie in a spill file until they
// are merged.
//
//   ExternalSort<Row> rows(folder, 32 << 20);
//   for (...) if (auto added = rows.add(row); !added) return added;
//   return rows.each([](const Row& row) { ... });
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/spill_file.h"

namespace paraneo {

// Row: trivially copyable, without padding that would differ, ordered by <; rows that are equal are
// given once. n log n; memory as it was told, whatever the number of rows. Not thread-safe.
template <class Row>
class ExternalSort {
  static_assert(std::is_trivially_copyable_v<Row>);

 public:
  // The file is made when the first rows have to leave memory.
  ExternalSort(std::string folder, std::size_t memory_bytes)
      : folder_(std::move(folder)),
        rows_max_(std::max<std::size_t>(memory_bytes / sizeof(Row), 1)) {}

  // Fails where the disk does; what was added before stays.
  Result<void> add(const Row& row) {
    rows_.push_back(row);
    return rows_.size() < rows_max_ ? Result<void>() : spill();
  }

  // All rows, in order. May be called again; nothing may be added any more.
  template <class Visit>
  Result<void> each(const Visit& visit) {
    if (!file_) {
      sort();
      for (const auto& row : rows_) visit(row);
      return {};
    }
    if (!rows_.empty())
      if (const auto spilled = spill(); !spilled) return spilled;
    if (const auto flushed = file_->flush(); !flushed) return flushed;
    return merge(visit);
  }

 private:
  struct Run {
    SpillFile::Reader reader;
    Row row;  // the next one
  };

  void sort() {
    std::sort(rows_.begin(), rows_.end());
    rows_.erase(std::unique(rows_.begin(), rows_.end(),
                            [](const Row& a, const Row& b) { return !(a < b) && !(b < a); }),
                rows_.end());
  }

  Result<void> spill() {
    if (!file_) {
      auto file = SpillFile::open(folder_, std::size_t{1} << 16);
      if (!file) return file.error();
      file_.emplace(std::move(*file));
    }
    sort();
    const auto begin = file_->size();
    const auto written =
        file_->append({reinterpret_cast<const char*>(rows_.data()), rows_.size() * sizeof(Row)});
    runs_.emplace_back(begin, file_->size());
    rows_.clear();
    return written;
  }

  static Result<bool> advance(Run& run) {
    if (run.reader.at_end()) return false;
    const auto bytes = run.reader.take(sizeof(Row));
    if (!bytes) return bytes.error();
    std::memcpy(&run.row, bytes->data(), sizeof(Row));
    return true;
  }

  template <class Visit>
  Result<void> merge(const Visit& visit) {
    rows_.shrink_to_fit();
    const auto buffer_bytes =
        std::max<std::size_t>(rows_max_ * sizeof(Row) / runs_.size(), std::size_t{1} << 12);
    std::vector<Run> runs;
    for (const auto& [begin, end] : runs_) {
      Run run{SpillFile::Reader(*file_, begin, end, buffer_bytes), Row{}};
      const auto has_one = advance(run);
      if (!has_one) return has_one.error();
      if (*has_one) runs.push_back(std::move(run));
    }
    const auto is_later = [&](std::size_t a, std::size_t b) { return runs[b].row < runs[a].row; };
    std::vector<std::size_t> heap(runs.size());
    std::iota(heap.begin(), heap.end(), std::size_t{0});
    std::make_heap(heap.begin(), heap.end(), is_later);
    std::optional<Row> last;
    while (!heap.empty()) {
      std::pop_heap(heap.begin(), heap.end(), is_later);
      auto& run = runs[heap.back()];
      if (!last || *last < run.row) visit(run.row);
      last = run.row;
      const auto has_more = advance(run);
      if (!has_more) return has_more.error();
      if (*has_more) std::push_heap(heap.begin(), heap.end(), is_later);
      else heap.pop_back();
    }
    return {};
  }

  std::string folder_;
  std::size_t rows_max_;
  std::vector<Row> rows_;
  std::optional<SpillFile> file_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> runs_;  // bytes of the file
};

}  // namespace paraneo

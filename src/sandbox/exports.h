// The $exports that were made and can be fetched: few, for a while, and in bounded memory.
// Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace paraneo::sandbox {

// What one $export has found; immutable once it is kept.
struct Export {
  struct File {
    std::string lines;
    std::uint64_t count = 0;
  };
  std::string request_url;
  std::int64_t at_ms = 0;
  std::map<std::string, File> files;  // by type
  std::size_t bytes = 0;              // of all files
};

// Exports that were made and are kept for a while. Thread-safe.
class Exports {
 public:
  Exports(std::size_t count_max, std::size_t bytes_max, std::int64_t ms_max)
      : count_max_(count_max), bytes_max_(bytes_max), ms_max_(ms_max) {}

  // Room for one more, which is to be kept or given up. Frees what is too old, then what was
  // fetched longest ago; seconds to wait when there is nothing to free.
  std::optional<std::int64_t> reserve(std::int64_t now_ms);
  void give_up();
  // In the room that was reserved. False when there is no memory for it beside those that nobody
  // fetched yet.
  bool keep(const std::string& id, Export made);

  struct Found {
    std::shared_ptr<const Export> kept;
    int polls = 0;  // questions about it so far, with this one
  };
  // Empty where there is none. `is_poll`: the question whether it is ready; from the second one on
  // it counts as fetched.
  Found find(const std::string& id, std::int64_t now_ms, bool is_poll);
  bool remove(const std::string& id);

 private:
  struct Kept {
    std::shared_ptr<const Export> made;
    int polls = 0;
  };
  void expire(std::int64_t now_ms);
  bool free_oldest();
  std::size_t bytes() const;

  const std::size_t count_max_;
  const std::size_t bytes_max_;
  const std::int64_t ms_max_;
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;
  std::size_t reserved_ = 0;
};

}  // namespace paraneo::sandbox

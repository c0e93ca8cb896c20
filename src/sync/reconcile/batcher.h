// What goes into one transaction, and what afterwards. Plain data in and out.
//
// Records are put together as long as they fit; a record goes whole unless it alone has more
// resources than a transaction may have: then what is referred to goes first. What is deleted goes
// after what is written, and the Patient last: what others refer to the server refuses by itself.
// An update that is to go whole, or apart, is not mixed with others, and waits as long as a target
// of its own is under way.
// Not thread-safe: a run calls it from one thread at a time.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "sync/reconcile/group.h"

namespace paraneo::sync {

class Batcher {
 public:
  struct Options {
    std::size_t entries_max = 200;  // of a transaction
    std::size_t bytes_max = std::size_t{4} << 20;
    bool if_match = true;   // what has a known version needs no reading: a write to another one is
                            // refused
    bool only_new = false;  // nor does what nothing is known of: a write to what is there is
                            // refused
    std::size_t apart_entries_max = 40;  // of a batch
  };
  // The next update of the feed; nothing when it has ended, or failed.
  using Take = std::function<std::optional<RecordUpdate>()>;

  explicit Batcher(const Options& options) : options_(options) {}

  // What was put back goes first; null when there is nothing, or it waits for what is under way.
  std::unique_ptr<Group> next(const Take& take);
  // Nothing was put back, and nothing that was taken is left over.
  bool empty() const { return again_.empty() && !left_over_; }
  bool has_again() const { return !again_.empty(); }
  std::size_t entries_max() const { return options_.entries_max; }

  // What of a record waits for another transaction.
  void again(std::unique_ptr<Unit> unit);
  // As it is, in a group of its own, after all that was put back before.
  void put_back(std::vector<std::unique_ptr<Unit>> units);
  void put_back_alone(std::unique_ptr<Unit> unit);
  // Each unit but the first by itself, next.
  void split(Group& group);
  // Something was there that nothing was known of: from now on everything is read first.
  void read_first() { options_.only_new = false; }
  // Halves its units: the second half stands where the whole stood, and is the next.
  void cut(Group& group);
  // The server refused a transaction of so many entries for its size.
  void refused_size(std::size_t entries);
  // What has not gone yet once more, in other parts. False when they are the same ones: what refers
  // to each other goes together.
  bool part(Unit& unit) const;
  // Of updates that go whole, what is to be written: as many as a transaction may have, the others
  // wait. True when more wait than before.
  bool part_to_write(Unit& unit) const;
  // The same, each deletion by itself.
  void part_singly(Unit& unit) const;

 private:
  std::unique_ptr<Unit> unit_of(RecordUpdate&& update) const;
  void fill(Unit& unit, std::vector<Operation>&& operations) const;
  void fill_again(Unit& unit) const;
  Task task_of(Operation&& operation) const;
  bool fits(std::size_t entries, std::size_t bytes) const;
  bool joins(const Group& group, Unit& unit, std::size_t entries, std::size_t bytes) const;
  bool take_claim(Unit& unit) const;

  Options options_;
  HeldTargets held_ = std::make_shared<std::unordered_set<std::string>>();
  std::deque<std::unique_ptr<Group>> again_;
  std::unique_ptr<Unit> left_over_;  // taken, did not fit into the last group
};

}  // namespace paraneo::sync

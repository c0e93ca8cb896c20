// What an import reads, until all of it is there: in memory, or, where that is too much, in spill
// files, of which it comes back in shards (shard_plan.h). What is made of it is the same either
// way.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/spill_file.h"
#include "record/gather/chart.h"
#include "record/gather/read_entries.h"
#include "record/gather/shard_file.h"
#include "record/gather/shard_plan.h"

namespace paraneo::record {

// How much memory an import may take, and what the records know beside.
struct IntakeOptions {
  std::size_t memory_bytes_max = std::size_t{256} << 20;  // about what all of it may take
  std::string folder = folder_of_temporary_files();       // of the spill files
  bool loads_ahead = false;  // a thread makes the next charts while those that were given are
                             // worked on; they take memory, too
  // Names to `add` each resource that a record has which is there already, and the patient whose
  // record that is, both as references: they are to be seen together with what came. Asked once,
  // and only where there are shards. `deletions`: all that came.
  using AddKnown =
      std::function<Result<void>(const std::string& reference, const std::string& patient)>;
  std::function<Result<void>(const Senders& senders,
                             const std::vector<const ChartEntry*>& deletions, const AddKnown& add)>
      known;
};

// Keeps a copy of each resource's text. Not thread-safe.
class Intake {
 public:
  // Temporary files are made when memory is full, and not before.
  Intake(const Limits& limits, ChartOptions options, IntakeOptions intake_options = {});
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  // What was read of a text (read_entries.h). The order of the texts decides nothing. Fault::io
  // when the disk is full.
  Result<void> add(ReadText text);
  Result<void> add(const Source& text, diag::Sink& sink) {
    return add(read_entries(text, limits_, sink));
  }
  // The charts of all that came, settled, or of a part of it, in which nothing is that has to do
  // with another part; null when all were given, at least once. Those that were given before must
  // be gone, or are `former`, and go. Call it after the last add().
  Result<std::unique_ptr<Charts>> next(diag::Sink& sink, std::unique_ptr<Charts> former = nullptr);
  // Whether next() has given the last charts.
  bool is_last() const { return is_given_ && (!plan_ || next_shard_ == shards_.size()); }
  // Of all charts, as far as is known; 0: nobody knows. After the first next().
  std::size_t patients_expected() const { return plan_ ? plan_->patient_count() : 0; }

  const ChartOptions& options() const { return options_; }

 private:
  // One part with all that is to be said of it.
  struct Part {
    std::unique_ptr<Charts> charts;
    diag::Sink messages;
  };
  Result<Part> part_of(std::size_t shard);
  std::unique_ptr<Charts> settled(std::deque<ChartEntry> entries, std::deque<EntryLinks> links,
                                  diag::Sink& sink);
  void take(ChartEntry entry, EntryLinks links);
  Result<void> spill();
  Result<void> put(const ChartEntry& entry, const EntryLinks& links,
                   const ShardPlan::InBundle& in_bundle);
  Result<void> keep_original(const std::shared_ptr<const Original>& original);
  Result<void> distribute();
  Result<void> load(std::size_t shard, std::deque<ChartEntry>& entries,
                    std::deque<EntryLinks>& links);
  Result<std::shared_ptr<const Original>> read_original(std::uint64_t at) const;

  const Limits limits_;
  const ChartOptions options_;
  const IntakeOptions intake_options_;
  std::size_t bundles_ = 0;  // so far
  std::string file_;         // that is read
  std::string base_of_file_;
  std::deque<ChartEntry> entries_;  // in memory
  std::deque<EntryLinks> links_;    // of each entry
  std::size_t bytes_ = 0;           // that these take, about
  // Only where it was too much.
  std::optional<ShardPlan> plan_;
  std::optional<SpillFile> all_;        // entries in the order in which they came
  std::vector<ChartEntry> deletions_;   // without their texts; only where somebody is to be asked
                                        // about them
  std::optional<SpillFile> originals_;  // that entries were made of
  std::shared_ptr<const Original> original_;  // that was put there last
  std::uint64_t original_at_ = 0;
  std::string bytes_of_entry_;
  std::optional<ShardFile> shard_file_;
  std::vector<std::size_t> shards_;  // that have entries
  std::size_t next_shard_ = 0;       // to be given
  bool is_given_ = false;
  std::future<Result<Part>> ahead_;  // the next shard's; last, since it works with all of the above
};

}  // namespace paraneo::record

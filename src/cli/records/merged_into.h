// The records that a delta is merged into (import --into DIR).
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/records/records_folder.h"
#include "record/gather/intake.h"

namespace paraneo::cli {

class MergedInto {
 public:
  explicit MergedInto(RecordsFolder folder) : folder_(std::move(folder)) {}

  // What the folder has that is to be seen together with what came, where that comes in shards
  // (record/gather/intake.h). Called before prepare(), once, or not at all.
  Result<void> known(const record::Senders& senders,
                     const std::vector<const record::ChartEntry*>& deletions,
                     const record::IntakeOptions::AddKnown& add);
  // Finds the record of each chart; gives each deletion to the record that has its resource, and
  // what is another patient's now, or nobody's, to the record that has it still; and where a
  // patient was replaced, now or in a former delta, makes the survivor's chart of theirs.
  // `is_last`: there are no more charts. Call it when nobody else can write into the folder any
  // more, before the calls below.
  Result<void> prepare(record::Charts& charts, bool is_last);

  // Null where the patient has no record yet. May be called by many threads, like all up to
  // note_merged().
  const std::string* file_of(const std::string& record_id) const;
  // Of patients whom the record's has replaced.
  std::vector<std::string> replaced_files(const std::string& record_id) const;
  Result<Source> read(const std::string& file) const { return folder_.read(file); }
  // Of a record whose id its own resources say, and not the patient's.
  bool holds(const std::string& record_id) const { return folder_.holds(record_id); }
  // The record that took the facts of others, as it is to be written.
  void note_merged(const std::string& record_id, const std::string& json);

  // Takes the records away whose facts went to that of the patient who has replaced theirs. Call it
  // when what was made is written: until then a run that is killed is one that has not begun.
  Result<void> remove_replaced() const;

 private:
  Result<void> open_again();
  Result<void> give_deletions(record::Charts& charts);
  Result<void> index(const RecordsFolder::TakeHeld& take);
  Result<void> give_moved(record::Charts& charts);
  Result<void> follow_former(record::Charts& charts);
  Result<void> find_replaced(record::Charts& charts);

  RecordsFolder folder_;
  bool is_open_again_ = false;
  // Who holds a fact of which resource: its hash, and the number of the file. Sorted.
  std::optional<std::vector<std::pair<std::uint64_t, std::uint32_t>>> index_;
  std::optional<RecordsFolder::Holders> holders_;  // of all deletions that came; none: nobody asked
  std::set<std::string> persons_;                  // for whom something came
  std::map<std::string, std::string> files_;       // by record
  std::map<std::string, std::vector<std::string>> replaced_;  // files, by the record that takes
                                                              // their facts
  std::set<std::string> named_by_records_;                    // records that said so of a patient
  std::mutex merged_mutex_;
  std::map<std::string, std::string> merged_;  // what was made of these records
};

}  // namespace paraneo::cli

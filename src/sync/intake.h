// From the texts of a source to the update of each record: what is as it was is passed over by its
// hash, the others are exported and compared with the ledger, and at the end comes what vanished.
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/source.h"
#include "sync/record_update.h"

namespace paraneo::sync {

// Where records come from. An error stands for one text; the source goes on after it.
class RecordSource {
 public:
  virtual ~RecordSource() = default;
  virtual Result<std::unique_ptr<Source>> next() = 0;  // null at the end
  virtual Result<void> rewind() = 0;
  // Whether the place of the text or error that came last is one record's own: the whole of a file,
  // a row that has a name. A line of a file is another record's when the lines have moved.
  virtual bool place_is_one_records() const { return false; }
  // Folders in which nothing is that could be a record, and what is read no more as it stands:
  // what the ledger has from there is not to be had at the moment, as from a disk that is not
  // mounted.
  virtual std::vector<std::string> empty_folders() const { return {}; }
  // How far it was read, in any measure; a total of 0 when nobody knows how much there is.
  struct Part {
    std::uint64_t done = 0;
    std::uint64_t total = 0;
  };
  virtual Part part() const { return {}; }
};

// What a text became.
struct Made {
  std::string record;  // may be known even when it is refused
  std::vector<rest::PushEntry> entries;
  std::optional<std::string> refusal;
};
using Make = std::function<Made(const Source&)>;

// What one reading of a source found out, for the reading after it, which sends. Sources change
// while they are read: only what both readings say is believed of what is no more.
struct Reading {
  std::unordered_set<std::string> doubled;  // records that several texts claim to be
  std::unordered_set<std::string> vanished;
  std::unordered_map<std::string, std::string> moved;  // records that stood elsewhere before: place
  std::uint64_t updates_max = std::numeric_limits<std::uint64_t>::max();  // of records that are
                                                                          // known
};

// What is read, and what this worker decides.
struct IntakeOptions {
  std::string source;       // its name in the ledger
  std::string fingerprint;  // of what makes resources out of records: with another one all are made
                            // again
  Retraction retraction = Retraction::entered_in_error;
  bool claims = false;  // what is given out was claimed in the ledger; another worker's is passed
                        // over
  bool leads = true;    // what vanished is this worker's to decide
  const Reading* before = nullptr;  // null: this is the first reading
  bool notes_places = false;  // where a file of one record stands now, though it says what it said
};

// What a reading has found.
struct IntakeCounts {
  std::uint64_t records = 0;    // texts of the source
  std::uint64_t untouched = 0;  // as they were sent last
  std::uint64_t waiting = 0;    // as they were refused, parked or dropped last
  std::uint64_t changed = 0;    // others
  std::uint64_t refused = 0;    // cannot be sent
  std::uint64_t vanished = 0;
  std::uint64_t vanished_late = 0;  // since the reading before: left to the next run
  std::uint64_t moved_late = 0;     // to another file, since the reading before: the same
  std::uint64_t withheld = 0;       // changed since the reading before, over its updates_max
  std::uint64_t known = 0;  // records that the ledger has of this source and that had not vanished
  std::uint64_t deferred = 0;  // another worker was or is at them: a later pass must look again
  bool incomplete = false;     // not every text could be read: nobody can say what vanished
};

// A text that says of its record what the one before it said.
void count_unchanged(const store::RecordRow& row, IntakeCounts& counts);

// One reading of a source against the ledger. Not thread-safe; all that it is given outlives it.
class Intake {
 public:
  Intake(IntakeOptions options, store::Ledger& ledger, RecordSource& source, Make make);

  // An update that may have no operations; nothing at the end.
  Result<std::optional<RecordUpdate>> next();
  const IntakeCounts& counts() const { return counts_; }
  // At the end.
  const Reading& reading() const { return reading_; }

 private:
  Result<std::optional<RecordUpdate>> of_text(const Source& text);
  Result<std::optional<RecordUpdate>> refuse(const std::string& place, const std::string& hash,
                                             const Made& made);
  Result<std::optional<RecordUpdate>> refuse_doubled(const std::string& record,
                                                     const std::string& place);
  Result<bool> is_foreign(const std::string& record, std::string& owner);
  Result<void> keep_record_at(const std::string& place);
  bool is_doubled(const std::string& record) const;
  Result<bool> has_moved_late(const std::string& record, const std::string& place);
  bool is_withheld(const RecordUpdate& update);
  Result<void> begin();
  Result<bool> take(const std::string& record);
  Result<void> note_place(store::RecordRow row, const std::string& place);
  Result<void> keep_places();
  Result<void> find_vanished();
  Result<std::optional<RecordUpdate>> next_vanished();

  IntakeOptions options_;
  store::Ledger& ledger_;
  RecordSource& source_;
  Make make_;
  IntakeCounts counts_;
  Reading reading_;
  std::uint64_t updates_ = 0;
  std::unordered_set<std::string> seen_;
  std::unordered_set<std::string> kept_;  // stood where now a text stands that cannot be read
  std::unordered_map<std::string, std::string> known_;  // when the pass began, if the ledger is
                                                        // shared: hash and state
  std::vector<store::RecordRow> vanished_;              // the next one last
  std::vector<store::Change> places_;                   // noted, not in the ledger yet
  bool begun_ = false;
  bool ended_ = false;
};

// What retracts a record that vanished, by policy.
RecordUpdate vanished_update(const store::RecordRow& row,
                             const std::vector<store::ResourceRow>& known, Retraction retraction);

}  // namespace paraneo::sync

// The port to the ledger: what was sent where, what is to be sent, and what became of it. Written
// before a byte leaves; whoever opens it after a crash knows what to ask the server about.
//
// A record is named by its source's system and id, a resource by "Type/id". Texts of patients are
// kept only while they are on their way (intent) or wait for a person (conflicts, dead letters,
// held).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"

namespace paraneo::store {

// Where a record stands.
enum class RecordState {
  active,     // the server holds what the content hash stands for
  dead,       // refused; waits for retry, drop or another content
  parked,     // somebody else's version is in the way
  dropped,    // a person gave this content up
  retracted,  // vanished at the source and retracted
  kept,       // vanished at the source and left alone by policy
};

// Vanished at the source; it may come back.
inline bool is_gone(RecordState state) {
  return state == RecordState::retracted || state == RecordState::kept;
}

// A record that the ledger knows.
struct RecordRow {
  std::string name;
  std::string source;
  std::string place;         // file:line at the source
  std::string content_hash;  // of the source's text that was dealt with last
  RecordState state = RecordState::active;
  std::int64_t changed_ms = 0;
};

// Where a resource stands.
enum class ResourceState {
  intended,   // on its way: may or may not have left
  sent,       // has left, and no answer told what became of it
  confirmed,  // the server holds what `hash` stands for, as `version`
  parked,     // as confirmed before, and somebody else's version is in the way
  retracted,  // marked as entered in error, or deleted
  kept,       // vanished, left alone
};

// A resource that a record has, or had.
struct ResourceRow {
  std::string target;  // "Patient/1"
  std::string record;
  ResourceState state = ResourceState::confirmed;
  std::string hash;     // of what was confirmed last; empty: nothing ever was
  std::string version;  // the server's, of that; empty: not known, or deleted
  // While it is on its way:
  std::string intent_hash;
  std::string intent_body;                          // empty: it is to be deleted
  ResourceState before = ResourceState::confirmed;  // what it goes back to if nothing comes of it
};

inline bool is_in_flight(const ResourceRow& row) {
  return row.state == ResourceState::intended || row.state == ResourceState::sent;
}

// A dead letter: a record, or a text, that was refused.
struct DeadLetter {
  std::string record;  // name; or the place of a text that has none
  std::string source;
  std::string place;
  std::int64_t at_ms = 0;
  int status = 0;       // of the server; 0: it was refused before it was sent
  std::string outcome;  // OperationOutcome (JSON), or what was wrong. May quote patient data.
};

// Somebody else's version of a resource, beside ours.
struct Conflict {
  std::string target;
  std::string record;
  std::int64_t at_ms = 0;
  std::string ours;     // JSON; empty: we would delete it
  std::string theirs;   // JSON; empty: it is deleted there
  std::string version;  // of theirs
};

// A text that its source says only once (a message of a topic), while it waits for a person or was
// let go on with since. Who deals with another text of the same record removes it.
struct Held {
  std::string record;  // as a letter's
  std::string source;
  std::string place;
  std::string name;  // of this text and no other
  std::string text;
  bool gone = false;  // instead of a text: the thing is no more
};

// What was written to a server.
struct AuditRow {
  std::int64_t at_ms = 0;
  std::string server;
  std::string target;
  std::string action;   // "create", "update", "retract", "delete"
  std::string version;  // what the server made of it
  std::string hash;
};

// What apply() can do.
struct ForgetRecord {
  std::string name;
};
// A resource is the record's no more.
struct ForgetResource {
  std::string target;
  std::string record;
};
// What was refused is settled, or given up.
struct RemoveDeadLetter {
  std::string record;
};
// What was parked is settled.
struct RemoveConflicts {
  std::string record;
};
// What a topic has is known by another name from now on.
struct RemoveHeld {
  std::string record;
};
// A source has another name from now on.
struct RenameSource {  // all that is known of it
  std::string from;
  std::string to;
};
// Where the reading of something goes on.
struct Cursor {
  std::string name;
  std::string value;
};
// Rows that are older go.
struct PruneAudit {
  std::int64_t before_ms = 0;
};
// This worker is done with what it had claimed.
struct Release {
  std::string name;
};
using Change = std::variant<RecordRow, ForgetRecord, ResourceRow, ForgetResource, DeadLetter,
                            RemoveDeadLetter, Conflict, RemoveConflicts, Held, RemoveHeld, Cursor,
                            AuditRow, PruneAudit, Release, RenameSource>;

// A source that the ledger knows.
struct SourceRow {
  std::string name;
  std::uint64_t records = 0;  // that have not vanished there
};

// How many of each there are.
struct Counts {
  std::uint64_t records_active = 0;
  std::uint64_t records_dead = 0;
  std::uint64_t records_parked = 0;
  std::uint64_t records_dropped = 0;
  std::uint64_t records_retracted = 0;
  std::uint64_t records_kept = 0;
  std::uint64_t resources_on_the_way = 0;
  std::uint64_t resources_confirmed = 0;
  std::uint64_t resources_parked = 0;
  std::uint64_t resources_retracted = 0;
  std::uint64_t resources_kept = 0;
  std::int64_t letters_oldest_ms = 0;  // when it was written; 0: there is none
  std::int64_t conflicts_oldest_ms = 0;
  std::uint64_t bytes = 0;  // of the ledger
};

// Not thread-safe.
class Ledger {
 public:
  virtual ~Ledger() = default;

  // All or nothing, in order; durable when it returns without an error.
  virtual Result<void> apply(const std::vector<Change>& changes) = 0;

  // Nothing where the ledger does not know it.
  virtual Result<std::optional<RecordRow>> record(const std::string& name) = 0;
  virtual Result<std::optional<RecordRow>> record_with_content(const std::string& source,
                                                               const std::string& content_hash) = 0;
  // Names of records that came from this place of the source last time.
  virtual Result<std::vector<std::string>> records_at(const std::string& source,
                                                      const std::string& place) = 0;
  virtual Result<void> each_record(const std::string& source,
                                   const std::function<void(const RecordRow&)>& visit) = 0;
  // In the order of targets.
  virtual Result<std::vector<ResourceRow>> resources(const std::string& record) = 0;
  virtual Result<std::vector<std::string>> records_on_the_way() = 0;

  // What waits for a person: all of it, in the order of records.
  virtual Result<std::vector<DeadLetter>> letters() = 0;
  virtual Result<std::vector<Conflict>> conflicts() = 0;
  virtual Result<std::optional<Held>> held(const std::string& record) = 0;
  // What is held and waits for nobody any more: neither a letter nor a conflict speaks of its
  // record. In the order of records, from after this one on.
  virtual Result<std::vector<Held>> released(const std::string& source, const std::string& after,
                                             std::size_t rows_max) = 0;
  virtual Result<Counts> counts() = 0;
  // By name.
  virtual Result<std::vector<SourceRow>> sources() = 0;
  virtual Result<std::string> cursor(const std::string& name) = 0;  // empty: none
  // The newest first.
  virtual Result<std::vector<AuditRow>> audit(std::size_t rows_max) = 0;

  // Whether several processes may work on it at the same time. One that is not shared grants every
  // claim.
  virtual bool shared() const { return false; }
  // From now on this worker alone works on what is called so; false: another one does. A claim ends
  // with Release, with give_up(), or with the worker, however that ends.
  virtual Result<bool> claim(const std::string& /*name*/) { return true; }
  // Ends all claims of this worker.
  virtual Result<void> give_up() { return {}; }
};

// What claim() and Release call things.
std::string claim_on_record(const std::string& record);
std::string claim_on_source(const std::string& source);  // to decide what vanished from it
std::string claim_on_stream(const std::string& stream);  // to read it in its order

// As the ledger's columns and `status` have it.
std::string_view name_of(RecordState state);
std::string_view name_of(ResourceState state);

}  // namespace paraneo::store

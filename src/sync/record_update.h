// What is to be done for one record, and the policies that decide it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rest/push_item.h"
#include "store/ledger.h"

namespace paraneo::sync {

// What happens to what vanished at the source.
enum class Retraction { entered_in_error, remove, keep };
// What happens when the server's copy is not the one that we left there.
enum class OnConflict { park, ours, theirs };

// What shall become of a resource.
enum class Effect {
  put,      // the server shall hold the entry's resource
  retract,  // its copy shall say that it was entered in error
  remove,   // it shall hold nothing
  keep,     // nothing; but the ledger shall know that the source has it no more
};

// One resource, and what shall become of it.
struct Operation {
  Effect effect = Effect::put;
  rest::PushEntry entry;
  std::string hash;          // of entry.resource; empty unless put
  store::ResourceRow known;  // as the ledger has it; known.record is empty when it has nothing
};

// How the resources of one update go to the server.
enum class Delivery {
  packed,  // with other records in one transaction
  whole,   // all or nothing, in a transaction of its own; in parts only where the server takes no
           // more at once
  apart,   // each for itself: several in a batch, or one in a request
};

// One record, and all that is to be done for it.
struct RecordUpdate {
  std::string record;
  std::string source;
  std::string place;
  std::string content_hash;
  store::RecordState after = store::RecordState::active;
  std::vector<Operation> operations;
  std::optional<std::string> refusal;  // why it cannot be sent at all; then there are no operations
  // Of a source that does not say it again: the ledger gets it when this waits for a person.
  std::optional<store::Held> held = {};
  Delivery delivery = Delivery::packed;
  std::optional<Error> error = {};  // the refusal in full, with what to do
};

// What the source says, as resources in the order of dependency.
struct Desired {
  std::string record;
  std::vector<rest::PushEntry> entries;
};

// Something that the server has would become another.
bool is_update(const RecordUpdate& update);

// What brings the server from what the ledger knows to what is desired.
std::vector<Operation> difference(const std::vector<rest::PushEntry>& desired,
                                  const std::vector<store::ResourceRow>& known,
                                  Retraction retraction);

}  // namespace paraneo::sync

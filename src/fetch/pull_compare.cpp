// Servers whose _lastUpdated does not work: all is fetched, and compared with the last pull by
// hash.
#include "base/uuid.h"
#include "fetch/pull.h"
#include "rest/instant.h"

namespace paraneo::fetch {

void Pull::read_whole(Search& search) {
  search.since_left_out = true;
  if (!whole_types_.insert(search.label).second) return;
  report_.notes.push_back("the server cannot search " + search.label +
                          " by _lastUpdated: all of it was fetched" +
                          (options_.hashes.empty() ? "" : ", and compared with the last pull"));
}

// A server that takes the parameter and does not look at it.
bool Pull::ignores_since(std::int64_t updated_ms) const {
  if (current_.step != Step::search || current_.since_left_out) return false;
  const auto since_ms = rest::instant_ms(options_.since);
  return since_ms && updated_ms < *since_ms;
}

bool Pull::is_as_before(const std::string& key, const std::string& text) {
  if (!options_.keep_hashes && options_.hashes.empty() && !current_.since_left_out) return false;
  const auto& hash = report_.hashes[key] = uuid_of("https://paraneo.invalid/hash", text);
  const auto before = options_.hashes.find(key);
  return before != options_.hashes.end() && before->second == hash;
}

Result<void> Pull::find_vanished() {
  // Where _lastUpdated works the next pull needs no hashes.
  if (whole_types_.empty() && !options_.keep_hashes) report_.hashes.clear();
  if (!options_.deletions || report_.unproven) return {};
  for (const auto& [key, hash] : options_.hashes)
    if (whole_types_.contains(key.substr(0, key.find('/'))) && !handed_out_.contains(key))
      if (const auto taken = hand_out_deletion(key); !taken) return taken;
  return {};
}

}  // namespace paraneo::fetch

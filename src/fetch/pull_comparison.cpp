#include "fetch/pull_comparison.h"

#include "base/uuid.h"
#include "rest/instant.h"

namespace paraneo::fetch {

void PullComparison::read_whole(PullQuestion& question) {
  question.since_left_out = true;
  if (!whole_types_.insert(question.label).second) return;
  context_.report.notes.push_back(
      "the server cannot search " + question.label + " by _lastUpdated: all of it was fetched" +
      (context_.options.hashes.empty() ? "" : ", and compared with the last pull"));
}

bool PullComparison::ignores_since(const PullQuestion& question, std::int64_t updated_ms) const {
  if (question.step != PullStep::search || question.since_left_out) return false;
  const auto since_ms = rest::instant_ms(context_.options.since);
  return since_ms && updated_ms < *since_ms;
}

bool PullComparison::is_as_before(const PullQuestion& question, const std::string& key,
                                  const std::string& text) {
  const auto& options = context_.options;
  if (!options.keep_hashes && options.hashes.empty() && !question.since_left_out) return false;
  const auto& hash = context_.report.hashes[key] = uuid_of("https://paraneo.invalid/hash", text);
  const auto before = options.hashes.find(key);
  return before != options.hashes.end() && before->second == hash;
}

std::vector<std::string> PullComparison::vanished(const std::set<std::string>& found) {
  const auto& options = context_.options;
  // Where _lastUpdated works the next pull needs no hashes.
  if (whole_types_.empty() && !options.keep_hashes) context_.report.hashes.clear();
  std::vector<std::string> gone;
  if (!options.deletions || context_.report.unproven) return gone;
  for (const auto& [key, hash] : options.hashes)
    if (is_read_whole(key.substr(0, key.find('/'))) && !found.contains(key)) gone.push_back(key);
  return gone;
}

}  // namespace paraneo::fetch

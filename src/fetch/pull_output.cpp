#include "fetch/pull_output.h"

#include "json/write.h"
#include "rest/instant.h"

namespace paraneo::fetch {

bool PullOutput::is_recent(const std::string& target, const std::string& version) const {
  const auto known = context_.options.recent.find(target);
  return known != context_.options.recent.end() && known->second == version;
}

Result<void> PullOutput::hand_out(const PullQuestion& question, const json::Value& resource,
                                  const std::string& key) {
  if (!handed_out_.insert(key).second) return {};
  if (!context_.options.patients.empty()) {
    references_.settle(key);
    references_.take(resource);
  }
  const auto* meta = resource.find("meta");
  const auto version = meta == nullptr ? std::string_view() : meta->text_of("versionId");
  const auto updated =
      meta == nullptr ? std::nullopt : rest::instant_ms(meta->text_of("lastUpdated"));
  const auto known_by = PullCursor::version_of(version, updated.value_or(0));
  if (updated) cursor_.saw(key, known_by, *updated);
  std::string text;
  json::Writer(text).value(resource);
  const bool as_before = comparison_.is_as_before(question, key, text);
  if (as_before || (updated && is_recent(key, known_by))) {
    ++context_.report.known;
    return {};
  }
  ++context_.report.resources;
  const auto slash = key.find('/');
  return sink_(std::string_view(key).substr(0, slash), std::string_view(key).substr(slash + 1),
               text);
}

bool PullOutput::is_new_deletion(const std::string& target, std::string_view at) {
  const auto version = "deleted " + std::string(at);
  cursor_.saw_deletion(target, version, at);
  return !is_recent(target, version);
}

Result<void> PullOutput::hand_out_deletion(const std::string& target) {
  ++context_.report.deletions;
  const auto slash = target.find('/');
  return deletion_sink_ ? deletion_sink_(target.substr(0, slash), target.substr(slash + 1))
                        : Result<void>();
}

void PullOutput::keep_cursor() {
  context_.report.cursor_ms = cursor_.next_ms();
  context_.report.recent = cursor_.recent();
  if (cursor_.ahead() > 0)
    context_.report.notes.push_back(
        std::to_string(cursor_.ahead()) +
        " were changed in the future, by their lastUpdated: they do not move the "
        "cursor; check the server's clock and this machine's");
}

}  // namespace paraneo::fetch

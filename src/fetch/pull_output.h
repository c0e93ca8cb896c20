// What goes out of a pull: each resource once, and not again what the last pull had; each deletion
// once. Keeps what the next pull must know of both.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "fetch/pull_comparison.h"
#include "fetch/pull_context.h"
#include "fetch/pull_cursor.h"
#include "fetch/references.h"
#include "json/value.h"

namespace paraneo::fetch {

// Not thread-safe; holds the name of each resource that went out.
class PullOutput {
 public:
  // Without a sink for deletions they are only counted.
  PullOutput(PullContext& context, PullComparison& comparison, References& references,
             PullCursor cursor, PullSink sink, DeletionSink deletion_sink)
      : context_(context), comparison_(comparison), references_(references),
        cursor_(std::move(cursor)), sink_(std::move(sink)),
        deletion_sink_(std::move(deletion_sink)) {}

  // The first question is about to be sent.
  void begin() { cursor_.begin(); }
  // See PullCursor; with another time to go on from.
  void server_time(std::int64_t now_ms) { cursor_.server_time(now_ms); }
  void since(std::int64_t before_ms) { cursor_.since(before_ms); }
  // A resource that an answer to the question brought, by its Type/id; what was handed out before
  // is passed over. An error of the sink ends the pull.
  Result<void> hand_out(const PullQuestion& question, const json::Value& resource,
                        const std::string& key);
  Result<void> hand_out_deletion(const std::string& target);
  // True where the last pull has not handed out the same deletion. `at`: as the server wrote it.
  bool is_new_deletion(const std::string& target, std::string_view at);

  // Type/id of all that came.
  const std::set<std::string>& handed_out() const { return handed_out_; }
  // The pull is complete: into the report, where the next one goes on.
  void keep_cursor();

 private:
  bool is_recent(const std::string& target, const std::string& version) const;

  PullContext& context_;
  PullComparison& comparison_;
  References& references_;
  PullCursor cursor_;
  PullSink sink_;
  DeletionSink deletion_sink_;
  std::set<std::string> handed_out_;
};

}  // namespace paraneo::fetch

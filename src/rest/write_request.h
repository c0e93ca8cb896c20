// The requests that read and write resources under ids that the client knows, one by one or
// together, and what a Bundle of answers says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "rest/message.h"
#include "rest/push_item.h"

namespace paraneo::rest {

// Reads: of any path, of one resource, of several in a batch. `base` has no slash at its end.
Request get_request(const std::string& base, const std::string& path);
Request read_request(const std::string& base, const PushEntry& entry);
Request batch_read_request(const std::string& base, const std::vector<const PushEntry*>& entries);

// One write, with what it depends on.
struct Sending {
  const PushEntry* entry = nullptr;
  std::string_view etag;  // of the version that it replaces; empty: whatever is there
  bool only_new = false;  // of a put: if there is nothing (If-None-Match: *)
};
Request write_request(const std::string& base, const Sending& sending);
// All or nothing. Idempotent unless a conditional create is among them.
Request transaction_request(const std::string& base, const std::vector<Sending>& all);

// Each for itself.
Request batch_write_request(const std::string& base, const std::vector<Sending>& all);

// What became of one entry.
struct EntryAnswer {
  int status = 0;          // 0: it does not say
  std::string etag;        // W/"3"; empty: it does not say
  std::string resource;    // JSON; empty: none
  bool malformed = false;  // holds a version that no header can carry; the status is 0 then
  std::string target;      // Type/id that it is about; empty: it does not say

  bool absent() const { return status == 404 || status == 410; }
  bool found() const { return status == 200 && !resource.empty(); }
};
// In the order of the entries asked for; empty when the text is no Bundle of answers.
std::vector<EntryAnswer> read_answers(std::string json, const Limits& limits);

std::string etag_of_version(std::string_view version);  // W/"3"; empty for an empty one
std::string version_of_etag(std::string_view etag);     // 3
// meta.versionId as an ETag; empty when the text has none. A fault of the server when no header can
// carry it.
Result<std::string> etag_of_resource(const std::string& json, const Limits& limits);
// Of what was read: the ETag of the answer, unless the resource itself says another version, as
// behind a proxy that writes to ETags (W/"3-gzip").
Result<std::string> etag_of_read(const std::string& etag, const std::string& json,
                                 const Limits& limits);
// Type/id; empty when the text is no resource with an id.
std::string target_of_resource(const std::string& json, const Limits& limits);
// For EntryAnswer::malformed.
Error malformed_version(const std::string& where);

}  // namespace paraneo::rest

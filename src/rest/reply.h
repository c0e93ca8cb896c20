// What a response means: one verdict for the machines to act on, and the server's own words kept
// apart from ours.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "rest/message.h"

namespace paraneo::rest {

// What an answer means for the one who asked.
enum class Verdict {
  done,      // 2xx with FHIR JSON or nothing, 304
  missing,   // 404
  gone,      // 410
  conflict,  // 409, 412: HAPI and others differ on which
  denied,    // 401, 403
  busy,      // 408, 429, 502, 503, 504: try again later
  refused,   // other 4xx: the request will never do
  broken,    // other 5xx
  strange,   // not a FHIR answer: HTML, a redirect, something else
};

// OperationOutcome.issue.
struct Issue {
  std::string severity;
  std::string code;
  std::string text;        // diagnostics, or else details.text. May quote patient data.
  std::string expression;  // joined by ", "
};

// An answer that was understood.
struct Reply {
  int status = 0;
  Verdict verdict = Verdict::strange;
  std::string etag;                            // as sent: W/"3"
  std::optional<std::int64_t> retry_after_ms;  // from now
  std::optional<std::int64_t> date_ms;  // when it left the server, by its clock; of a cache's: now
  std::vector<Issue> issues;
  std::string page_title;  // of an HTML answer
  std::string malformed;   // name of a header that holds what HTTP does not allow; its verdict is
                           // strange
  std::string location;
  bool packed = false;           // came with a Content-Encoding
  std::string content_location;  // where an export can be asked for
  std::string content_type;
  std::string body;

  bool ok() const { return verdict == Verdict::done; }
};

// Whether the server refuses a Bundle for its size: by its status, the code of an issue, or its
// words, because many servers have no code for it.
bool refuses_size(const Reply& reply);

// Takes the body out of the response.
Reply classify(Response&& response, std::int64_t now_ms);

// A server's own words often quote the resource: names, dates, numbers of a patient.
enum class ServerWords {
  left_out,
  optional,  // left out, and the message says that --show-source shows them
  shown,
};

// The reply, which is not ok, as an error: what was asked, what came, what to do. With the codes of
// the server's issues and the paths they are about; its own words only as `words` says.
Error to_error(const Reply& reply, Method method, std::string_view url,
               ServerWords words = ServerWords::left_out);

// One issue for a message, in the same way: "invalid at Patient.name: ...".
std::string issue_line(const Issue& issue, ServerWords words);

// Of bounded length, without control characters.
std::string one_line(std::string_view text);

// The issues of an OperationOutcome, in JSON; empty when it is none.
std::vector<Issue> read_issues(std::string_view json);

}  // namespace paraneo::rest

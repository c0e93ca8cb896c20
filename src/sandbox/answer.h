// Private to the sandbox: the answers that all interactions give.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "diag/diagnostic.h"
#include "json/value.h"
#include "rest/message.h"
#include "sandbox/store.h"

namespace paraneo::sandbox {

// An OperationOutcome with one error. `code`: of the value set issue-type.
rest::Response refusal(int status, std::string_view code, std::string_view text,
                       std::string_view expression = {});
rest::Response refusal(const Error& error);
// One with an issue for each diagnostic.
rest::Response refusal(int status, const diag::Sink& sink);

// With the headers that every answer of the sandbox has.
rest::Response answer(int status, std::string body = {});
// The version with ETag and Last-Modified.
rest::Response answer(int status, const Version& version);

std::string etag(std::int64_t version);  // W/"3"

// The resource with meta.versionId and meta.lastUpdated as given, or without them when they are
// empty: the form in which two contents are compared.
std::string stamped(const json::Value& resource, std::string_view version,
                    std::string_view updated);

}  // namespace paraneo::sandbox

// What a resource says, apart from what a server adds to it.
#pragma once

#include <string>
#include <string_view>

#include "base/limits.h"

namespace paraneo::sync {

// A UUID made of the text (version 5): equal texts, equal hashes, on every machine.
std::string hash_of(std::string_view text);

// A server's copy as it was sent: without versionId and lastUpdated, without what was appended to
// meta.source. Empty when the text is no resource.
std::string as_sent(const std::string& copy, const Limits& limits);

// Whether a resource of this type can say that it was entered in error.
bool can_be_in_error(std::string_view type);
// The server's copy, saying so (an inactive Patient). Empty when the text is no such resource.
std::string entered_in_error(const std::string& copy, const Limits& limits);

// Whether the server's copy already says what ours says.
bool says_the_same(const std::string& ours, const std::string& copy, const std::string& base_url,
                   const Limits& limits);

}  // namespace paraneo::sync

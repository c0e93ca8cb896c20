// Base64 (RFC 4648), with padding for HTTP headers and without it, in the URL alphabet, for JWTs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paraneo {

// RFC 4648: with padding, and the URL's alphabet without.
std::string base64(std::string_view bytes);
std::string base64url(std::string_view bytes);
// Nothing when it is not base64url without padding.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace paraneo

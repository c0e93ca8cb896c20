// What HTTP allows in a request and in an answer (RFC 9110 5.5, 5.6.2; RFC 9112 3; RFC 3986), and
// the only place that makes the head of a request. Beast writes whatever it is given: a CR LF in a
// header would begin a request of somebody else's, with our token.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "rest/message.h"

namespace paraneo::rest {

// Stable names, for scripts; they stand in brackets at the end of a message.
inline constexpr std::string_view kRequestSyntax = "http-request-syntax";
inline constexpr std::string_view kResponseSyntax = "http-response-syntax";

// A header's name: a token.
bool is_field_name(std::string_view text);
// Visible characters and bytes from 0x80; spaces and tabs between them. May be empty.
bool is_field_value(std::string_view text);
// "/path?query" of URI characters, with whole percent escapes.
bool is_request_target(std::string_view text);
// "host:port", "[::1]:port".
bool is_authority(std::string_view text);

// Views of what the caller owns.
struct Head {
  std::string_view method;
  std::string_view target;                // of CONNECT: the authority
  std::string_view authority;             // Host, unless `headers` have one
  std::optional<std::size_t> body_bytes;  // Content-Length; nothing: no body
};
// The bytes up to and with the empty line. Of headers with the same name the last one counts. What
// HTTP does not allow, and headers that say where the message ends, are refused (Fault::data): no
// byte is sent. Values are not in the message: they may be secrets.
Result<std::string> request_head(const Head& head, const std::vector<Header>& headers);

}  // namespace paraneo::rest

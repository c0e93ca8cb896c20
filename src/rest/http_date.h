// "Wed, 21 Oct 2026 07:28:00 GMT" (RFC 9110 5.6.7, the form in use).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace paraneo::rest {

std::optional<std::int64_t> read_http_date(std::string_view text);  // ms since 1970

}  // namespace paraneo::rest

// Instants of FHIR as milliseconds since 1970, and back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace paraneo::rest {

// Of a date or an instant with a zone; the beginning of what its precision leaves open.
std::optional<std::int64_t> instant_ms(std::string_view text);
std::string instant_text(std::int64_t ms);  // "2026-01-31T12:00:00.000Z"

}  // namespace paraneo::rest

// --limit NAME=VALUE: what one input, map or expression may cost.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/limits.h"

namespace CLI {
class App;
}

namespace paraneo::cli {

// What --help says of it, with the defaults.
inline constexpr std::string_view kLimitHelp =
    "NAME=VALUE,... What one input may cost before it is given up: steps=20M, time=60s, memory=256M; "
    "what it may be: json-size=256M, json-values=16M, json-depth=100, digits=64; what a map or an expression may have: depth=200, size=1M; "
    "a package, unpacked: package-size=4G, package-file=64M (one file), package-files=200K, package-ratio=100 (to what is packed); "
    "how much is said about it: messages=200 (these are the defaults)";

// "64M", as the limits on sizes are written; nothing when it is none.
std::optional<std::uint64_t> parse_bytes(std::string_view text);

void add_limit_option(CLI::App& verb, Limits& limits);

// Sets what "steps=5M" or "time=2m" says. Empty, or what is wrong with it.
std::string set_limit(const std::string& text, Limits& limits);

}  // namespace paraneo::cli

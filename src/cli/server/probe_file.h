// The kept result of `paraneo probe`, which push, pull and sync go by.
#pragma once

#include <optional>
#include <string>

#include "rest/probe.h"

namespace paraneo::cli {

// ~/.local/state/paraneo/probe-UUID.json: one for each server.
std::string probe_path(const std::string& base);
// Of the server, when it was probed before.
std::optional<rest::ProbeResult> kept_probe(const std::string& base);
// The number that was found, when there is one that is not 0.
std::optional<std::size_t> probed_number(const std::string& base, std::string_view key);
// Whether the server was found to refuse a write with If-None-Match: * to what is there.
bool probed_only_new(const std::string& base);

}  // namespace paraneo::cli

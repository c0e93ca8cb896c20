// --limit NAME=VALUE: what one input, map or expression may cost.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "base/limits.h"

namespace paraneo::cli {

void add_limit_option(CLI::App& verb, Limits& limits);

// Sets what "steps=5M" or "time=2m" says. Empty, or what is wrong with it.
std::string set_limit(const std::string& text, Limits& limits);

}  // namespace paraneo::cli

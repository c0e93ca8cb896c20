// The configuration file: TOML, each key an option, each table a verb.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>

namespace paraneo::cli {

// Reads all of TOML 1.0; CLI11's own reader knows a part of it and passes over the rest. A key that is no
// option of its verb, and a value that its option does not take, are shown in their place. The application
// must outlive what is returned.
std::shared_ptr<CLI::Config> toml_config(CLI::App& app);

}  // namespace paraneo::cli

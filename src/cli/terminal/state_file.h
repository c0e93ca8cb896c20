// Small files that a program leaves for its next run.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace paraneo::cli {

// $XDG_STATE_HOME/paraneo/NAME (~/.local/state/paraneo/NAME).
std::string state_path(const std::string& name);
// Nothing when there is no such file.
Result<std::optional<std::string>> read_file(const std::string& path);
// In one step (base/atomic_file.h), readable by its owner only; makes the folder, too.
Result<void> write_state_file(const std::string& path, std::string_view text);

}  // namespace paraneo::cli

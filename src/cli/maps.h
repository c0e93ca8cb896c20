// What the verbs of `paraneo maps` share.
#pragma once

#include <deque>
#include <memory>

#include "cli/verb.h"
#include "diag/diagnostic.h"
#include "fml/ast.h"

namespace paraneo::cli {

// Map files, read whole. The names are those the user gave; folders give their .map and .fml files.
Result<std::deque<Source>> read_map_files(const std::vector<std::string>& paths, const Limits& limits);

// The messages on standard error, with the lines of the maps; maps are not patient data.
void show_map_messages(const diag::Sink& sink);

void add_maps_check(CLI::App& maps, Session& session);
void add_maps_coverage(CLI::App& maps, Session& session);

}  // namespace paraneo::cli

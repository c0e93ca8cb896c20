// What the verbs of `paraneo maps` share.
#pragma once

#include <deque>
#include <memory>

#include "cli/verb.h"
#include "fml/ast.h"

namespace paraneo::cli {

// Map files, read whole. The names are those the user gave; folders give their .map and .fml files.
Result<std::deque<Source>> read_map_files(const std::vector<std::string>& paths,
                                          const Limits& limits);

// Each adds a verb below `maps`; as add_export() of verb.h.
void add_maps_check(CLI::App& maps, Session& session);
void add_maps_coverage(CLI::App& maps, Session& session);

}  // namespace paraneo::cli

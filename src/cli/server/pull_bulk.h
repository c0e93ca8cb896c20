// paraneo pull --bulk: an export of the server into a folder of NDJSON files.
#pragma once

#include <string>
#include <vector>

#include "cli/server/connection.h"
#include "cli/verb.h"

namespace paraneo::cli {

struct BulkFlags {
  bool bulk = false;
  std::string level = "system";  // or "patient"
  std::string group;             // id of a Group, in the place of a level
  std::vector<std::string> types;
  std::vector<std::string> type_filters;
  std::string since;
  std::string folder;
  rest::ServerWords words = rest::ServerWords::left_out;
  std::string state;  // file; empty: .paraneo-export.json in the folder
};

// pull --bulk, as a whole: the exit code.
int run_bulk(const BulkFlags& flags, const ConnectionFlags& connection, const Session& session);

}  // namespace paraneo::cli

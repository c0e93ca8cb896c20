// paraneo package install: into the cache, from files and from a registry, with what they depend
// on.
#pragma once

#include <string>
#include <vector>

#include "cli/server/connection.h"
#include "cli/verb.h"
#include "package/package.h"

namespace paraneo::cli {

struct InstallFlags {
  std::vector<std::string> packages;  // .tgz files, and ID#VERSION
  bool replace = false;
  std::string lock;          // file; empty: none
  ConnectionFlags registry;  // without a server: nothing is fetched
};

// Exit code: 1 when a package was installed whose dependencies cannot be had.
int run_package_install(const InstallFlags& flags, const package::Cache& cache,
                        const Session& session);

}  // namespace paraneo::cli

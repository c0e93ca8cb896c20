#include <unistd.h>

#include <cstdio>

#include "cli/verb.h"
#include "diag/render.h"

namespace paraneo::cli {

int exit_code(Fault fault) {
  switch (fault) {
    case Fault::usage:
    case Fault::io: return kUsage;
    case Fault::data:
    case Fault::limit: return kFindings;
    case Fault::network:
    case Fault::auth:
    case Fault::server: return kServer;
    case Fault::conflict: return kConflict;
    case Fault::internal: return kFindings;
  }
  return kFindings;
}

int report(const Error& error) {
  diag::RenderOptions options;
  options.colour = isatty(STDERR_FILENO) != 0;
  std::fputs(diag::render(error, options).c_str(), stderr);
  return exit_code(error.fault);
}

void note(const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); }

}  // namespace paraneo::cli

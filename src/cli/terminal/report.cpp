#include <unistd.h>

#include "cli/terminal/log.h"
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
  if (logs_json()) {
    log(Level::error, error.what, {{"where", error.where}, {"advice", error.advice}});
  } else {
    diag::RenderOptions options;
    options.colour = isatty(STDERR_FILENO) != 0;
    auto text = diag::render(error, options);
    while (text.ends_with('\n')) text.pop_back();
    log(Level::error, text);
  }
  return exit_code(error.fault);
}

void note(const std::string& text) { log(Level::info, text); }

}  // namespace paraneo::cli

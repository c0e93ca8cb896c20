#include "cli/terminal/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace paraneo::cli {
namespace {

constexpr std::size_t kColumnsUnknown = 80;

std::string_view environment(const char* name) {
  const auto* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

}  // namespace

bool shows_bars() { return isatty(STDERR_FILENO) != 0 && environment("TERM") != "dumb"; }

// https://no-color.org, https://bixense.com/clicolors
bool shows_colours() {
  if (!environment("NO_COLOR").empty()) return false;
  const auto forced = environment("CLICOLOR_FORCE");
  if (!forced.empty() && forced != "0") return true;
  return shows_bars() && environment("CLICOLOR") != "0";
}

std::size_t columns_now() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col
                                                                         : kColumnsUnknown;
}

}  // namespace paraneo::cli

#include "cli/terminal/standard_output.h"

#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "cli/verb.h"

namespace paraneo::cli {

namespace {

bool reader_has_gone() {
  pollfd output{STDOUT_FILENO, POLLOUT, 0};
  return poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

[[noreturn]] void end_without_reader() {
  std::signal(SIGPIPE, SIG_DFL);
  std::raise(SIGPIPE);
  std::_Exit(128 + SIGPIPE);  // where it is blocked
}

}  // namespace

int close_standard_output(int code) {
  std::cout.flush();
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && !std::cout.fail();
  if (written) return code;
  if (reader_has_gone()) end_without_reader();
  return report(fail(ErrorCode::file_unwritable, "standard output could not be written", {},
                     "check where it goes: the space on the disk, its permissions"));
}

}  // namespace paraneo::cli

#include "cli/terminal/notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <optional>

namespace paraneo::cli {
namespace {

std::int64_t number_in(const char* variable) {
  const auto* text = std::getenv(variable);
  std::int64_t number = 0;
  if (text != nullptr) std::from_chars(text, text + std::strlen(text), number);
  return number;
}

// Zero: nobody watches this process.
std::chrono::microseconds watchdog_interval() {
  const auto pid = number_in("WATCHDOG_PID");
  if (pid != 0 && pid != getpid()) return {};
  return std::chrono::microseconds(number_in("WATCHDOG_USEC"));
}

}  // namespace

void feed_watchdog() {
  using Steady = std::chrono::steady_clock;
  static const auto interval = watchdog_interval();
  static std::optional<Steady::time_point> last;
  if (interval.count() <= 0) return;
  const auto now = Steady::now();
  if (last && now - *last < interval / 2) return;
  last = now;
  notify_systemd("WATCHDOG=1");
}

void notify_systemd(const std::string& words) {
  const auto* name = std::getenv("NOTIFY_SOCKET");
  if (name == nullptr) return;
  const std::string path(name);
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), address.sun_path);
  if (path[0] == '@') address.sun_path[0] = '\0';  // a socket without a file
  const int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (file < 0) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  static_cast<void>(sendto(file, words.data(), words.size(), MSG_NOSIGNAL,
                           reinterpret_cast<const sockaddr*>(&address), size));
  close(file);
}

}  // namespace paraneo::cli

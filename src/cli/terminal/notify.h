// Words to systemd, by the protocol of sd_notify(3): a datagram to the socket that NOTIFY_SOCKET
// names.
#pragma once

#include <string>

namespace paraneo::cli {

// "READY=1", "STATUS=...", "STOPPING=1". Does nothing outside of systemd.
void notify_systemd(const std::string& words);

// "WATCHDOG=1" where the unit has WatchdogSec, at most twice in that time: to be called wherever
// work gets on, from one thread at a time. Who hangs does not call it, and is started again.
void feed_watchdog();

}  // namespace paraneo::cli

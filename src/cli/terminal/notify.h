// Words to systemd, by the protocol of sd_notify(3): a datagram to the socket that NOTIFY_SOCKET names.
#pragma once

#include <string>

namespace paraneo::cli {

// "READY=1", "STATUS=...", "STOPPING=1". Does nothing outside of systemd.
void notify_systemd(const std::string& words);

}  // namespace paraneo::cli

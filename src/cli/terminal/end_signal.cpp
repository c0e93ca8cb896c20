#include "cli/terminal/end_signal.h"

#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "cli/verb.h"

namespace paraneo::cli {
namespace {

constexpr int kFinishSecondsMax = 15;

std::atomic<bool> g_stop{false};

void end_by(int number) {
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, number);
  pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
  std::raise(number);
}

// Servers, databases, brokers and pipes may never answer; a library that waits for them cannot be
// told to stop.
void watch(const EndSignals& signals) {
  signals.wait();
  g_stop.store(true);
  if (const int again = signals.wait(kFinishSecondsMax); again != 0) end_by(again);
  note(
      "told to end, and " + std::to_string(kFinishSecondsMax) +
      " s later somebody has still not answered: it ends without the answer; run it again and it goes on");
  _exit(kPartly);
}

}  // namespace

EndSignals::EndSignals() {
  sigemptyset(&set_);
  for (const int number : {SIGINT, SIGTERM}) {
    std::signal(number, SIG_DFL);  // a shell has SIGINT ignored by what it runs in the background
    sigaddset(&set_, number);
  }
  pthread_sigmask(SIG_BLOCK, &set_, nullptr);
}

int EndSignals::wait() const {
  int number = 0;
  sigwait(&set_, &number);
  return number;
}

int EndSignals::wait(int seconds_max) const {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds_max);
  constexpr timespec kStep{0, 200'000'000};
  // Who was stopped and goes on (SIGCONT) is woken early.
  while (std::chrono::steady_clock::now() < until)
    if (const int number = sigtimedwait(&set_, nullptr, &kStep); number > 0) return number;
  return 0;
}

const std::atomic<bool>& stop_asked() {
  static const bool watched = [] {
    std::thread(watch, EndSignals()).detach();
    return true;
  }();
  static_cast<void>(watched);
  return g_stop;
}

}  // namespace paraneo::cli

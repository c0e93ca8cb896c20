// Private to sync*.cpp: does what a worker says is to be done, over the network, and tells people
// of it.
#pragma once

#include "cli/sync/job.h"
#include "sync/worker.h"

namespace paraneo::cli {

class ReadingProgress;

// Of what a worker does for one job. All must outlive it. For one thread.
class Rounds {
 public:
  // `reading`: the bar of the worker's source, or null.
  Rounds(const SyncFlags& flags, const Session& session, SyncJob& job, Connected& connected,
         ReadingProgress* reading)
      : flags_(flags), session_(session), job_(job), connected_(connected), reading_(reading) {}

  // One round to its end; its exit code. An error was reported.
  int run(sync::Worker& worker);

 private:
  void read(sync::Worker& worker);
  void send(sync::Worker& worker);

  const SyncFlags& flags_;
  const Session& session_;
  SyncJob& job_;
  Connected& connected_;
  ReadingProgress* reading_;
};

// Comes back sooner when the process is asked to stop.
void wait_unless_stopped(double seconds);
// What a worker asks between its steps.
sync::Stopped stopped();

}  // namespace paraneo::cli

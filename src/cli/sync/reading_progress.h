// A bar for as long as a source is read.
#pragma once

#include "cli/sync/job.h"

namespace paraneo::cli {

// Stands before the job's source until it is destroyed; the job must outlive it. On a terminal
// only.
class ReadingProgress {
 public:
  ReadingProgress(SyncJob& job, const Session& session);
  ~ReadingProgress();
  ReadingProgress(const ReadingProgress&) = delete;
  ReadingProgress& operator=(const ReadingProgress&) = delete;

 private:
  SyncJob& job_;
};

}  // namespace paraneo::cli

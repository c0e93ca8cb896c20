#include "sync/worker.h"

namespace paraneo::sync {

Ended ended_with(const RunReport& run, bool all) {
  if (run.fatal) return {run.written() + run.records > 0, run.fatal, true};
  return {!all, {}, false};
}

}  // namespace paraneo::sync

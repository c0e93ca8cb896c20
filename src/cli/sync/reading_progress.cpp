#include "cli/sync/reading_progress.h"

#include "cli/terminal/notify.h"

namespace paraneo::cli {

Result<std::unique_ptr<Source>> ReadingProgress::next() {
  if (progress_) {
    feed_watchdog();
    const auto part = source_.part();
    progress_->update(texts_++, part.done, part.total);
  }
  return source_.next();
}

}  // namespace paraneo::cli

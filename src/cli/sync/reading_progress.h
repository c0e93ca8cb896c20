// A bar for as long as a source is read.
#pragma once

#include <optional>

#include "cli/sync/job.h"
#include "cli/terminal/progress.h"

namespace paraneo::cli {

// Stands before a source, which must outlive it. Between show() and end() each text moves the bar,
// on a terminal only, and feeds the watchdog.
class ReadingProgress final : public sync::RecordSource {
 public:
  ReadingProgress(sync::RecordSource& source, bool wanted) : source_(source), wanted_(wanted) {}

  void show() { progress_.emplace(wanted_, "records"), texts_ = 0; }
  void end() { progress_.reset(); }

  Result<void> rewind() override { return source_.rewind(); }
  bool place_is_one_records() const override { return source_.place_is_one_records(); }
  std::vector<std::string> empty_folders() const override { return source_.empty_folders(); }
  Part part() const override { return source_.part(); }
  Result<std::unique_ptr<Source>> next() override;

 private:
  sync::RecordSource& source_;
  bool wanted_;
  std::optional<Progress> progress_;
  std::uint64_t texts_ = 0;
};

}  // namespace paraneo::cli

#include "cli/sync/reading_progress.h"

#include "cli/terminal/notify.h"
#include "cli/terminal/progress.h"

namespace paraneo::cli {
namespace {

class Shown final : public sync::RecordSource {
 public:
  Shown(std::unique_ptr<sync::RecordSource> source, bool wanted)
      : source_(std::move(source)), progress_(wanted, "records") {}

  std::unique_ptr<sync::RecordSource> give_back() { return std::move(source_); }
  Result<void> rewind() override { return source_->rewind(); }
  bool place_is_one_records() const override { return source_->place_is_one_records(); }
  std::vector<std::string> empty_folders() const override { return source_->empty_folders(); }
  Part part() const override { return source_->part(); }
  Result<std::unique_ptr<Source>> next() override {
    feed_watchdog();
    const auto part = source_->part();
    progress_.update(texts_++, part.done, part.total);
    return source_->next();
  }

 private:
  std::unique_ptr<sync::RecordSource> source_;
  Progress progress_;
  std::uint64_t texts_ = 0;
};

}  // namespace

ReadingProgress::ReadingProgress(SyncJob& job, const Session& session) : job_(job) {
  job_.source = std::make_unique<Shown>(std::move(job_.source), session.progress);
}

ReadingProgress::~ReadingProgress() { job_.source = static_cast<Shown&>(*job_.source).give_back(); }

}  // namespace paraneo::cli

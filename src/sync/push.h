// The job "make the server hold what the input says": a run of which nothing is kept afterwards.
// What is there already with the same content is left alone, so a second push makes no copy and no
// version, whether or not the server itself detects that nothing changed. Writes carry If-Match: a
// change by somebody else in between is seen, read again and decided again.
//
// A transaction goes whole, in parts only where it is larger than the server takes. Single
// resources are read and written in batches, each for itself; one that a batch does not do, and all
// where the server has no batches, go by themselves. What the server refuses is tried again when
// everything else is done, as long as that helps.
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "sync/run.h"

namespace paraneo::sync {

// What a push may do at once.
struct PushOptions {
  std::string base;                         // from rest::server_base()
  std::size_t groups_open_max = 8;          // groups worked on at the same time
  std::size_t group_entries_max = 40;       // single resources in one batch
  std::size_t transaction_entries_max = 0;  // a larger transaction goes in parts; 0: until the
                                            // server refuses its size
  bool only_new = false;  // the server refuses to write with If-None-Match: * over what is there,
                          // so nothing is read first as long as nothing is there
  rest::ServerWords words = rest::ServerWords::left_out;
  Limits limits;
};

// The next text; nothing at the end. An error stands for one text; the source goes on after it.
using PushSource = std::function<Result<std::optional<rest::PushItem>>()>;

// The driver tries again what may be tried again: a connection that fails nevertheless ends the
// push, and what the server is too busy for, or breaks on, has failed. Not thread-safe.
class Push final : public rest::Machine {
 public:
  // Clock and random must outlive it; the source is asked as there is room.
  Push(const PushOptions& options, PushSource source, const Clock& clock, Random& random);
  ~Push() override;

  std::optional<rest::Task> next() override { return run_->next(); }
  void finished(std::uint64_t task, Result<rest::Reply> reply) override {
    run_->finished(task, std::move(reply));
  }
  bool done() const override { return run_->done(); }
  // `created`, `updated`, `deleted`, `unchanged` and `failed` count resources, the last one texts
  // that cannot be pushed, too.
  const RunReport& report() const { return run_->report(); }

 private:
  Result<std::optional<RecordUpdate>> next_update();

  PushSource source_;
  std::deque<RecordUpdate> updates_;  // of the last text
  std::unique_ptr<store::Ledger> ledger_;
  std::unique_ptr<Run> run_;
};

}  // namespace paraneo::sync

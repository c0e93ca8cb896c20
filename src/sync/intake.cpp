#include "sync/intake.h"

#include <algorithm>
#include <cstdio>

#include "sync/content.h"

namespace paraneo::sync {
namespace {

using store::RecordState;

// Another worker dealt with the record when this is another one.
std::string standing(const store::RecordRow& row) {
  return row.content_hash + " " + std::string(name_of(row.state));
}

std::string place_of(const Source& text) { return text.name + ":" + std::to_string(text.first_line); }

}  // namespace

void count_unchanged(const store::RecordRow& row, IntakeCounts& counts) {
  ++counts.records;
  ++(row.state == RecordState::active ? counts.untouched : counts.waiting);
}

Work vanished_work(const store::RecordRow& row, const std::vector<store::ResourceRow>& known, Retraction retraction) {
  const auto after = retraction == Retraction::keep ? RecordState::kept : RecordState::retracted;
  return {row.name, row.source, row.place, {}, after, difference({}, known, retraction), {}};
}

Intake::Intake(IntakeOptions options, store::Ledger& ledger, RecordSource& source, Make make)
    : options_(std::move(options)), ledger_(ledger), source_(source), make_(std::move(make)) {}

Result<std::optional<Work>> Intake::next() {
  if (!begun_)
    if (auto ready = begin(); !ready) return ready.error();
  while (!ended_) {
    auto text = source_.next();
    if (!text) {
      const auto& error = text.error();
      return refuse(error.where, {}, Made{{}, {}, error.what});
    }
    if (*text == nullptr) {
      ended_ = true;
      if (auto found = find_vanished(); !found) return found.error();
      break;
    }
    auto work = of_text(**text);
    if (!work || *work) return work;
  }
  return next_vanished();
}

// What another worker adds while this pass reads the source may not be in what this pass reads: it
// has not vanished. So what is known is written down before the first text is read.
Result<void> Intake::begin() {
  begun_ = true;
  if (!ledger_.shared()) return {};
  return ledger_.each_record(options_.source, [&](const store::RecordRow& row) { known_.emplace(row.name, standing(row)); });
}

// Whether the record is this worker's now, and is as it was when the pass began. If it is not, what
// this pass has read may be the older text; what a dead worker left on its way is settled by the
// next run first.
Result<bool> Intake::take(const std::string& record) {
  if (!options_.claims || !ledger_.shared()) return true;
  const auto claim = store::claim_on_record(record);
  const auto ours = ledger_.claim(claim);
  if (!ours) return ours.error();
  if (*ours) {
    const auto row = ledger_.record(record);
    if (!row) return row.error();
    const auto rows = ledger_.resources(record);
    if (!rows) return rows.error();
    const auto known = known_.find(record);
    const bool same = *row ? known != known_.end() && known->second == standing(**row) : known == known_.end();
    if (same && std::none_of(rows->begin(), rows->end(), store::is_on_the_way)) return true;
    if (auto done = ledger_.apply({store::Release{claim}}); !done) return done.error();
  }
  ++counts_.deferred;
  seen_.insert(record);
  return false;
}

// Nothing when the text is as it was.
Result<std::optional<Work>> Intake::of_text(const Source& text) {
  const auto hash = hash_of(options_.fingerprint + "\n" + text.text);
  auto row = ledger_.record_with_content(options_.source, hash);
  if (!row) return row.error();
  if (*row && !is_gone((*row)->state)) {
    count_unchanged(**row, counts_);
    seen_.insert((*row)->name);
    return std::optional<Work>();
  }
  ++counts_.records;
  auto made = make_(text);
  if (!made.refusal && seen_.contains(made.record))
    made = {{}, {}, "another text of this source has the same record id; neither its content nor its place can decide"};
  if (made.refusal) return refuse(place_of(text), hash, made);
  const auto ours = take(made.record);
  if (!ours) return ours.error();
  if (!*ours) return std::optional<Work>();
  ++counts_.changed;
  seen_.insert(made.record);
  auto rows = ledger_.resources(made.record);
  if (!rows) return rows.error();
  Work work{made.record, options_.source, place_of(text), hash, RecordState::active, {}, {}};
  work.wants = difference(made.entries, *rows, options_.retraction);
  return std::optional(std::move(work));
}

// What cannot be sent has not vanished: what the server has of it stays.
Result<std::optional<Work>> Intake::refuse(const std::string& place, const std::string& hash, const Made& made) {
  ++counts_.refused;
  Work work{made.record, options_.source, place, hash, RecordState::dead, {}, made.refusal};
  if (made.record.empty()) {
    auto names = ledger_.records_at(options_.source, place);
    if (!names) return names.error();
    if (names->empty()) counts_.incomplete = true;
    for (auto& name : *names) seen_.insert(std::move(name));
  } else if (seen_.contains(made.record)) {
    work.record.clear();  // the other text of this name keeps its state
  } else {
    const auto ours = take(made.record);
    if (!ours) return ours.error();
    if (!*ours) return std::optional<Work>();
    seen_.insert(made.record);
  }
  return std::optional(std::move(work));
}

Result<void> Intake::find_vanished() {
  auto read = ledger_.each_record(options_.source, [&](const store::RecordRow& row) {
    if (is_gone(row.state) || (ledger_.shared() && !known_.contains(row.name))) return;
    ++counts_.known;
    if (!seen_.contains(row.name)) vanished_.push_back(row);
  });
  if (counts_.incomplete || !options_.leads) vanished_.clear();
  counts_.vanished = vanished_.size();
  std::reverse(vanished_.begin(), vanished_.end());
  return read;
}

Result<std::optional<Work>> Intake::next_vanished() {
  while (!vanished_.empty()) {
    const auto row = std::move(vanished_.back());
    vanished_.pop_back();
    const auto ours = take(row.name);
    if (!ours) return ours.error();
    if (!*ours) continue;
    auto rows = ledger_.resources(row.name);
    if (!rows) return rows.error();
    return std::optional(vanished_work(row, *rows, options_.retraction));
  }
  return std::optional<Work>();
}

Result<Survey> survey(Intake& intake, store::Ledger& ledger, const std::function<void(const Work&)>& visit) {
  Survey survey;
  while (true) {
    auto work = intake.next();
    if (!work) return work.error();
    if (!*work) break;
    ++survey.works;
    for (const auto& want : (*work)->wants) survey.resources_vanishing += want.act == Act::put ? 0U : 1U;
    if (visit) visit(**work);
  }
  survey.counts = intake.counts();
  const auto counts = ledger.counts();
  if (!counts) return counts.error();
  survey.resources_known = counts->resources_confirmed + counts->resources_parked + counts->resources_on_the_way;
  return survey;
}

std::optional<Error> shrunk(const Survey& survey, double share_max) {
  const auto over = [&](std::uint64_t gone, std::uint64_t known) {
    return gone > 0 && static_cast<double>(gone) > share_max * static_cast<double>(known);
  };
  const auto say = [&](std::uint64_t gone, std::uint64_t known, const char* what) {
    char share[16];
    std::snprintf(share, sizeof share, "%.0f", share_max * 100);
    return fail(Fault::conflict,
                std::to_string(gone) + " of " + std::to_string(known) + " known " + what + " are not in the source any more, more than " +
                    share + " %: nothing was sent",
                {}, "look at 'sync plan'; if they are really gone, run once with --shrink-max 100");
  };
  if (over(survey.counts.vanished, survey.counts.known)) return say(survey.counts.vanished, survey.counts.known, "records");
  if (over(survey.resources_vanishing, survey.resources_known))
    return say(survey.resources_vanishing, survey.resources_known, "resources");
  return std::nullopt;
}

}  // namespace paraneo::sync

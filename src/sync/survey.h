// What a whole source would change, before anything is sent, and how much of that is believed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "sync/intake.h"

namespace paraneo::sync {

// What a reading would do, before anything is done.
struct Survey {
  IntakeCounts counts;
  std::uint64_t updates = 0;           // that have anything to do
  std::uint64_t records_updating = 0;  // known ones whose resources would change
  std::uint64_t resources_known = 0;
  std::uint64_t resources_vanishing = 0;
};
// Reads the source to its end. `visit` sees each update.
Result<Survey> survey(Intake& intake, store::Ledger& ledger,
                      const std::function<void(const RecordUpdate&)>& visit = {});

// How much may go, or change, at once. Shares are of 1.
struct Guards {
  double shrink_share_max = 0.2;
  double change_share_max = 0.5;
};
// Why a run after this survey would send nothing: shrunk() or changed_too_much().
std::optional<Error> refused_by(const Guards& guards, const Survey& survey);
// Too little is left of the source to believe it: over that share of the known records, or of their
// resources, would be retracted.
std::optional<Error> shrunk(const Survey& survey, double share_max);
// Over that share of the known records would change. Of a handful of records a share says nothing.
std::optional<Error> changed_too_much(const Survey& survey, double share_max);
// How many known records may change after such a survey.
std::uint64_t updates_max(const Survey& survey, double share_max);
// The source changed while it was read: too much of it vanished, or changed, between the readings.
std::optional<Error> moved_on(const IntakeCounts& counts, double shrink_share_max);

// The two readings of a run, of which nothing is sent: what is doubled is known after the first one
// only. `visit` sees each update of the second.
struct DryRun {
  IntakeCounts counts;
  std::optional<Error> refused;  // as refused_by() says
};
Result<DryRun> dry_run(IntakeOptions options, store::Ledger& ledger, RecordSource& source,
                       const Make& make, const Guards& guards,
                       const std::function<void(const RecordUpdate&)>& visit);

}  // namespace paraneo::sync

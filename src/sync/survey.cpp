#include "sync/survey.h"

#include <cstdio>
#include <limits>

namespace paraneo::sync {
namespace {

std::string percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.0f", share * 100);
  return text;
}

}  // namespace

Result<Survey> survey(Intake& intake, store::Ledger& ledger,
                      const std::function<void(const RecordUpdate&)>& visit) {
  Survey survey;
  while (true) {
    auto update = intake.next();
    if (!update) return update.error();
    if (!*update) break;
    ++survey.updates;
    if (is_update(**update)) ++survey.records_updating;
    for (const auto& operation : (*update)->operations)
      survey.resources_vanishing += operation.effect == Effect::put ? 0U : 1U;
    if (visit) visit(**update);
  }
  survey.counts = intake.counts();
  const auto counts = ledger.counts();
  if (!counts) return counts.error();
  survey.resources_known =
      counts->resources_confirmed + counts->resources_parked + counts->resources_on_the_way;
  return survey;
}

std::optional<Error> shrunk(const Survey& survey, double share_max) {
  const auto over = [&](std::uint64_t gone, std::uint64_t known) {
    return gone > 0 && static_cast<double>(gone) > share_max * static_cast<double>(known);
  };
  const auto say = [&](std::uint64_t gone, std::uint64_t known, const char* what) {
    return fail(ErrorCode::source_shrunk,
                std::to_string(gone) + " of " + std::to_string(known) + " known " + what +
                    " are not in the source any more, more than " + percent(share_max) +
                    " %: nothing was sent",
                {}, "look at 'sync plan'; if they are really gone, run once with --shrink-max 100");
  };
  if (over(survey.counts.vanished, survey.counts.known))
    return say(survey.counts.vanished, survey.counts.known, "records");
  if (over(survey.resources_vanishing, survey.resources_known))
    return say(survey.resources_vanishing, survey.resources_known, "resources");
  return std::nullopt;
}

std::optional<Error> changed_too_much(const Survey& survey, double share_max) {
  if (survey.records_updating <= updates_max(survey, share_max)) return std::nullopt;
  return fail(
      ErrorCode::source_changed,
      std::to_string(survey.records_updating) + " of " + std::to_string(survey.counts.known) +
          " known records would change, more than " + percent(share_max) + " %: nothing was sent",
      {},
      "look at 'sync plan'; if it is meant (new maps or codes, say), run once with --change-max 100");
}

std::uint64_t updates_max(const Survey& survey, double share_max) {
  constexpr std::uint64_t kShareSaysNothingBelow = 100;
  const auto known = survey.counts.known;
  if (share_max >= 1 || known < kShareSaysNothingBelow)
    return std::numeric_limits<std::uint64_t>::max();
  return static_cast<std::uint64_t>(share_max * static_cast<double>(known));
}

std::optional<Error> moved_on(const IntakeCounts& counts, double shrink_share_max) {
  const auto gone = counts.vanished_late;
  if (static_cast<double>(gone) > shrink_share_max * static_cast<double>(counts.known))
    return fail(
        ErrorCode::source_shrunk,
        std::to_string(gone) + " of " + std::to_string(counts.known) +
            " known records went from the source while it was read, more than " +
            percent(shrink_share_max) + " %: none of them was retracted",
        {},
        "look at 'sync plan', and let the source be written in one step (a new file, then its name)");
  if (counts.withheld > 0)
    return fail(ErrorCode::source_changed,
                std::to_string(counts.withheld) +
                    " known records more than --change-max allows changed while the source was "
                    "read: they were not sent",
                {}, "look at 'sync plan'; if it is meant, run once with --change-max 100");
  return std::nullopt;
}

std::optional<Error> refused_by(const Guards& guards, const Survey& survey) {
  if (auto stop = shrunk(survey, guards.shrink_share_max)) return stop;
  return changed_too_much(survey, guards.change_share_max);
}

Result<DryRun> dry_run(IntakeOptions options, store::Ledger& ledger, RecordSource& source,
                       const Make& make, const Guards& guards,
                       const std::function<void(const RecordUpdate&)>& visit) {
  options.claims = false;
  if (auto ready = source.rewind(); !ready) return ready.error();
  options.before = nullptr;
  Intake first(options, ledger, source, make);
  const auto surveyed = survey(first, ledger);
  if (!surveyed) return surveyed.error();
  if (auto ready = source.rewind(); !ready) return ready.error();
  options.before = &first.reading();
  Intake second(options, ledger, source, make);
  const auto seen = survey(second, ledger, visit);
  if (!seen) return seen.error();
  return DryRun{seen->counts, refused_by(guards, *surveyed)};
}

}  // namespace paraneo::sync

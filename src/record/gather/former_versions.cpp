#include "record/gather/former_versions.h"

#include "record/gather/literal_reference.h"
#include "record/gather/version.h"

namespace paraneo::record {

// What the record has of the same resource; null when it has nothing of it.
const Existing::Fact* FormerVersions::find(const ChartBundle::Part& part) const {
  const auto* fact = existing_ == nullptr ? nullptr : existing_->find(names_.key_of(part));
  // The subject may be of a Patient that another one has replaced since.
  const auto is_of_another = fact != nullptr && !part.entry->id.empty() &&
                             part.contained_id.empty() &&
                             (fact->origin.reference != name_of(part.entry->type, part.entry->id) ||
                              fact->origin.source != names_.source_of(*part.entry));
  return fact != nullptr && fact->has_origin && !is_of_another ? fact : nullptr;
}

std::optional<int> FormerVersions::compare(const ChartEntry& entry,
                                           const Existing::Fact& fact) const {
  return compare_versions({entry.version, entry.updated},
                          {fact.origin.version, fact.origin.updated}, now_ms_);
}

bool FormerVersions::is_newer(const ChartBundle::Part& part) const {
  const auto* fact = find(part);
  return fact != nullptr && compare(*part.entry, *fact).value_or(0) < 0;
}

void FormerVersions::report(const ChartBundle::Part& part, std::uint32_t offset,
                            diag::Sink& sink) const {
  const auto& entry = *part.entry;
  if (!part.contained_id.empty()) return;
  const Span place{&entry.text, offset, offset + 1};
  if (is_in_future(entry.updated, now_ms_))
    sink.report(
        diag::Code::import_unclear,
        shown_name(entry) + ": this time has not come yet: it does not say which version is newer",
        place, part.path + ".meta.lastUpdated", "the clock of its server may be wrong");
  const auto* fact = find(part);
  if (fact != nullptr && contradict_each_other({fact->origin.version, fact->origin.updated},
                                               {entry.version, entry.updated}, now_ms_))
    sink.report(diag::Code::import_unclear, shown_name(entry) + kVersionsContradict, place,
                part.path, kVersionsContradictAdvice);
}

}  // namespace paraneo::record

#include "cli/records/merged_into.h"

#include <algorithm>
#include <set>

#include "base/digest.h"
#include "record/fact_types.h"
#include "record/gather/literal_reference.h"

namespace paraneo::cli {
namespace {

// A patient's record that becomes a part of another one's.
struct Moved {
  std::string record_id, survivor, survivors_record_id;
};

RecordsFolder::Resource resource_of(const record::ChartEntry& deletion) {
  return {record::source_of_base(deletion.base), record::name_of(deletion.type, deletion.id)};
}

std::uint64_t hash_of(const RecordsFolder::Resource& resource) {
  return digest_of(resource.first + "|" + resource.second).low;
}

// The patient whose record that is. Where it does not say so, by the record's name, which the
// patient's gives it.
std::string reference_of(const record::Senders& senders, const RecordsFolder::Holder& holder,
                         const std::string& base) {
  if (!holder.patient.second.empty())
    return senders.base_of_source(holder.patient.first) + holder.patient.second;
  const auto prefix = record::source_of_base(base) + ".";
  return base + record::name_of("Patient", holder.record_id.starts_with(prefix)
                                               ? holder.record_id.substr(prefix.size())
                                               : holder.record_id);
}

}  // namespace

// What lay there when the run began may have been written since.
Result<void> MergedInto::open_again() {
  if (is_open_again_) return {};
  auto folder = folder_.again();
  if (!folder) return folder.error();
  folder_ = std::move(*folder);
  is_open_again_ = true;
  return {};
}

Result<void> MergedInto::known(const record::Senders& senders,
                               const std::vector<const record::ChartEntry*>& deletions,
                               const record::IntakeOptions::AddKnown& add) {
  if (const auto opened = open_again(); !opened) return opened.error();
  std::set<RecordsFolder::Resource> wanted;
  for (const auto* deletion : deletions) wanted.insert(resource_of(*deletion));
  auto holders = folder_.holders(wanted);
  if (!holders) return holders.error();
  holders_ = std::move(*holders);
  const auto survivors = folder_.survivors();
  if (!survivors) return survivors.error();
  for (const auto* deletion : deletions)
    if (const auto held = holders_->find(resource_of(*deletion)); held != holders_->end())
      for (const auto& holder : held->second)
        if (const auto added =
                add(deletion->reference(), reference_of(senders, holder, deletion->base));
            !added)
          return added;
  for (const auto& [patient, survivor] : *survivors) {
    const auto base = senders.base_of_source(patient.first);
    if (const auto added =
            add(base + patient.second, survivor.is_person
                                           ? record::Persons::reference_of(survivor.record_id)
                                           : base + survivor.patient);
        !added)
      return added;
  }
  // What came may be another patient's now.
  return index([&](const RecordsFolder::Resource& resource, const RecordsFolder::Holder& holder) {
    const auto base = senders.base_of_source(resource.first);
    return add(base + resource.second, reference_of(senders, holder, base));
  });
}

Result<void> MergedInto::index(const RecordsFolder::TakeHeld& take) {
  index_.emplace();
  const auto& names = folder_.names();
  for (std::uint32_t i = 0; i < names.size(); ++i)
    if (const auto read = folder_.each_held(names[i],
                                            [&](const auto& resource, const auto& holder) {
                                              index_->emplace_back(hash_of(resource), i);
                                              return take ? take(resource, holder) : Result<void>();
                                            });
        !read)
      return read;
  std::sort(index_->begin(), index_->end());
  return {};
}

// Of a resource that is another patient's now, or nobody's, the former patient's record has a fact
// still: for that record it is gone, unless it has a newer version.
Result<void> MergedInto::give_moved(record::Charts& charts) {
  if (folder_.names().empty()) return {};
  if (!index_)
    if (const auto indexed = index({}); !indexed) return indexed;
  struct Came {
    const record::ChartEntry* entry;
    std::string_view record_id;  // empty: nobody's
  };
  std::map<std::uint32_t, std::map<RecordsFolder::Resource, Came>> by_file;
  const auto look = [&](const record::ChartEntry& entry, std::string_view record_id,
                        const auto& is_own) {
    if (entry.id.empty() || !record::is_fact_type(entry.type)) return;
    auto resource = resource_of(entry);
    const auto hash = hash_of(resource);
    for (auto at = std::lower_bound(index_->begin(), index_->end(), std::pair(hash, 0U));
         at != index_->end() && at->first == hash; ++at)
      if (!is_own(folder_.names()[at->second]))
        by_file[at->second].emplace(resource, Came{&entry, record_id});
  };
  for (const auto& chart : charts.charts()) {
    const auto own = chart.entries.empty() ? Result<std::optional<std::string>>(std::nullopt)
                                           : folder_.find(chart.record_id);
    if (!own) return own.error();
    const auto& taken_over = replaced_files(chart.record_id);
    for (const auto* entry : chart.entries)
      look(*entry, chart.record_id, [&](const std::string& file) {
        return (*own && **own == file) ||
               std::find(taken_over.begin(), taken_over.end(), file) != taken_over.end();
      });
  }
  for (const auto* entry : charts.of_nobody())
    look(*entry, {}, [](const std::string&) { return false; });
  std::vector<std::pair<std::string, const record::ChartEntry*>> moved;
  for (const auto& [file, resources] : by_file) {
    const auto read = folder_.each_held(
        folder_.names()[file], [&, &all = resources](const auto& resource, const auto& holder) {
          const auto came = all.find(resource);
          if (came != all.end() && came->second.record_id != holder.record_id)
            moved.emplace_back(holder.record_id, came->second.entry);
          return Result<void>();
        });
    if (!read) return read;
  }
  for (const auto& [record_id, entry] : moved) charts.add_deletion(record_id, *entry);
  return {};
}

Result<void> MergedInto::prepare(record::Charts& charts, bool is_last) {
  if (const auto opened = open_again(); !opened) return opened.error();
  if (const auto given = give_deletions(charts); !given) return given.error();
  for (const auto& chart : charts.charts())
    if (!chart.patient.empty() && charts.sources_of(chart).contains({}))
      return fail(
          ErrorCode::sender_unknown,
          "--into: nothing says which sender this patient is from, and another one may have a patient of the same id",
          chart.entries.empty() ? std::string() : chart.entries.front()->text.name,
          "name the sender: --source NAME");
  if (const auto found = follow_former(charts); !found) return found.error();
  for (const auto& chart : charts.charts())
    if (chart.is_person) persons_.insert(chart.record_id);
  if (is_last)
    charts.add_persons(persons_,
                       [&](const std::string& record_id) { return folder_.holds(record_id); });
  if (const auto found = find_replaced(charts); !found) return found.error();
  if (const auto given = give_moved(charts); !given) return given.error();
  for (const auto& chart : charts.charts()) {
    const auto file = folder_.find(chart.record_id);
    if (!file) return file.error();
    if (!*file) continue;
    files_.emplace(chart.record_id, **file);
    // Deletions, by their source; and whom the record itself names.
    if (chart.patient.empty() || named_by_records_.contains(chart.record_id)) continue;
    const auto other = folder_.other_source_of(**file, charts.sources_of(chart));
    if (!other) return other.error();
    if (!other->empty())
      return fail(
          ErrorCode::records_folder,
          "--into: the record " + chart.record_id + " is of a patient of another sender: " + *other,
          **file + ".json",
          "name this sender: --source NAME; then its records have names of their own");
  }
  charts.erase([&](const record::Chart& chart) {
    return chart.entries.empty() && chart.deletions.empty() && !files_.contains(chart.record_id) &&
           !replaced_.contains(chart.record_id);
  });
  return {};
}

Result<void> MergedInto::give_deletions(record::Charts& charts) {
  std::map<RecordsFolder::Resource, const record::ChartEntry*> deletions;
  std::set<RecordsFolder::Resource> wanted;
  for (const auto* deletion : charts.deletions()) {
    if (record::source_of_base(deletion->base).empty())
      return fail(
          ErrorCode::sender_unknown, "--into: nothing says which sender has deleted this",
          deletion->text.name,
          "name the sender: --source NAME, or a folder of an [[import.source]] in which the file lies");
    const auto resource = resource_of(*deletion);
    deletions.emplace(resource, deletion);
    wanted.insert(resource);
  }
  const auto holders =
      holders_ ? Result<RecordsFolder::Holders>(*holders_) : folder_.holders(wanted);
  if (!holders) return holders.error();
  for (const auto& [resource, deletion] : deletions)
    if (const auto held = holders->find(resource); held != holders->end())
      for (const auto& holder : held->second) charts.add_deletion(holder.record_id, *deletion);
  return {};
}

const std::string* MergedInto::file_of(const std::string& record_id) const {
  const auto found = files_.find(record_id);
  return found == files_.end() ? nullptr : &found->second;
}

std::vector<std::string> MergedInto::replaced_files(const std::string& record_id) const {
  const auto found = replaced_.find(record_id);
  return found == replaced_.end() ? std::vector<std::string>() : found->second;
}

void MergedInto::note_merged(const std::string& record_id, const std::string& json) {
  const std::lock_guard lock(merged_mutex_);
  merged_.emplace(record_id, json);
}

Result<void> MergedInto::remove_replaced() const {
  std::set<std::string> targets;
  for (const auto& [record_id, json] : merged_)
    targets.insert(file_of(record_id) == nullptr ? record_id : *file_of(record_id));
  for (const auto& [record_id, json] : merged_) {
    const auto* own = file_of(record_id);
    const auto written = folder_.read(own == nullptr ? record_id : *own);
    if (!written || !written->text.starts_with(json)) continue;
    for (const auto& file : replaced_files(record_id)) {
      if (targets.contains(file)) continue;
      if (const auto removed = folder_.remove(file); !removed) return removed.error();
    }
  }
  return {};
}

// Patients of whom a former delta said that they were replaced: what comes for them now is the
// survivor's.
Result<void> MergedInto::follow_former(record::Charts& charts) {
  std::vector<Moved> moved;
  for (const auto& chart : charts.charts()) {
    const auto file = folder_.find(chart.record_id);
    if (!file) return file.error();
    const auto parts = record::literal_parts(chart.patient);
    if (*file || parts.id.empty()) continue;
    const auto survivor = folder_.survivor_of(
        {record::source_of_reference(chart.patient), record::name_of(parts.type, parts.id)});
    if (!survivor) return survivor.error();
    if (*survivor && (*survivor)->record_id != chart.record_id)
      moved.push_back({chart.record_id,
                       (*survivor)->is_person
                           ? record::Persons::reference_of((*survivor)->record_id)
                           : std::string(parts.base) + (*survivor)->patient,
                       (*survivor)->record_id});
  }
  for (const auto& each : moved) {
    charts.replace_patient(each.record_id, each.survivor, each.survivors_record_id);
    named_by_records_.insert(each.survivors_record_id);
  }
  return {};
}

// Records of patients of whom this delta says that they were replaced.
Result<void> MergedInto::find_replaced(record::Charts& charts) {
  std::vector<Moved> all;
  for (const auto& chart : charts.charts())
    for (const auto& each : chart.replaced) {
      if (each.record_id.empty() || each.record_id == chart.record_id) continue;
      const auto file = folder_.find(each.record_id);
      if (!file) return file.error();
      if (!*file) continue;
      // Another sender's patient may have that id.
      const auto other =
          folder_.other_source_of(**file, {record::source_of_reference(each.patient)});
      if (!other) return other.error();
      if (!other->empty()) continue;
      auto& files = replaced_[chart.record_id];
      if (std::find(files.begin(), files.end(), **file) == files.end()) files.push_back(**file);
      all.push_back({each.record_id, chart.patient, chart.record_id});
    }
  for (const auto& each : all) {
    const auto earlier = folder_.replaced_by(each.record_id);
    if (!earlier) return earlier.error();
    const auto is_person = !record::Persons::person_in(each.survivor).empty();
    const auto base = std::string(record::literal_parts(each.survivor).base);
    for (const auto& patient : *earlier)
      charts.add_replaced(
          each.survivors_record_id,
          is_person ? charts.options().senders.base_of_source(patient.first) + patient.second
                    : base + patient.second);
    charts.replace_patient(each.record_id, each.survivor, each.survivors_record_id);  // deletions
                                                                                      // of its
                                                                                      // facts
  }
  return {};
}

}  // namespace paraneo::cli

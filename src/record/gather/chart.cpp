#include "record/gather/chart.h"

#include <algorithm>

#include "base/uuid.h"
#include "record/fact_types.h"
#include "record/gather/descriptions.h"
#include "record/gather/literal_reference.h"
#include "record/gather/settle_versions.h"

namespace paraneo::record {
namespace {

constexpr std::size_t kReplacementsMax = 16;
constexpr std::string_view kMedication = "Medication";
constexpr std::string_view kContentSpace = "https://paraneo.invalid/content";

}  // namespace

void Charts::account(const ChartEntry& entry, Outcome outcome, diag::Code reason) const {
  if (options_.accounts && !entry.is_copy)
    rest_.settle({&entry, entry.path}, outcome, diag::info(reason).name);
}

void Charts::settle(diag::Sink& sink) {
  references_.reserve(entries_.size());
  for (const auto& entry : entries_) references_.push_back(entry.reference());
  auto settled =
      settle_versions(entries_, links_, references_, limits_, options_.privacy.pseudonyms,
                      options_.accounts ? &rest_ : nullptr, options_.now_ms, sink);
  counts_ = std::move(settled.counts);
  ambiguous_ = std::move(settled.ambiguous);
  deletions_ = std::move(settled.deletions);
  names_.add_all(entries_, links_, references_, counts_);
  take_persons(sink);
  find_patients(sink);
  sort_out(sink);
}

void Charts::add_deletion(const std::string& record_id, const ChartEntry& deletion) {
  if (charts_of_records_.empty())
    for (std::size_t i = 0; i < charts_.size(); ++i)
      charts_of_records_.emplace(charts_[i].record_id, i);
  const auto [chart, is_new] = charts_of_records_.try_emplace(record_id, charts_.size());
  if (is_new) charts_.push_back(Chart{{}, record_id, {}, {}, {}, {}, false});
  charts_[chart->second].deletions.push_back(&deletion);
}

const ChartEntry* Charts::find(const std::string& reference) const {
  const auto index = names_.find(reference);
  return index == EntryNames::kNone ? nullptr : &entries_[index];
}

std::string Charts::target_of(const ChartEntry& from, std::string_view reference) const {
  return surviving(names_.target_of(from, reference));
}

std::string Charts::surviving(std::string patient) const {
  for (std::size_t i = 0; i < kReplacementsMax; ++i) {
    if (const auto* row = persons_.row_of(patient); row != nullptr && !ambiguous_.contains(patient))
      return Persons::reference_of(row->person);
    const auto next = replaced_by_.find(patient);
    if (next == replaced_by_.end()) return patient;
    patient = next->second;
  }
  return patient;
}

// A Group, a Device or a Location is no patient. `doubt` gets another Patient whom the same subject
// names by an identifier; it stays empty where there is none.
std::string Charts::subject_of(std::size_t index, std::string& doubt) const {
  const auto& entry = entries_[index];
  const auto& links = links_[index];
  const auto own = entry.any_reference();
  if (entry.type == "Patient") return own;
  std::string identified;
  for (const auto& identifier : links.identifiers)
    if (identified.empty()) identified = surviving(names_.with_identifier(entry, identifier));
  for (const auto& reference : links.references) {
    if (reference.starts_with('#')) return own + reference;
    auto target = target_of(entry, reference);
    const auto* found = find(target);
    const auto type = found != nullptr ? std::string_view(found->type) : literal_parts(target).type;
    // A condition that nobody here fulfils names nobody.
    const auto is_open = found == nullptr && !patient_identifier_in(reference).empty() &&
                         Persons::person_in(target).empty();
    // Without a type it may be a URL that others have given; what is none of these is a slip.
    const auto is_name =
        found != nullptr || !type.empty() || reference.find(':') != std::string::npos;
    if (is_open || !is_name || (type != "Patient" && (!type.empty() || target.empty()))) continue;
    if (!identified.empty() && identified != target && found != nullptr) doubt = identified;
    return target;
  }
  return identified;
}

void Charts::find_patients(diag::Sink& sink) {
  find_replaced();
  patients_.assign(entries_.size(), {});
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (!counts_[i]) continue;
    std::string doubt;
    patients_[i] = surviving(subject_of(i, doubt));
    if (!doubt.empty() && doubt != patients_[i])
      refuse(i, ": its subject names one Patient by reference, and another one by identifier",
             sink);
  }
  lend_patients(sink);
}

// Only of one Patient by another; those that replace each other in a circle, none has replaced.
void Charts::find_replaced() {
  const auto is_patient = [&](const std::string& reference) {
    const auto* found = find(reference);
    return found != nullptr ? found->type == "Patient" : literal_parts(reference).type == "Patient";
  };
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (!counts_[i] || entries_[i].type != "Patient") continue;
    const auto own = entries_[i].reference();
    if (!links_[i].replaced_by.empty())
      if (const auto target = names_.target_of(entries_[i], links_[i].replaced_by);
          is_patient(target))
        replaced_by_[own] = target;
    for (const auto& reference : links_[i].replaces)
      if (const auto target = names_.target_of(entries_[i], reference); is_patient(target))
        replaced_by_.try_emplace(target, own);
  }
  std::vector<std::string> in_circles;
  for (const auto& [replaced, by] : replaced_by_)
    if (replaced_by_.contains(surviving(by))) in_circles.push_back(replaced);
  for (const auto& each : in_circles) replaced_by_.erase(each);
  // Who replaces a person's patient is that person, too, unless the crosswalk says something else.
  std::vector<std::pair<std::string, std::string>> turned;
  for (const auto& [replaced, by] : replaced_by_)
    if (persons_.row_of(replaced) != nullptr && Persons::person_in(surviving(by)).empty())
      turned.emplace_back(replaced, by);
  for (const auto& [replaced, by] : turned) {
    replaced_by_.erase(replaced);
    for (auto each = by; !each.empty();) {
      const auto next = replaced_by_.find(each);
      const auto former = next == replaced_by_.end() ? std::string() : next->second;
      replaced_by_[each] = replaced;
      each = former;
    }
  }
}

// A Patient whose identifiers are those of two persons is nobody's.
void Charts::take_persons(diag::Sink& sink) {
  if (persons_.empty()) return;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (!counts_[i] || entries_[i].type != "Patient" ||
        persons_.take(entries_[i].reference(), links_[i].own))
      continue;
    counts_[i] = false;
    ambiguous_.insert(entries_[i].reference());
    account(entries_[i], Outcome::set_aside, diag::Code::import_two_persons);
    sink.report(
        diag::Code::import_two_persons,
        "Patient: by the crosswalk its id and its identifiers are two persons': it is not used, nor what belongs to it",
        place_of(entries_[i]), entries_[i].path, "correct the crosswalk");
  }
}

// The results of a report and the entries of a document are their patient's. What those of two
// patients have is nobody's.
void Charts::lend_patients(diag::Sink& sink) {
  std::vector<std::size_t> open;
  std::vector<bool> is_lent(entries_.size()), is_in_doubt(entries_.size());
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (counts_[i] && !patients_[i].empty() && !links_[i].members.empty()) open.push_back(i);
  while (!open.empty()) {
    const auto from = open.back();
    open.pop_back();
    for (const auto& reference : links_[from].members) {
      const auto to = names_.find(target_of(entries_[from], reference));
      if (to == EntryNames::kNone) continue;
      if (!is_fact_type(entries_[to].type) || !links_[to].references.empty() ||
          !links_[to].identifiers.empty())
        continue;
      const auto is_known =
          is_lent[to] &&
          (is_in_doubt[to] || (patients_[to] == patients_[from] && !is_in_doubt[from]));
      if (is_known) continue;
      is_in_doubt[to] = is_in_doubt[from] || is_lent[to];
      is_lent[to] = true;
      patients_[to] = patients_[from];
      open.push_back(to);
    }
  }
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (is_in_doubt[i])
      refuse(i, ": it says no subject, and is a part of what two patients have", sink);
  }
}

// Nobody can say whose it is.
void Charts::refuse(std::size_t index, const char* why, diag::Sink& sink) {
  const auto& entry = entries_[index];
  counts_[index] = false;
  patients_[index].clear();
  account(entry, Outcome::set_aside, diag::Code::import_two_persons);
  sink.report(diag::Code::import_two_persons,
              shown_name(entry) + why + ": nobody can say whose it is", place_of(entry), entry.path,
              "correct it where it comes from: it must have one subject");
}

// The patient's id, in the name of its source; of its server, where two servers have such a
// patient.
std::string Charts::record_id_of(const std::string& patient) const {
  if (const auto person = Persons::person_in(patient); !person.empty()) return std::string(person);
  const std::string sender(sender_part(patient));
  const auto name_of_sender = source_of_base(sender);
  const auto parts = literal_parts(without_sender(patient));
  const auto is_usable = [](std::string_view id) {
    constexpr std::size_t kIdCharsMax = 64;
    return !id.empty() && id.size() <= kIdCharsMax && std::all_of(id.begin(), id.end(), [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
             c == '-' || c == '.';
    });
  };
  std::string name(parts.id);
  auto servers = names_.bases_of(sender + name_of(parts.type, parts.id));
  servers.erase(sender);
  if (servers.size() > 1 && is_web_address(parts.base)) {
    auto host = parts.base.substr(parts.base.find("//") + 2);
    host = host.substr(0, host.find('/'));
    name = std::string(host) + "." + name;
    std::replace(name.begin(), name.end(), ':', '.');
  }
  if (!name_of_sender.empty()) name = name_of_sender + "." + name;
  if (is_usable(name) && !parts.id.empty()) return name;
  // A urn: is another one in each Bundle: the patient is who the identifier says.
  const auto found = names_.find(patient);
  const auto has_id = found == EntryNames::kNone || !entries_[found].id.empty();
  const auto& own = has_id ? std::vector<std::string>() : links_[found].own;
  const auto named = has_id        ? std::string(without_sender(patient))
                     : own.empty() ? entries_[found].digest
                                   : own.front();
  return uuid_of(kContentSpace, name_of_sender + " " + named);
}

std::string Charts::patient_of(const ChartEntry& entry) const {
  const auto found = names_.find(entry.reference());
  return found == EntryNames::kNone ? std::string() : patients_[found];
}

// The facts of a Patient that another one replaces are the other's; what it says of itself is not,
// where the other one says something.
void Charts::leave_out_replaced(std::vector<std::size_t>& indexes, diag::Sink& sink) const {
  const auto is_patient = [&](std::size_t index) { return entries_[index].type == "Patient"; };
  if (std::count_if(indexes.begin(), indexes.end(), is_patient) < 2) return;
  std::size_t lowest = kNoRank;
  std::size_t first = 0;  // of a person's patients
  for (const auto index : indexes)
    if (const auto rank = is_patient(index) ? rank_of(entries_[index].reference()) : kNoRank;
        rank < lowest)
      lowest = rank, first = index;
  std::erase_if(indexes, [&](std::size_t index) {
    const auto& entry = entries_[index];
    if (!is_patient(index)) return false;
    const auto is_of_person = lowest != kNoRank && index != first;
    if (!is_of_person && !replaced_by_.contains(entry.reference())) return false;
    account(entry, Outcome::superseded, diag::Code::import_superseded);
    if (is_of_person && (contradict(links_[index].sex, links_[first].sex) ||
                         contradict(links_[index].birth, links_[first].birth)))
      sink.report(diag::Code::import_conflict, kContradiction, place_of(entry), entry.path,
                  kContradictionAdvice);
    sink.report(diag::Code::import_superseded,
                is_of_person ? kAnotherSpeaks : "Patient: another Patient has replaced it",
                place_of(entry), entry.path);
    return true;
  });
}

std::size_t Charts::rank_of(const std::string& reference) const {
  const auto* row = persons_.row_of(reference);
  return row == nullptr ? kNoRank : persons_.crosswalk().number_of(*row);
}

// All whom a crosswalk names, whether they came or not: their records may be there.
std::vector<Chart::Replaced> Charts::patients_of(std::string_view person) const {
  std::vector<Chart::Replaced> out;
  for (const auto* row : persons_.crosswalk().rows_of(person)) {
    if (row->is_identifier()) continue;
    const auto patient = options_.senders.base_of_source(row->source) + name_of("Patient", row->id);
    out.push_back({patient, record_id_of(patient), true});
  }
  for (const auto& patient : persons_.identified(person))
    out.push_back({patient, record_id_of(patient), false});
  return out;
}

std::set<std::string> Charts::sources_of(const Chart& chart) const {
  if (!chart.is_person) return {source_of_reference(chart.patient)};
  std::set<std::string> sources;
  for (const auto* entry : chart.entries) sources.insert(source_of_base(entry->base));
  for (const auto& each : chart.replaced) sources.insert(source_of_reference(each.patient));
  return sources;
}

void Charts::add_persons(const std::set<std::string>& came_before,
                         const std::function<bool(const std::string&)>& is_there) {
  std::set<std::string> known;
  for (const auto& chart : charts_) known.insert(chart.patient);
  for (const auto& person : persons_.crosswalk().persons()) {
    auto patient = Persons::reference_of(person);
    if (known.contains(patient) || came_before.contains(person)) continue;
    auto replaced = patients_of(person);
    if (std::none_of(replaced.begin(), replaced.end(),
                     [&](const auto& each) { return is_there(each.record_id); }))
      continue;
    charts_.push_back(Chart{std::move(patient), person, {}, {}, {}, std::move(replaced), true});
  }
  charts_of_records_.clear();
}

void Charts::sort_out(diag::Sink& sink) {
  std::map<std::string, std::vector<std::size_t>> by_patient;
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (counts_[i] && !patients_[i].empty()) by_patient[patients_[i]].push_back(i);
  std::map<std::string, std::vector<std::string>> replaced_patients;  // by the one who remains
  for (const auto& [replaced, by] : replaced_by_)
    replaced_patients[surviving(by)].push_back(replaced);
  std::set<std::size_t> used;
  for (auto& [patient, indexes] : by_patient) {
    const auto is_ambiguous = ambiguous_.contains(patient);
    // Its facts would go to the person's record.
    const auto is_called_like_a_person =
        Persons::person_in(patient).empty() && persons_.names(record_id_of(patient));
    if (is_ambiguous || is_called_like_a_person) {
      for (const auto index : indexes) {
        account(entries_[index], Outcome::set_aside, diag::Code::import_two_persons);
        sink.report(
            diag::Code::import_two_persons,
            shown_name(entries_[index]) +
                (is_ambiguous
                     ? ": nobody can say which of two persons it belongs to"
                     : ": the crosswalk has another person of the name that its patient's record has"),
            place_of(entries_[index]), entries_[index].path,
            is_ambiguous ? "import each sender's files in a run of their own, with --source NAME"
                         : "give that person another name");
      }
      continue;
    }
    leave_out_replaced(indexes, sink);
    Chart chart{patient, record_id_of(patient), {}, {}, {}, {}, false};
    if (const auto person = Persons::person_in(patient); !person.empty()) {
      chart.is_person = true;
      chart.replaced = patients_of(person);
    }
    if (const auto replaced = replaced_patients.find(patient); replaced != replaced_patients.end())
      for (const auto& each : replaced->second)
        chart.replaced.push_back({each, record_id_of(each), false});
    std::set<std::size_t> context;
    for (const auto index : indexes) {
      chart.entries.push_back(&entries_[index]);
      for (const auto& reference : links_[index].others) {
        if (reference.starts_with("Patient/")) continue;  // who is somebody's
        const auto found = names_.find(target_of(entries_[index], reference));
        if (found != EntryNames::kNone && patients_[found].empty()) context.insert(found);
      }
    }
    sort(chart.entries);
    for (const auto index : context) chart.context.push_back(&entries_[index]);
    used.insert(context.begin(), context.end());
    charts_.push_back(std::move(chart));
  }
  report_unused(used, sink);
}

// The same for any order of the inputs.
void Charts::sort(std::vector<const ChartEntry*>& entries) const {
  std::sort(entries.begin(), entries.end(), [](const ChartEntry* one, const ChartEntry* other) {
    const auto by_kind = [](const ChartEntry& entry) {
      return std::tuple<bool, const std::string&>(entry.type != "Patient", entry.type);
    };
    if (const auto kinds = by_kind(*one) <=> by_kind(*other); kinds != 0) return kinds < 0;
    // Most are of one server; their names need not be made.
    if (one->base == other->base && !one->id.empty() && !other->id.empty())
      return std::tie(one->id, one->digest) < std::tie(other->id, other->digest);
    return std::tuple(one->reference(), one->digest) <
           std::tuple(other->reference(), other->digest);
  });
}

void Charts::replace_patient(const std::string& record_id, const std::string& survivor,
                             const std::string& survivors_record_id) {
  const auto of_record = [&](const std::string& id) {
    return std::find_if(charts_.begin(), charts_.end(),
                        [&](const Chart& chart) { return chart.record_id == id; });
  };
  const auto from = of_record(record_id);
  if (from == charts_.end()) return;
  if (!from->patient.empty()) {
    replaced_by_[from->patient] = survivor;
    for (auto& patient : patients_)
      if (patient == from->patient) patient = survivor;
    from->replaced.push_back({from->patient, record_id, false});
  }
  // What it says of itself is not the survivor's.
  std::erase_if(from->entries, [&](const ChartEntry* entry) {
    if (entry->type == "Patient" && entry->reference() == from->patient)
      account(*entry, Outcome::superseded, diag::Code::import_superseded);
    return entry->type == "Patient" && entry->reference() == from->patient;
  });
  charts_of_records_.clear();
  if (const auto to = of_record(survivors_record_id); to != charts_.end()) {
    to->entries.insert(to->entries.end(), from->entries.begin(), from->entries.end());
    to->context.insert(to->context.end(), from->context.begin(), from->context.end());
    to->deletions.insert(to->deletions.end(), from->deletions.begin(), from->deletions.end());
    to->replaced.insert(to->replaced.end(), from->replaced.begin(), from->replaced.end());
    sort(to->entries);
    charts_.erase(from);
    return;
  }
  from->patient = survivor;
  from->record_id = survivors_record_id;
  from->is_person = !Persons::person_in(survivor).empty();
}

void Charts::add_replaced(const std::string& record_id, const std::string& patient) {
  for (auto& chart : charts_)
    if (chart.record_id == record_id && chart.patient != patient)
      chart.replaced.push_back({patient, {}, false});
}

void Charts::erase(const std::function<bool(const Chart&)>& is_idle) {
  std::erase_if(charts_, is_idle);
  charts_of_records_.clear();
}

// What is nobody's. Of that, what a patient's resources refer to describes them: a drug's code, a
// specimen.
void Charts::report_unused(const std::set<std::size_t>& context, diag::Sink& sink) {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const auto& entry = entries_[i];
    if (!counts_[i] || !patients_[i].empty() || entry.is_copy) continue;
    const auto is_context = context.contains(i);
    if (is_context && (entry.type == kMedication || Descriptions::is_one(entry.type))) continue;
    // Of a part of a resource nobody knows whose the rest says that it is.
    if (is_fact_type(entry.type) && entry.text.text.find("\"SUBSETTED\"") == std::string::npos)
      of_nobody_.push_back(&entry);
    const auto is_listed =
        options_.written_list != nullptr && options_.written_list->covers_type(entry.type);
    account(entry, is_listed ? Outcome::other_type : Outcome::no_place, diag::Code::import_ignored);
    if (is_listed) ++left_out_[entry.type];
    else
      sink.report(diag::Code::import_ignored,
                  shown_name(entry) + (is_context ? ": a record has no place for it"
                                                  : ": belongs to no patient, so to no record"),
                  place_of(entry), entry.path);
  }
}

}  // namespace paraneo::record

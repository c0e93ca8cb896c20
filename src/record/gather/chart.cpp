#include "record/gather/chart.h"

#include <algorithm>

#include "base/uuid.h"
#include "json/read.h"
#include "json/write.h"
#include "record/gather/literal_reference.h"
#include "record/gather/version.h"

namespace paraneo::record {
namespace {

constexpr std::size_t kReplacementsMax = 16;
constexpr std::string_view kMedication = "Medication";
constexpr std::string_view kContentSpace = "https://paraneo.invalid/content";

std::string digest_of(const json::Value& resource) {
  std::string text;
  for (const auto& member : resource.members()) {
    if (member.name == "meta") continue;
    text += member.name;
    json::Writer(text).value(member.value);
  }
  return uuid_of(kContentSpace, text);
}

Version version_of(const ChartEntry& entry) { return {entry.version, entry.updated}; }

// A Patient's id can be a number that people know.
std::string shown(const ChartEntry& entry) {
  return entry.id.empty() || entry.type == "Patient" ? entry.type : entry.type + "/" + entry.id;
}

Span place_of(const ChartEntry& entry) { return {&entry.text, 0, 1}; }

}  // namespace

void Charts::take(ChartEntry entry, EntryLinks links) {
  entries_.push_back(std::move(entry));
  links_.push_back(std::move(links));
}

void Charts::account(const ChartEntry& entry, Outcome outcome, diag::Code reason) const {
  if (options_.account != nullptr) options_.account->settle({&entry, entry.path}, outcome, diag::info(reason).name);
}

void Charts::settle(diag::Sink& sink) {
  settle_versions(sink);
  name_all();
  find_patients();
  sort_out(sink);
}

// Few resources lack an id or share their name: it costs these a second reading, and all others nothing.
void Charts::digest(std::size_t index) {
  auto& entry = entries_[index];
  if (entry.is_deletion || !entry.digest.empty()) return;
  Arena arena;
  diag::Sink unheard;  // it was read before
  const auto* resource = json::read(entry.text, arena, limits_, unheard);
  entry.digest = resource != nullptr ? digest_of(*resource) : uuid_of(kContentSpace, entry.text.text);
}

// Of all that have one name, the newest counts; of a deleted one nothing.
void Charts::settle_versions(diag::Sink& sink) {
  counts_.assign(entries_.size(), true);
  std::map<std::string, std::vector<std::size_t>> versions;
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (const auto reference = entries_[i].reference(); !reference.empty())
      // A urn: names one resource of one Bundle.
      versions[entries_[i].id.empty() ? std::to_string(entries_[i].scope) + " " + reference : reference].push_back(i);
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].id.empty()) digest(i);
  for (auto& [reference, indexes] : versions) {
    if (indexes.size() > 1) std::for_each(indexes.begin(), indexes.end(), [&](std::size_t each) { digest(each); });
    const auto first = indexes.front();
    const auto two = std::any_of(indexes.begin(), indexes.end(), [&](std::size_t each) { return are_two_persons(first, each); });
    if (two) refuse_two_persons(reference, indexes, sink);
    else if (indexes.size() > 1 || entries_[first].is_deletion) settle_one(indexes, sink);
  }
}

// Patients of one name from two inputs that contradict each other are not two versions of one.
bool Charts::are_two_persons(std::size_t a, std::size_t b) const {
  if (entries_[a].type != "Patient" || entries_[a].text.name == entries_[b].text.name) return false;
  const auto& one = links_[a];
  const auto& other = links_[b];
  const auto shares = std::any_of(one.own.begin(), one.own.end(), [&](const auto& each) {
    return !each.empty() && std::find(other.own.begin(), other.own.end(), each) != other.own.end();
  });
  if (shares) return false;
  if (!one.own.empty() && !other.own.empty()) return true;
  const auto differ = [](const std::string& x, const std::string& y) {
    return !x.empty() && !y.empty() && !x.starts_with(y) && !y.starts_with(x);
  };
  return differ(one.sex, other.sex) || differ(one.birth, other.birth);
}

void Charts::refuse_two_persons(const std::string& reference, const std::vector<std::size_t>& patients, diag::Sink& sink) {
  ambiguous_.insert(reference);
  for (const auto each : patients) {
    counts_[each] = false;
    account(entries_[each], Outcome::set_aside, diag::Code::import_two_persons);
    sink.report(diag::Code::import_two_persons,
                "Patient: another input has a Patient of the same name who is another person (identifier, sex or birth date): "
                "neither is used, nor what belongs to them",
                place_of(entries_[each]), entries_[each].path, "import each sender's files in a run of their own, with --source NAME");
  }
}

void Charts::settle_one(std::vector<std::size_t>& versions, diag::Sink& sink) {
  // The same for any order of the inputs.
  std::stable_sort(versions.begin(), versions.end(), [&](std::size_t a, std::size_t b) {
    const auto& one = entries_[a];
    const auto& other = entries_[b];
    return std::tie(one.is_deletion, one.digest, one.updated, one.version) <
           std::tie(other.is_deletion, other.digest, other.updated, other.version);
  });
  auto newest = versions.front();
  bool is_open = false;
  for (const auto each : versions) {
    if (each == newest || entries_[each].digest == entries_[newest].digest) continue;
    const auto order = compare_versions(version_of(entries_[newest]), version_of(entries_[each]));
    if (order ? *order < 0 : entries_[each].is_deletion) newest = each;
    else is_open = is_open || (!order && !entries_[newest].is_deletion);
  }
  // What was open before a newer one came is open no more.
  if (is_open)
    is_open = std::any_of(versions.begin(), versions.end(), [&](std::size_t each) {
      return entries_[each].digest != entries_[newest].digest && !compare_versions(version_of(entries_[newest]), version_of(entries_[each]));
    });
  if (entries_[newest].is_deletion && !is_open) deletions_.push_back(&entries_[newest]);
  for (const auto each : versions) {
    auto& entry = entries_[each];
    const bool stays = each == newest && !entry.is_deletion && !is_open;
    if (!stays) counts_[each] = false;
    if (stays || entry.is_deletion) continue;
    account(entry, is_open ? Outcome::set_aside : Outcome::superseded, is_open ? diag::Code::import_versions : diag::Code::import_superseded);
    if (is_open)
      sink.report(diag::Code::import_versions, shown(entry) + ": another resource has the same name and different contents, and "
                  "neither says which is newer: none of them is used", place_of(entry), entry.path,
                  "if they are of two senders, import each with its own --source; else give the newer one alone");
    else if (entries_[newest].is_deletion)
      sink.report(diag::Code::import_superseded, shown(entry) + ": it was deleted", place_of(entry), entry.path);
    else if (entry.digest != entries_[newest].digest)
      sink.report(diag::Code::import_superseded, shown(entry) + ": there is a newer version", place_of(entry), entry.path);
  }
}

void Charts::name_all() {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const auto& entry = entries_[i];
    if (!entry.full_url.empty()) by_full_url_.try_emplace(std::to_string(entry.scope) + " " + entry.full_url, i);
    if (!counts_[i]) continue;
    if (const auto reference = entry.reference(); !reference.empty()) by_reference_.try_emplace(reference, i);
    if (!entry.id.empty()) bases_of_[name_of(entry.type, entry.id)].insert(entry.base);
    if (entry.type != "Patient") continue;
    for (const auto& identifier : links_[i].own) {
      const auto [place, is_new] = by_identifier_.try_emplace(identifier, entry.reference());
      if (!is_new && place->second != entry.reference()) place->second.clear();
    }
  }
  // Absolute references tell of servers, too.
  for (std::size_t i = 0; i < entries_.size(); ++i)
    for (const auto& reference : links_[i].references)
      if (const auto parts = literal_parts(reference); is_web_address(parts.base))
        bases_of_[name_of(parts.type, parts.id)].insert(std::string(parts.base));
}

void Charts::add_deletion(const std::string& record_id, const ChartEntry& deletion) {
  if (charts_of_records_.empty())
    for (std::size_t i = 0; i < charts_.size(); ++i) charts_of_records_.emplace(charts_[i].record_id, i);
  const auto [chart, is_new] = charts_of_records_.try_emplace(record_id, charts_.size());
  if (is_new) charts_.push_back(Chart{{}, record_id, {}, {}, {}, {}});
  charts_[chart->second].deletions.push_back(&deletion);
}

std::string Charts::source_of(std::string_view base) const {
  if (!options_.source.empty()) return options_.source;
  return is_web_address(base) ? std::string(base.substr(0, base.size() - (base.ends_with('/') ? 1 : 0))) : std::string();
}

const ChartEntry* Charts::find(const std::string& reference) const {
  const auto found = by_reference_.find(reference);
  return found == by_reference_.end() ? nullptr : &entries_[found->second];
}

std::string Charts::target_of(const ChartEntry& from, std::string_view reference) const {
  return surviving(literal_target_of(from, reference));
}

std::string Charts::literal_target_of(const ChartEntry& from, std::string_view reference) const {
  if (reference.starts_with('#')) return std::string(reference);
  if (const auto here = by_full_url_.find(std::to_string(from.scope) + " " + std::string(reference)); here != by_full_url_.end())
    return entries_[here->second].reference();
  // "Patient?identifier=SYSTEM|VALUE"
  constexpr std::string_view kByIdentifier = "Patient?identifier=";
  if (reference.starts_with(kByIdentifier)) {
    const auto found = by_identifier_.find(std::string(reference.substr(kByIdentifier.size())));
    if (found != by_identifier_.end() && !found->second.empty()) return found->second;
  }
  const auto parts = literal_parts(reference);
  if (parts.type.empty()) return std::string(without_history(reference));
  const auto name = name_of(parts.type, parts.id);
  const auto& base = is_web_address(parts.base) ? std::string(parts.base) : from.base;
  if (by_reference_.contains(base + name)) return base + name;
  // Where only one server is spoken of, the resource that does not name its own is from there.
  const auto bases = bases_of_.find(name);
  if (bases == bases_of_.end()) return base + name;
  auto others = bases->second;
  others.erase(std::string());
  others.erase(base);
  if (!others.empty() && !base.empty()) return base + name;
  if (base.empty()) return others.size() == 1 && !bases->second.contains("") ? *others.begin() + name : name;
  return by_reference_.contains(name) ? name : base + name;
}

std::string Charts::surviving(std::string patient) const {
  for (std::size_t i = 0; i < kReplacementsMax; ++i) {
    const auto next = replaced_by_.find(patient);
    if (next == replaced_by_.end()) return patient;
    patient = next->second;
  }
  return patient;
}

// A Group, a Device or a Location is no patient.
std::string Charts::subject_of(std::size_t index) const {
  const auto& entry = entries_[index];
  const auto& links = links_[index];
  if (entry.type == "Patient") return entry.reference().empty() ? entry.digest : entry.reference();
  for (const auto& reference : links.references) {
    if (reference.starts_with('#')) return (entry.reference().empty() ? entry.digest : entry.reference()) + reference;
    auto target = target_of(entry, reference);
    const auto* found = find(target);
    const auto type = found != nullptr ? std::string_view(found->type) : literal_parts(target).type;
    if (type == "Patient" || (type.empty() && !target.empty())) return target;
  }
  for (const auto& identifier : links.identifiers)
    if (const auto found = by_identifier_.find(identifier); found != by_identifier_.end() && !found->second.empty())
      return found->second;
  return {};
}

void Charts::find_patients() {
  find_replaced();
  patients_.assign(entries_.size(), {});
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (counts_[i]) patients_[i] = surviving(subject_of(i));
  lend_patients();
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
      if (const auto target = literal_target_of(entries_[i], links_[i].replaced_by); is_patient(target)) replaced_by_[own] = target;
    for (const auto& reference : links_[i].replaces)
      if (const auto target = literal_target_of(entries_[i], reference); is_patient(target)) replaced_by_.try_emplace(target, own);
  }
  std::vector<std::string> in_circles;
  for (const auto& [replaced, by] : replaced_by_)
    if (replaced_by_.contains(surviving(by))) in_circles.push_back(replaced);
  for (const auto& each : in_circles) replaced_by_.erase(each);
}

// The results of a report and the entries of a document are their patient's.
void Charts::lend_patients() {
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (counts_[i] && !patients_[i].empty() && !links_[i].members.empty()) open.push_back(i);
  while (!open.empty()) {
    const auto from = open.back();
    open.pop_back();
    for (const auto& reference : links_[from].members) {
      const auto found = by_reference_.find(target_of(entries_[from], reference));
      if (found == by_reference_.end()) continue;
      const auto to = found->second;
      if (!patients_[to].empty() || !links_[to].references.empty() || !links_[to].identifiers.empty()) continue;
      patients_[to] = patients_[from];
      open.push_back(to);
    }
  }
}

// The patient's id, in the name of its source; of its server, where two servers have such a patient.
std::string Charts::record_id_of(const std::string& patient) const {
  const auto parts = literal_parts(patient);
  const auto is_usable = [](std::string_view id) {
    constexpr std::size_t kIdCharsMax = 64;
    return !id.empty() && id.size() <= kIdCharsMax && std::all_of(id.begin(), id.end(), [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
  };
  std::string name(parts.id);
  std::set<std::string> servers;
  if (const auto bases = bases_of_.find(name_of(parts.type, parts.id)); bases != bases_of_.end()) servers = bases->second;
  servers.erase(std::string());
  if (servers.size() > 1 && is_web_address(parts.base)) {
    auto host = parts.base.substr(parts.base.find("//") + 2);
    host = host.substr(0, host.find('/'));
    name = std::string(host) + "." + name;
    std::replace(name.begin(), name.end(), ':', '.');
  }
  if (!options_.source.empty()) name = options_.source + "." + name;
  if (is_usable(name) && !parts.id.empty()) return name;
  // A urn: is another one in each Bundle: the patient is who the identifier says.
  const auto found = by_reference_.find(patient);
  const auto has_id = found == by_reference_.end() || !entries_[found->second].id.empty();
  const auto& own = has_id ? std::vector<std::string>() : links_[found->second].own;
  const auto named = has_id ? patient : own.empty() ? entries_[found->second].digest : own.front();
  return uuid_of(kContentSpace, options_.source + " " + named);
}

std::string Charts::patient_of(const ChartEntry& entry) const {
  const auto found = by_reference_.find(entry.reference());
  return found == by_reference_.end() ? std::string() : patients_[found->second];
}

// The facts of a Patient that another one replaces are the other's; what it says of itself is not, where the other one says
// something.
void Charts::leave_out_replaced(std::vector<std::size_t>& indexes, diag::Sink& sink) const {
  const auto is_patient = [&](std::size_t index) { return entries_[index].type == "Patient"; };
  if (std::count_if(indexes.begin(), indexes.end(), is_patient) < 2) return;
  std::erase_if(indexes, [&](std::size_t index) {
    const auto& entry = entries_[index];
    if (!is_patient(index) || !replaced_by_.contains(entry.reference())) return false;
    account(entry, Outcome::superseded, diag::Code::import_superseded);
    sink.report(diag::Code::import_superseded, "Patient: another Patient has replaced it", place_of(entry), entry.path);
    return true;
  });
}

void Charts::sort_out(diag::Sink& sink) {
  std::map<std::string, std::vector<std::size_t>> by_patient;
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (counts_[i] && !patients_[i].empty()) by_patient[patients_[i]].push_back(i);
  std::map<std::string, std::vector<std::string>> replaced_patients;  // by the one who remains
  for (const auto& [replaced, by] : replaced_by_) replaced_patients[surviving(by)].push_back(replaced);
  std::set<std::size_t> used;
  for (auto& [patient, indexes] : by_patient) {
    if (ambiguous_.contains(patient)) {
      for (const auto index : indexes) {
        account(entries_[index], Outcome::set_aside, diag::Code::import_two_persons);
        sink.report(diag::Code::import_two_persons, shown(entries_[index]) + ": nobody can say which of two persons it belongs to",
                    place_of(entries_[index]), entries_[index].path, "import each sender's files in a run of their own, with --source NAME");
      }
      continue;
    }
    leave_out_replaced(indexes, sink);
    Chart chart{patient, record_id_of(patient), {}, {}, {}, {}};
    if (const auto replaced = replaced_patients.find(patient); replaced != replaced_patients.end())
      for (const auto& each : replaced->second) chart.replaced.push_back({each, record_id_of(each)});
    std::set<std::size_t> context;
    for (const auto index : indexes) {
      chart.entries.push_back(&entries_[index]);
      for (const auto& reference : links_[index].others) {
        const auto found = by_reference_.find(target_of(entries_[index], reference));
        if (found != by_reference_.end() && patients_[found->second].empty()) context.insert(found->second);
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
    return std::tuple(one->type != "Patient", one->type, one->reference(), one->digest) <
           std::tuple(other->type != "Patient", other->type, other->reference(), other->digest);
  });
}

void Charts::replace_patient(const std::string& record_id, const std::string& survivor, const std::string& survivors_record_id) {
  const auto of_record = [&](const std::string& id) { return std::find_if(charts_.begin(), charts_.end(), [&](const Chart& chart) { return chart.record_id == id; }); };
  const auto from = of_record(record_id);
  if (from == charts_.end()) return;
  if (!from->patient.empty()) {
    replaced_by_[from->patient] = survivor;
    for (auto& patient : patients_)
      if (patient == from->patient) patient = survivor;
    from->replaced.push_back({from->patient, record_id});
  }
  // What it says of itself is not the survivor's.
  std::erase_if(from->entries, [&](const ChartEntry* entry) {
    if (entry->type == "Patient" && entry->reference() == from->patient) account(*entry, Outcome::superseded, diag::Code::import_superseded);
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
}

void Charts::add_replaced(const std::string& record_id, const std::string& patient) {
  for (auto& chart : charts_)
    if (chart.record_id == record_id && chart.patient != patient) chart.replaced.push_back({patient, {}});
}

void Charts::erase(const std::function<bool(const Chart&)>& is_idle) {
  std::erase_if(charts_, is_idle);
  charts_of_records_.clear();
}

// What is nobody's. Of that, what a patient's resources refer to gives them a drug's code, and nothing else.
void Charts::report_unused(const std::set<std::size_t>& context, diag::Sink& sink) {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const auto& entry = entries_[i];
    if (!counts_[i] || !patients_[i].empty()) continue;
    const auto is_context = context.contains(i);
    if (is_context && entry.type == kMedication) continue;
    const auto is_listed = options_.written_list != nullptr && options_.written_list->covers_type(entry.type);
    account(entry, is_listed ? Outcome::other_type : Outcome::no_place, diag::Code::import_ignored);
    if (is_listed) ++left_out_[entry.type];
    else
      sink.report(diag::Code::import_ignored,
                  shown(entry) + (is_context ? ": a record has no place for it" : ": belongs to no patient, so to no record"),
                  place_of(entry), entry.path);
  }
}

}  // namespace paraneo::record

#include "record/import.h"

#include <algorithm>

#include "base/clock.h"
#include "diag/counted.h"
#include "element/path.h"
#include "format/json.h"
#include "record/gather/certainty.h"
#include "record/gather/intake.h"
#include "record/identity.h"
#include "record/loss_report.h"
#include "record/origin.h"
#include "record/set_aside.h"
#include "record/source_keys.h"

namespace paraneo::record {
namespace {

// What is set aside may take something with it that stood on it, and so on.
constexpr std::size_t kRoundsMax = 100;
// Resources that are tried one by one when a rule of the whole record is broken.
constexpr std::size_t kCulpritsMax = 200;
// One text is in memory already.
constexpr std::size_t kNoLimit = ~std::size_t{0};

}  // namespace

std::vector<Imported> Importer::run(const Source& source, diag::Sink& sink) {
  IntakeOptions all_in_memory;
  all_in_memory.memory_bytes_max = kNoLimit;
  Intake intake(limits_, ChartOptions{}, std::move(all_in_memory));
  std::vector<Imported> out;
  if (!intake.add(source, sink)) return out;
  const auto charts = intake.next(sink);
  if (!charts) return out;
  for (const auto& chart : (*charts)->charts())
    if (auto record = run(**charts, chart, sink)) out.push_back(std::move(*record));
  if ((*charts)->charts().empty())
    sink.report(diag::Code::import_no_patient, "there is no patient in this input", {&source, 0, 1},
                {}, "a record is one patient: give the Patient and what refers to it");
  return out;
}

std::optional<Imported> Importer::run(const Charts& charts, const Chart& chart, diag::Sink& sink) {
  arena_.reset();
  return import_chart(charts, chart, nullptr, sink);
}

std::optional<Imported> Importer::run(const Charts& charts, const Chart& chart,
                                      const RecordsThere& records, diag::Sink& sink) {
  arena_.reset();
  const auto& definitions = maps_.definitions();
  auto* record = read_records(records, chart, sink);
  if (record == nullptr) return std::nullopt;
  auto* bundle = element::make_root(arena_, definitions.find_type("Bundle"));
  const auto limits = limits_for(limits_, format::to_json(definitions, *record).size());
  const fml::RunEnvironment environment{arena_,       limits,  sink,           "import",
                                        std::nullopt, nullptr, &steady_clock()};
  if (!fml::run(maps_.to_fhir(), maps_.engine(), *record, std::span(&bundle, 1), environment))
    return std::nullopt;
  const Existing merged_into(definitions, *record, *bundle);
  const auto before = records.own != nullptr && records.replaced.empty()
                          ? format::to_json(definitions, *record)
                          : std::string();
  auto made = import_chart(charts, chart, &merged_into, sink);
  if (made) made->is_unchanged = made->json == before;
  return made;
}

// The patient's own record with the facts of those that it replaces; null, with a report, when that
// cannot be.
element::Element* Importer::read_records(const RecordsThere& records, const Chart& chart,
                                         diag::Sink& sink) {
  const auto& definitions = maps_.definitions();
  element::Element* record = nullptr;
  if (records.own != nullptr) {
    record = reader_.read(*records.own, arena_, sink);
  } else {
    record = element::make_root(arena_, maps_.record_type());
    for (const auto& [name, value] :
         {std::pair<std::string_view, std::string_view>{"id", chart.record_id},
          {"version", kRecordVersion}}) {
      const auto& def = *definitions.element(record->type, definitions.find_symbol(name));
      element::append_child(arena_, definitions, *record, def, definitions.types(def)[0].type)
          ->set_value(arena_.copy(value));
    }
  }
  if (record == nullptr) return nullptr;
  for (const auto& text : records.replaced) {
    auto* replaced = reader_.read(text, arena_, sink);
    if (replaced == nullptr) return nullptr;
    if (chart.is_person) name_facts_by_source(definitions, arena_, *replaced);
    if (!absorb(*record, *replaced, text, chart.is_person, sink)) return nullptr;
  }
  sort_facts(definitions, *record);
  return record;
}

// Adds the facts of a record whose patient was replaced. What it says of the patient is not the
// other's.
bool Importer::absorb(element::Element& record, element::Element& replaced, const Source& text,
                      bool is_same_person, diag::Sink& sink) {
  const auto& definitions = maps_.definitions();
  std::map<std::string_view, element::Element*> there;
  for (auto* fact = record.first; fact != nullptr; fact = fact->next)
    if (const auto key = text_of(definitions, *fact, "key"); !key.empty()) there.emplace(key, fact);
  const auto came_from = [&](element::Element& fact) {
    const auto* origin = origin_of(definitions, fact);
    return origin == nullptr ? std::string()
                             : std::string(text_of(definitions, *origin, "source")) + " " +
                                   std::string(text_of(definitions, *origin, "reference"));
  };
  std::size_t count = 0;
  for (auto* fact = replaced.first; fact != nullptr; fact = fact->next) {
    const auto key = text_of(definitions, *fact, "key");
    if (key.empty()) continue;
    const auto same = there.find(key);
    if (same == there.end()) {
      copy_child(arena_, definitions, record, definitions.element_at(fact->def), *fact);
      ++count;
    } else if (came_from(*fact).size() < 2 || came_from(*fact) != came_from(*same->second)) {
      sink.report(
          diag::Code::import_conflict,
          "this record is to become part of another one, which has another fact of the key " +
              std::string(key) + ": both records stay",
          {&text, fact->offset, fact->offset + 1}, {}, "give one of the two facts another key");
      return false;
    }
  }
  auto* subject = replaced.child(definitions.find_symbol("subject"));
  if (is_same_person && subject != nullptr && record.child(subject->name) == nullptr) {
    copy_child(arena_, definitions, record, definitions.element_at(subject->def), *subject);
    subject = nullptr;
  }
  const auto* origin = subject == nullptr ? nullptr : origin_of(definitions, *subject);
  if (subject != nullptr && (origin == nullptr || text_of(definitions, *origin, "digest") !=
                                                      digest_of_fact(definitions, *subject)))
    sink.report(
        diag::Code::import_conflict,
        "this record becomes part of another one: what a person wrote of the patient is not taken over",
        {&text, subject->offset, subject->offset + 1}, {},
        "compare the two, and correct the other record where this one is right");
  sink.report(
      diag::Code::import_merged,
      std::string(
          is_same_person
              ? "this record is merged into that of the same person: "
              : "this record is merged into that of the patient who has replaced its own: ") +
          diag::counted(count, "fact"),
      {&text, 0, 1});
  return true;
}

std::optional<Imported> Importer::import_chart(const Charts& charts, const Chart& chart,
                                               const Existing* existing, diag::Sink& sink) {
  const auto& definitions = maps_.definitions();
  std::size_t bytes =
      existing == nullptr ? 0 : format::to_json(definitions, existing->record()).size();
  for (const auto* entry : chart.entries) bytes += entry->text.text.size();
  allowed_ = limits_for(limits_, bytes);
  existing_ = existing;
  merged_ = {};
  account_ = options_.accounts ? std::make_shared<Account>() : nullptr;
  auto gathered =
      bundle_of(charts, chart, definitions, maps_.knowledge().value_sets(), senders_,
                maps_.knowledge().library().concept_maps().find(kCertainty), meanings_, existing,
                check_ ? &*check_ : nullptr, account_.get(), allowed_, arena_, sink);
  if (options_.cohort != nullptr) {
    const auto holds =
        options_.cohort->holds(*gathered.bundle, gathered.context, allowed_, arena_, sink);
    if (!holds) return std::nullopt;
    if (!*holds) {
      Imported outside;
      outside.record_id = chart.record_id;
      outside.is_outside_cohort = true;
      return outside;
    }
  }
  auto* record = valid_record_of(gathered, sink);
  if (record == nullptr) return std::nullopt;
  if (existing != nullptr) report_merge(gathered, sink);
  Imported out;
  out.record_id = text_of(definitions, *record, "id");
  auto found = report_losses(loss_context(sink), gathered, *record, merged_.kept);
  out.resources = std::move(found.resources);
  out.left_out = std::move(found.left_out);
  out.senders = std::move(gathered.senders);
  out.account = std::move(account_);
  out.json = format::to_json(definitions, *record);
  return out;
}

LossContext Importer::loss_context(diag::Sink& sink) {
  return {maps_, written_list_, allowed_, arena_, account_.get(), unmapped_, sink};
}

std::shared_ptr<Account> Importer::account_of_refused(const Chart& chart) {
  if (!options_.accounts) return nullptr;
  if (account_ == nullptr) account_ = std::make_shared<Account>();
  constexpr auto kReason = diag::Code::import_set_aside;
  account_->refuse_all(diag::info(kReason).name);
  for (const auto* entry : chart.entries)
    account_->settle({entry, entry->path}, Outcome::set_aside, diag::info(kReason).name);
  return std::move(account_);
}

void Importer::report_merge(const ChartBundle& gathered, diag::Sink& sink) const {
  const auto& definitions = maps_.definitions();
  const auto report = [&](diag::Code code, const std::string& key, const std::string& message,
                          std::string advice) {
    if (const auto withdrawn = gathered.withdrawn.find(key); withdrawn != gathered.withdrawn.end())
      return sink.report(code, message, {&withdrawn->second->text, 0, 1}, withdrawn->second->path,
                         std::move(advice));
    for (const auto& part : gathered.parts) {
      const auto name = parse_fact_name(fact_identifier(definitions, *part.resource));
      if (!name || name->key != key) continue;
      return sink.report(code, message,
                         {&part.entry->text, part.resource->offset, part.resource->offset + 1},
                         part.path, std::move(advice));
    }
  };
  for (const auto& key : merged_.conflicts)
    report(
        diag::Code::import_conflict, key,
        "the fact " + key + " was changed by a person, and now by its source: the person's is kept",
        "compare the two, and correct the record where the source is right");
  for (const auto& key : merged_.refusals)
    report(diag::Code::import_conflict, key,
           "the fact " + key + " was changed by a person, and its source has withdrawn it" +
               (gathered.moved.contains(key) ? ", as it is not this patient's" : "") +
               ": it is kept",
           "take it out of the record if it is no longer true");
  for (const auto& key : merged_.removed)
    report(diag::Code::import_removed, key,
           "the fact " + key + " is taken out, because " +
               (gathered.moved.contains(key) ? "by its source it is not this patient's any more"
                                             : "its source has withdrawn it"),
           {});
}

// Null, with the message, when a limit ended the map: half a record is none.
element::Element* Importer::record_of(const ChartBundle& gathered, diag::Sink& sink) {
  auto* record = element::make_root(arena_, maps_.record_type());
  diag::Sink messages(limits_.diagnostics_max);
  const fml::RunEnvironment environment{arena_,       allowed_, messages,       "import",
                                        std::nullopt, nullptr,  &steady_clock()};
  fml::run(maps_.to_record(), maps_.engine(), *gathered.bundle, std::span(&record, 1), environment);
  bool is_whole = true;
  for (const auto& message : messages.all()) {
    is_whole = is_whole && !is_limit(message);
    sink.report(message);
  }
  if (!is_whole) return nullptr;
  sort_facts(maps_.definitions(), *record);
  unsigned_.clear();
  const auto digest = maps_.definitions().find_symbol("digest");
  for (auto* fact = record->first; fact != nullptr; fact = fact->next)
    if (const auto* origin = origin_of(maps_.definitions(), *fact);
        origin != nullptr && origin->child(digest) == nullptr)
      unsigned_.insert(fact);
  sign(*record);
  if (existing_ != nullptr) {
    merged_ = merge(maps_.definitions(), arena_, *record, *existing_, gathered);
    sort_facts(maps_.definitions(), *record);
  }
  return record;
}

// What was imported now has a digest of what it says.
void Importer::sign(element::Element& record) {
  for (auto* fact = record.first; fact != nullptr; fact = fact->next)
    if (unsigned_.contains(fact)) set_digest(maps_.definitions(), arena_, *fact);
}

// Without what breaks its model. Made anew when whole facts had to go, so that nothing refers to
// them.
element::Element* Importer::valid_record_of(ChartBundle& gathered, diag::Sink& sink) {
  SetAside set_aside(maps_.definitions(), reader_, arena_, account_.get());
  for (std::size_t round = 0; round < kRoundsMax; ++round) {
    auto* record = record_of(gathered, sink);
    if (record == nullptr) return nullptr;
    const auto outcome = set_aside.run(gathered, *record, sink);
    if (outcome == SetAside::Outcome::facts_gone) continue;
    if (outcome == SetAside::Outcome::valid) {
      if (set_aside.has_changed_record()) sign(*record);  // once more
      return record;
    }
    if (!find_culprit(gathered, set_aside.found(), sink)) return nullptr;
  }
  return nullptr;
}

// A rule of the whole record is broken, and does not say by what: the resource without which it
// holds.
bool Importer::find_culprit(ChartBundle& gathered, const diag::Sink& found, diag::Sink& sink) {
  const auto& definitions = maps_.definitions();
  const auto count = gathered.parts.size() > kCulpritsMax ? 0 : gathered.parts.size();
  for (std::size_t i = 0; i < count; ++i) {
    const auto part = gathered.parts[i];
    if (part.entry->type == "Patient") continue;
    auto& entry = *part.resource->parent;
    const auto& def = definitions.element_at(entry.def);
    remove_child(*gathered.bundle, entry);
    diag::Sink unheard;
    auto* without = record_of(gathered, unheard);
    if (without != nullptr && reader_.check(*without, arena_, unheard)) {
      sink.report(diag::Code::import_set_aside,
                  part.entry->type + ": it cannot be a fact: " + found.all().front().message,
                  {&part.entry->text, part.resource->offset, part.resource->offset + 1}, part.path);
      if (account_ != nullptr)
        account_->settle(part.place(), Outcome::set_aside,
                         diag::info(diag::Code::import_set_aside).name);
      gathered.parts.erase(gathered.parts.begin() + static_cast<std::ptrdiff_t>(i));
      return true;
    }
    element::append_child(arena_, definitions, *gathered.bundle, def, entry);
  }
  for (const auto& each : found.all()) sink.report(each);
  return false;
}

}  // namespace paraneo::record

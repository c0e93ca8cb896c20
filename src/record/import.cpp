#include "record/import.h"

#include <algorithm>
#include <array>

#include "base/clock.h"
#include "element/path.h"
#include "format/json.h"
#include "record/identity.h"
#include "record/loss_report.h"
#include "record/origin.h"

namespace paraneo::record {
namespace {

// Facts are set aside until what is left is valid; each time at least one goes.
constexpr std::size_t kRoundsMax = 1000;
// Resources that are tried one by one when a rule of the whole record is broken.
constexpr std::size_t kCulpritsMax = 200;

bool is_same_element(const element::Element& a, const element::Element& b) { return a.def == b.def && a.parent == b.parent; }

// An element without which its parent would be incomplete.
bool is_needed(const definition::Definitions& definitions, const element::Element& element) {
  if (definitions.element_at(element.def).min == 0) return false;
  std::size_t count = 0;
  for (const auto* each = element.parent->first; each != nullptr; each = each->next) count += is_same_element(*each, element) ? 1U : 0U;
  return count <= definitions.element_at(element.def).min;
}

// Without it the rest would say something else: "> 23" is not 23, and a refuted disease is none.
bool changes_its_parent(const definition::Definitions& definitions, const element::Element& element) {
  constexpr std::array<std::string_view, 6> kModifiers = {"comparator", "status", "verificationStatus", "clinicalStatus",
                                                          "relation", "missing"};
  return std::find(kModifiers.begin(), kModifiers.end(), definitions.name(element.name)) != kModifiers.end();
}

}  // namespace

std::vector<Imported> Importer::run(const Source& source, diag::Sink& sink) {
  Charts charts(limits_, ChartOptions{});
  charts.add(source, sink);
  charts.settle(sink);
  std::vector<Imported> out;
  for (const auto& chart : charts.charts())
    if (auto record = run(charts, chart, sink)) out.push_back(std::move(*record));
  if (charts.charts().empty())
    sink.report(diag::Code::import_no_patient, "there is no patient in this input", {&source, 0, 1}, {},
                "a record is one patient: give the Patient and what refers to it");
  return out;
}

std::optional<Imported> Importer::run(const Charts& charts, const Chart& chart, diag::Sink& sink) {
  arena_.reset();
  return import_chart(charts, chart, nullptr, sink);
}

std::optional<Imported> Importer::run(const Charts& charts, const Chart& chart, const Source& existing, diag::Sink& sink) {
  arena_.reset();
  const auto& definitions = maps_.definitions();
  auto* record = reader_.read(existing, arena_, sink);
  if (record == nullptr) return std::nullopt;
  sort_facts(definitions, *record);
  auto* bundle = element::make_root(arena_, definitions.find_type("Bundle"));
  const auto limits = limits_for(limits_, existing.text.size());
  const fml::RunEnvironment environment{arena_, limits, sink, "import", std::nullopt, nullptr, &steady_clock()};
  if (!fml::run(maps_.to_fhir(), maps_.engine(), *record, std::span(&bundle, 1), environment)) return std::nullopt;
  const Existing merged_into(definitions, *record, *bundle);
  const auto before = format::to_json(definitions, *record);
  auto made = import_chart(charts, chart, &merged_into, sink);
  if (made) made->is_unchanged = made->json == before;
  return made;
}

std::optional<Imported> Importer::import_chart(const Charts& charts, const Chart& chart, const Existing* existing, diag::Sink& sink) {
  const auto& definitions = maps_.definitions();
  std::size_t bytes = existing == nullptr ? 0 : format::to_json(definitions, existing->record()).size();
  for (const auto* entry : chart.entries) bytes += entry->text.text.size();
  allowed_ = limits_for(limits_, bytes);
  existing_ = existing;
  merged_ = {};
  has_set_aside_ = false;
  account_ = options_.accounts ? std::make_shared<Account>(charts.options().source) : nullptr;
  auto gathered = bundle_of(charts, chart, definitions, maps_.knowledge().value_sets(), existing, account_.get(), allowed_, arena_, sink);
  if (options_.cohort != nullptr) {
    const auto holds = options_.cohort->holds(*gathered.bundle, allowed_, arena_, sink);
    if (!holds) return std::nullopt;
    if (!*holds) {
      Imported outside;
      outside.record_id = chart.record_id;
      outside.is_outside_cohort = true;
      return outside;
    }
  }
  element::Element* record = nullptr;
  for (std::size_t round = 0; round < kRoundsMax; ++round) {
    record = record_of(gathered, sink);
    if (record == nullptr) return std::nullopt;
    const auto result = set_aside(gathered, *record, sink);
    if (result == Round::refused) return std::nullopt;
    if (result == Round::valid) break;
    record = nullptr;
  }
  if (record == nullptr) return std::nullopt;
  if (has_set_aside_) sign(*record);  // once more
  if (existing != nullptr) report_merge(gathered, sink);
  Imported out;
  out.record_id = text_of(definitions, *record, "id");
  auto found = report_losses(loss_context(sink), gathered, *record, merged_.kept);
  out.resources = std::move(found.resources);
  out.left_out = std::move(found.left_out);
  out.account = std::move(account_);
  out.json = format::to_json(definitions, *record);
  return out;
}

LossContext Importer::loss_context(diag::Sink& sink) {
  return {maps_, written_list_, allowed_, arena_, account_.get(), unmapped_, sink};
}

std::shared_ptr<Account> Importer::account_of_refused(const Charts& charts, const Chart& chart) {
  if (!options_.accounts) return nullptr;
  if (account_ == nullptr) account_ = std::make_shared<Account>(charts.options().source);
  constexpr auto kReason = diag::Code::import_set_aside;
  account_->refuse_all(diag::info(kReason).name);
  for (const auto* entry : chart.entries) account_->settle({entry, entry->path}, Outcome::set_aside, diag::info(kReason).name);
  return std::move(account_);
}

void Importer::report_merge(const ChartBundle& gathered, diag::Sink& sink) const {
  const auto& definitions = maps_.definitions();
  const auto report = [&](diag::Code code, const std::string& key, const std::string& message, std::string advice) {
    if (const auto withdrawn = gathered.withdrawn.find(key); withdrawn != gathered.withdrawn.end())
      return sink.report(code, message, {&withdrawn->second->text, 0, 1}, withdrawn->second->path, std::move(advice));
    for (const auto& part : gathered.parts) {
      const auto name = parse_fact_name(fact_identifier(definitions, *part.resource));
      if (!name || name->key != key) continue;
      return sink.report(code, message, {&part.entry->text, part.resource->offset, part.resource->offset + 1}, part.path, std::move(advice));
    }
  };
  for (const auto& key : merged_.conflicts)
    report(diag::Code::import_conflict, key, "the fact " + key + " was changed by a person, and now by its source: the person's is kept",
           "compare the two, and correct the record where the source is right");
  for (const auto& key : merged_.refusals)
    report(diag::Code::import_conflict, key, "the fact " + key + " was changed by a person, and its source has withdrawn it: it is kept",
           "take it out of the record if it is no longer true");
  for (const auto& key : merged_.removed)
    report(diag::Code::import_removed, key, "the fact " + key + " is taken out, because its source has withdrawn it", {});
}

// Null, with the message, when a limit ended the map: half a record is none.
element::Element* Importer::record_of(const ChartBundle& gathered, diag::Sink& sink) {
  auto* record = element::make_root(arena_, maps_.record_type());
  diag::Sink messages(limits_.diagnostics_max);
  const fml::RunEnvironment environment{arena_, allowed_, messages, "import", std::nullopt, nullptr, &steady_clock()};
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
    if (const auto* origin = origin_of(maps_.definitions(), *fact); origin != nullptr && origin->child(digest) == nullptr)
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

// Takes out of the record what breaks the model, and what is needed around it. Again, when a whole
// fact had to go: then its resource is out of the bundle, and the record is to be made anew, so that
// nothing refers to it.
Importer::Round Importer::set_aside(ChartBundle& gathered, element::Element& record, diag::Sink& sink) {
  const auto& definitions = maps_.definitions();
  for (std::size_t round = 0; round < kRoundsMax; ++round) {
    diag::Sink found(limits_.diagnostics_max);
    if (reader_.check(record, arena_, found)) return Round::valid;
    auto* at = reader_.failures().empty() ? nullptr : const_cast<element::Element*>(reader_.failures().front());
    const auto offset = at == nullptr ? 0 : at->offset;
    while (at != nullptr && at->parent != nullptr && at->parent != &record &&
           (is_needed(definitions, *at) || changes_its_parent(definitions, *at)))
      at = at->parent;
    if (at == nullptr || at->parent == nullptr) return find_culprit(gathered, found, sink);
    const auto* fact = at;
    while (fact->parent != &record) fact = fact->parent;
    const auto key = text_of(definitions, *fact, "key");
    const auto part = std::find_if(gathered.parts.begin(), gathered.parts.end(), [&](const auto& each) {
      const auto name = parse_fact_name(fact_identifier(definitions, *each.resource));
      return name && name->key == (key.empty() ? kSubjectKey : key);
    });
    const auto is_whole_fact = at == fact && !key.empty();
    Span place;
    std::string type = "a resource";
    std::string path;
    if (part != gathered.parts.end()) {
      const auto begin = offset > 0 ? offset : part->resource->offset;
      place = {&part->entry->text, begin, begin + 1};
      type = definitions.type_name(part->resource->type);
      path = part->path;
    }
    sink.report(diag::Code::import_set_aside,
                type + (is_whole_fact ? ": it cannot be a fact: " : ": an element is left out: ") + found.all().front().message,
                place, path);
    remove_child(*at->parent, *at);
    has_set_aside_ = true;
    if (!is_whole_fact || part == gathered.parts.end()) continue;
    drop(gathered, part);
    return Round::again;
  }
  return Round::refused;
}

// Its resource is no fact.
void Importer::drop(ChartBundle& gathered, std::vector<ChartBundle::Part>::iterator part) {
  if (account_ != nullptr) account_->settle(part->place(), Outcome::set_aside, diag::info(diag::Code::import_set_aside).name);
  remove_child(*gathered.bundle, *part->resource->parent);
  gathered.parts.erase(part);
}

// A rule of the whole record is broken, and does not say by what: the resource without which it holds.
Importer::Round Importer::find_culprit(ChartBundle& gathered, const diag::Sink& found, diag::Sink& sink) {
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
      sink.report(diag::Code::import_set_aside, part.entry->type + ": it cannot be a fact: " + found.all().front().message,
                  {&part.entry->text, part.resource->offset, part.resource->offset + 1}, part.path);
      element::append_child(arena_, definitions, *gathered.bundle, def, entry);
      drop(gathered, gathered.parts.begin() + static_cast<std::ptrdiff_t>(i));
      return Round::again;
    }
    element::append_child(arena_, definitions, *gathered.bundle, def, entry);
  }
  for (const auto& each : found.all()) sink.report(each);
  return Round::refused;
}

}  // namespace paraneo::record

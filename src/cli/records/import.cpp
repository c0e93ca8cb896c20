// paraneo import FHIR...
#include "record/import.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <mutex>

#include "cli/knowledge/knowledge.h"
#include "cli/records/convert.h"
#include "cli/records/records_folder.h"
#include "cli/terminal/input.h"
#include "cli/terminal/limit_option.h"
#include "cli/terminal/message.h"
#include "cli/terminal/namespace_option.h"
#include "diag/counted.h"
#include "record/gather/literal_reference.h"

namespace paraneo::cli {
namespace {

struct ImportFlags {
  ConvertFlags convert;
  record::ChartOptions charts;
  std::vector<std::string> deletions;  // files
  std::string into;                    // folder of records
  bool overwrites = false;             // records of -o DIR, also where facts would vanish
  std::string cohort;                  // FHIRPath over a patient's Bundle
};

// The records that a delta is merged into.
class MergedInto {
 public:
  explicit MergedInto(RecordsFolder folder) : folder_(std::move(folder)) {}

  // Finds the record of each chart, and gives each deletion to the record that has its resource. Call it when nobody else can
  // write into the folder any more.
  Result<void> prepare(record::Charts& charts) {
    if (auto folder = folder_.again()) folder_ = std::move(*folder);
    else return folder.error();
    std::map<RecordsFolder::Resource, const record::ChartEntry*> deletions;
    std::set<RecordsFolder::Resource> wanted;
    for (const auto* deletion : charts.deletions()) {
      const RecordsFolder::Resource resource{charts.source_of(deletion->base), deletion->type + "/" + deletion->id};
      deletions.emplace(resource, deletion);
      wanted.insert(resource);
    }
    const auto holders = folder_.holders(wanted);
    if (!holders) return holders.error();
    for (const auto& [resource, records] : *holders)
      for (const auto& id : records) charts.add_deletion(id, *deletions.at(resource));
    for (const auto& chart : charts.charts())
      if (!chart.patient.empty() && charts.source_of(record::literal_parts(chart.patient).base).empty())
        return fail(Fault::usage, "--into: nothing says which sender this patient is from, and another one may have a patient of the same id",
                    chart.entries.empty() ? std::string() : chart.entries.front()->text.name, "name the sender: --source NAME");
    if (const auto found = follow_former(charts); !found) return found.error();
    if (const auto found = find_replaced(charts); !found) return found.error();
    for (const auto& chart : charts.charts()) {
      const auto file = folder_.find(chart.record_id);
      if (!file) return file.error();
      if (*file) files_.emplace(chart.record_id, **file);
    }
    charts.erase([&](const record::Chart& chart) { return chart.entries.empty() && chart.deletions.empty() && !files_.contains(chart.record_id) && !replaced_.contains(chart.record_id); });
    return {};
  }

  // Null where the patient has no record yet. May be called by many threads.
  const std::string* file_of(const std::string& record_id) const {
    const auto found = files_.find(record_id);
    return found == files_.end() ? nullptr : &found->second;
  }
  // Of patients whom the record's has replaced. May be called by many threads.
  std::vector<std::string> replaced_files(const std::string& record_id) const {
    const auto found = replaced_.find(record_id);
    return found == replaced_.end() ? std::vector<std::string>() : found->second;
  }
  Result<Source> read(const std::string& file) const { return folder_.read(file); }
  // Of a record whose id its own resources say, and not the patient's.
  bool holds(const std::string& record_id) const { return folder_.holds(record_id); }

  // The record that took the facts of others, as it is to be written. May be called by many threads.
  void note_merged(const std::string& record_id, const std::string& json) {
    const std::lock_guard lock(merged_mutex_);
    merged_.emplace(record_id, json);
  }
  // Takes the records away whose facts went to that of the patient who has replaced theirs. Call it when what was made is
  // written: until then a run that is killed is one that has not begun.
  Result<void> remove_replaced() const {
    for (const auto& [record_id, json] : merged_) {
      const auto* own = file_of(record_id);
      const auto written = folder_.read(own == nullptr ? record_id : *own);
      if (!written || !written->text.starts_with(json)) continue;
      for (const auto& file : replaced_files(record_id))
        if (const auto removed = folder_.remove(file); !removed) return removed.error();
    }
    return {};
  }

 private:
  // Patients of whom a former delta said that they were replaced: what comes for them now is the survivor's.
  Result<void> follow_former(record::Charts& charts) {
    struct Moved {
      std::string record_id, survivor, survivors_record_id;
    };
    std::vector<Moved> moved;
    for (const auto& chart : charts.charts()) {
      const auto file = folder_.find(chart.record_id);
      if (!file) return file.error();
      const auto parts = record::literal_parts(chart.patient);
      if (*file || parts.id.empty()) continue;
      const auto survivor = folder_.survivor_of({charts.source_of(parts.base), record::name_of(parts.type, parts.id)});
      if (!survivor) return survivor.error();
      if (*survivor && (*survivor)->record_id != chart.record_id)
        moved.push_back({chart.record_id, std::string(parts.base) + (*survivor)->patient, (*survivor)->record_id});
    }
    for (const auto& each : moved) charts.replace_patient(each.record_id, each.survivor, each.survivors_record_id);
    return {};
  }

  // Records of patients of whom this delta says that they were replaced.
  Result<void> find_replaced(record::Charts& charts) {
    struct Replaced {
      std::string record_id, survivor, survivors_record_id;
    };
    std::vector<Replaced> all;
    for (const auto& chart : charts.charts())
      for (const auto& each : chart.replaced) {
        if (each.record_id.empty() || each.record_id == chart.record_id) continue;
        const auto file = folder_.find(each.record_id);
        if (!file) return file.error();
        if (!*file) continue;
        auto& files = replaced_[chart.record_id];
        if (std::find(files.begin(), files.end(), **file) == files.end()) files.push_back(**file);
        all.push_back({each.record_id, chart.patient, chart.record_id});
      }
    for (const auto& each : all) {
      const auto earlier = folder_.replaced_by(each.record_id);
      if (!earlier) return earlier.error();
      const auto base = std::string(record::literal_parts(each.survivor).base);
      for (const auto& patient : *earlier) charts.add_replaced(each.survivors_record_id, base + patient);
      charts.replace_patient(each.record_id, each.survivor, each.survivors_record_id);  // deletions of its facts
    }
    return {};
  }

  RecordsFolder folder_;
  std::map<std::string, std::string> files_;  // by record
  std::map<std::string, std::vector<std::string>> replaced_;  // files, by the record that takes their facts
  std::mutex merged_mutex_;
  std::map<std::string, std::string> merged_;  // what was made of these records
};

// What comes is not all that the folder's record says: it is not to be lost by a slip.
bool would_erase(const RecordsFolder& folder, const record::Imported& made, diag::Sink& messages) {
  constexpr std::size_t kNamedMax = 3;
  const auto vanishing = folder.vanishing(made.record_id, made.record_id, made.json);
  if (!vanishing) {
    messages.report(diag::Code::import_conflict, vanishing.error().what, {}, {}, vanishing.error().advice);
    return true;
  }
  if (vanishing->empty()) return false;
  std::string named;
  for (std::size_t i = 0; i < std::min(kNamedMax, vanishing->size()); ++i) named += (i == 0 ? "" : ", ") + (*vanishing)[i];
  if (vanishing->size() > kNamedMax) named += " ...";
  messages.report(diag::Code::import_conflict,
                  "the record that is there has " + diag::counted(vanishing->size(), "fact") + " that did not come now (" + named + "): it is left as it is", {},
                  {}, "if this is a delta, give --into instead of -o; if all has come, --overwrite replaces the record");
  return true;
}

std::optional<record::Imported> import_into(record::Importer& importer, const record::Charts& charts, const record::Chart& chart,
                                            const MergedInto& into, const std::string* file, const std::vector<std::string>& replaced, diag::Sink& messages) {
  std::optional<Source> own;
  record::RecordsThere there;
  for (const auto& each : replaced) {
    auto text = into.read(each);
    if (!text) {
      messages.report(diag::Code::record_type, text.error().what, {}, {}, text.error().advice);
      return std::nullopt;
    }
    there.replaced.push_back(std::move(*text));
  }
  if (file != nullptr) {
    auto text = into.read(*file);
    if (!text) {
      messages.report(diag::Code::record_type, text.error().what, {}, {}, text.error().advice);
      return std::nullopt;
    }
    there.own = &own.emplace(std::move(*text));
  }
  return importer.run(charts, chart, there, messages);
}

Piece import_one(record::Importer& importer, const record::Charts& charts, const record::Chart& chart,
                 MergedInto* into, const RecordsFolder* guarded, diag::Sink& messages) {
  const auto* file = into == nullptr ? nullptr : into->file_of(chart.record_id);
  const auto replaced = into == nullptr ? std::vector<std::string>() : into->replaced_files(chart.record_id);
  std::optional<record::Imported> made;
  std::string own_file;
  if (file == nullptr && replaced.empty()) {
    auto before = messages;
    made = importer.run(charts, chart, messages);
    if (made && into != nullptr && made->record_id != chart.record_id && into->holds(made->record_id)) {
      // Our own export comes back: its record is there already.
      messages = std::move(before);
      own_file = made->record_id;
      file = &own_file;
    }
  }
  if (file != nullptr || !replaced.empty()) made = import_into(importer, charts, chart, *into, file, replaced, messages);
  if (!made) {
    Piece refused;
    refused.account = importer.account_of_refused(charts, chart);
    refused.write = Piece::Write::refused;
    return refused;
  }
  if (guarded != nullptr && !made->is_outside_cohort && would_erase(*guarded, *made, messages)) {
    Piece kept;
    kept.account = std::move(made->account);
    if (kept.account != nullptr) kept.account->refuse_all(diag::info(diag::Code::import_conflict).name);
    kept.write = Piece::Write::refused;
    return kept;
  }
  if (!replaced.empty() && !made->is_outside_cohort) into->note_merged(chart.record_id, made->json);
  const auto write = made->is_outside_cohort ? Piece::Write::not_wanted : made->is_unchanged ? Piece::Write::is_there : Piece::Write::yes;
  return Piece{file == nullptr ? made->record_id : *file, made->record_id, std::move(made->json), std::move(made->resources),
               std::move(made->left_out), std::move(made->account), write};
}

int run_import(const ImportFlags& flags, const Session& session) {
  diag::Sink sink;
  std::optional<MergedInto> into;
  if (!flags.into.empty()) {
    auto folder = RecordsFolder::open(flags.into, session.limits);
    if (!folder) return report(folder.error());
    into.emplace(std::move(*folder));
  }
  const auto maps = record_maps(session, sink);
  if (!maps) return report(maps.error());
  log_all(sink);
  if (*maps == nullptr) return kFindings;
  // What belongs to one patient can stand anywhere in the inputs.
  const record::WrittenList written_list((*maps)->definitions(), (*maps)->knowledge().value_sets());
  auto chart_options = flags.charts;
  chart_options.written_list = &written_list;
  record::Account account(flags.charts.source);
  if (!flags.convert.report_path.empty()) chart_options.account = &account;
  record::Charts charts(session.limits, chart_options);
  std::shared_ptr<const record::Cohort> cohort;
  if (!flags.cohort.empty()) {
    cohort = record::Cohort::compile(flags.cohort, (*maps)->engine(), (*maps)->knowledge().value_sets(), session.limits, sink);
    if (cohort == nullptr) {
      log_all(sink);
      return kUsage;
    }
  }
  std::optional<Error> failed;
  const PutTogether put_together{
      [&](const Source& text, diag::Sink& messages) { charts.add(text, messages); },
      [&](diag::Sink& messages) {
        charts.settle(messages);
        if (into && messages.ok())
          if (const auto prepared = into->prepare(charts); !prepared) failed = prepared.error();
        if (failed) return std::size_t{0};
        if (!into) charts.erase([](const record::Chart& chart) { return chart.entries.empty(); });
        if (charts.charts().empty() && !into)
          messages.report(diag::Code::import_no_patient, "there is no patient in these inputs", {}, {},
                          "a record is one patient: give the Patient and what refers to it");
        return charts.charts().size();
      },
      [&] { return charts.left_out(); }, [&] { return account.lines({}); }};
  std::optional<RecordsFolder> guarded;
  std::error_code ignored;
  if (const auto& path = flags.convert.output.path; !into && !flags.overwrites && std::filesystem::is_directory(path, ignored)) {
    auto folder = RecordsFolder::open(path, session.limits);
    if (!folder) return report(folder.error());
    guarded.emplace(std::move(*folder));
  }
  auto convert = flags.convert;
  convert.definitions = &(*maps)->definitions();
  convert.inputs.insert(convert.inputs.end(), flags.deletions.begin(), flags.deletions.end());
  if (into) {
    convert.output.path = flags.into + "/";
    convert.output.keeps_names = true;
  }
  const auto code = run_convert(
      convert, session, "record",
      [&] {
        auto importer = std::make_shared<record::Importer>(**maps, session.limits, record::ImportOptions{cohort.get(), !flags.convert.report_path.empty()});
        auto worker = std::make_shared<Worker>();
        worker->convert = [&, importer](const Task& task, diag::Sink& messages) {
          std::vector<Piece> pieces;
          pieces.push_back(import_one(*importer, charts, charts.charts()[task.number], into ? &*into : nullptr, guarded ? &*guarded : nullptr, messages));
          return pieces;
        };
        worker->unmapped = [importer]() -> const record::UnmappedCodes& { return importer->unmapped(); };
        return worker;
      },
      &put_together);
  if (failed) return report(*failed);
  if (into && (code == kDone || code == kFindings))
    if (const auto removed = into->remove_replaced(); !removed) return report(removed.error());
  return code;
}

}  // namespace

void add_import(CLI::App& app, Session& session) {
  auto flags = std::make_shared<ImportFlags>();
  flags->convert.unmapped_is_finding = false;
  auto* verb = app.add_subcommand("import", "Turn FHIR into case records");
  verb->footer(
      "Takes bundles, and single resources (NDJSON), whatever files they come in: one record for each\n"
      "patient. Everything that is not in a record afterwards is named: import-not-a-fact (withdrawn, of\n"
      "somebody else, not to be understood), import-superseded (an older version, or deleted),\n"
      "import-set-aside (breaks the record's model), import-unclear (said oddly, and read with care),\n"
      "import-ignored (no place for the resource), import-lost (no place for the element).\n"
      "Exit code 1 when there was any such finding. What a record never needs, such as who wrote something down,\n"
      "and who a person is to the outside (names, addresses, social security numbers) is left out by written lists\n"
      "(value sets that --ig can replace), counted in one line, and no finding. Of several records that would have one id the first one is\n"
      "written and the others are refused.\n\n"
      "Example:\n"
      "  paraneo import bundles/ -o records/ --unmapped unmapped.csv\n"
      "  paraneo import --source st-mary bundles/ -o records/\n"
      "  paraneo import --source st-mary mary.ndjson --deletions mary-gone.ndjson --into records/\n"
      "  paraneo export tests/records | paraneo import - --pretty");
  verb->add_option("FHIR", flags->convert.inputs, kInputsHelp)->required();
  verb->add_option("--deletions", flags->deletions, "What was deleted at the source, as 'pull --deletions' writes it");
  verb->add_option("--source", flags->charts.source,
                   "Name of the sender: two hospitals may both have a Patient/1. Records are called NAME.ID then")
      ->check([](const std::string& name) {
        const auto is_plain = [](char c) {
          return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
        };
        constexpr std::size_t kNameCharsMax = 27;  // an id of 36 characters still fits into 64
        return !name.empty() && name.size() <= kNameCharsMax && std::all_of(name.begin(), name.end(), is_plain)
                   ? std::string()
                   : std::string("a source's name has letters, digits, '-' and '.', 27 at most");
      });
  add_namespace_option(*verb, flags->charts.name_space);
  add_convert_options(*verb, flags->convert);
  verb->add_option("--into", flags->into,
                   "DIR of records: what comes is a delta to them. What it does not mention stays, what a person wrote or changed, too")
      ->excludes("--output")
      ->excludes("--pretty");
  verb->add_flag("--overwrite", flags->overwrites, "Replace records in the folder of -o, also where facts would vanish")->excludes("--into");
  verb->add_option("--report", flags->convert.report_path,
                   "FILE.ndjson: for each input resource, what became of it, and which of its values are not in a record, and why");
  verb->add_option("--cohort", flags->cohort,
                   "FHIRPath: only patients for whose resources it is true, such as \"Condition.code.memberOf('URL')\"");
  add_limit_option(*verb, session.limits);
  session.definition_readers.insert(verb);
  verb->callback([flags, &session] { session.run = [flags, &session] { return run_import(*flags, session); }; });
}

}  // namespace paraneo::cli

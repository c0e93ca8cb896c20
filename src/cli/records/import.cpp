// paraneo import FHIR...
#include "record/import.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/knowledge/knowledge.h"
#include "cli/records/convert.h"
#include "cli/records/import_sources.h"
#include "cli/records/merged_into.h"
#include "cli/records/pseudonym_mark.h"
#include "cli/records/records_folder.h"
#include "cli/server/validation_flags.h"
#include "cli/terminal/input.h"
#include "cli/terminal/limit_option.h"
#include "cli/terminal/message.h"
#include "cli/terminal/namespace_option.h"
#include "diag/counted.h"
#include "record/gather/intake.h"
#include "record/gather/literal_reference.h"

namespace paraneo::cli {
namespace {

constexpr std::uint64_t kMemoryLeast = std::uint64_t{1} << 20;

struct ImportFlags {
  ConvertFlags convert;
  SourceFlags sources;
  std::string name_space;              // of the records
  std::vector<std::string> deletions;  // files
  std::string into;                    // folder of records
  bool overwrites = false;             // records of -o DIR, also where facts would vanish
  std::string cohort;                  // FHIRPath over a patient's Bundle
  std::string memory = "256M";
  ValidationFlags validation;
};

// What comes is not all that the folder's record says: it is not to be lost by a slip.
bool would_erase(const RecordsFolder& folder, const record::Imported& made, diag::Sink& messages) {
  constexpr std::size_t kNamedMax = 3;
  const auto vanishing = folder.vanishing(made.record_id, made.record_id, made.json);
  if (!vanishing) {
    messages.report(diag::Code::import_conflict, vanishing.error().what, {}, {},
                    vanishing.error().advice);
    return true;
  }
  if (vanishing->empty()) return false;
  std::string named;
  for (std::size_t i = 0; i < std::min(kNamedMax, vanishing->size()); ++i)
    named += (i == 0 ? "" : ", ") + (*vanishing)[i];
  if (vanishing->size() > kNamedMax) named += " ...";
  messages.report(
      diag::Code::import_conflict,
      "the record that is there has " + diag::counted(vanishing->size(), "fact") +
          " that did not come now (" + named + "): it is left as it is",
      {}, {},
      "if this is a delta, give --into instead of -o; if all has come, --overwrite replaces the record");
  return true;
}

std::optional<record::Imported> import_into(record::Importer& importer,
                                            const record::Charts& charts,
                                            const record::Chart& chart, const MergedInto& into,
                                            const std::string* file,
                                            const std::vector<std::string>& replaced,
                                            diag::Sink& messages) {
  const auto read = [&](const std::string& name) -> std::optional<Source> {
    auto text = into.read(name);
    if (text) return std::move(*text);
    messages.report(diag::Code::record_type, text.error().what, {}, {}, text.error().advice);
    return std::nullopt;
  };
  record::RecordsThere there;
  for (const auto& each : replaced) {
    auto text = read(each);
    if (!text) return std::nullopt;
    there.replaced.push_back(std::move(*text));
  }
  const auto own = file == nullptr ? std::nullopt : read(*file);
  if (file != nullptr && !own) return std::nullopt;
  there.own = own ? &*own : nullptr;
  return importer.run(charts, chart, there, messages);
}

Piece import_one(record::Importer& importer, const record::Charts& charts,
                 const record::Chart& chart, MergedInto* into, const RecordsFolder* guarded,
                 diag::Sink& messages) {
  const auto* file = into == nullptr ? nullptr : into->file_of(chart.record_id);
  const auto replaced =
      into == nullptr ? std::vector<std::string>() : into->replaced_files(chart.record_id);
  std::optional<record::Imported> made;
  std::string own_file;
  if (file == nullptr && replaced.empty()) {
    auto before = messages;
    made = importer.run(charts, chart, messages);
    if (made && into != nullptr && made->record_id != chart.record_id &&
        into->holds(made->record_id)) {
      // Our own export comes back: its record is there already.
      messages = std::move(before);
      own_file = made->record_id;
      file = &own_file;
    }
  }
  if (file != nullptr || !replaced.empty())
    made = import_into(importer, charts, chart, *into, file, replaced, messages);
  if (!made) {
    Piece refused;
    refused.account = importer.account_of_refused(chart);
    refused.write = Piece::Write::refused;
    return refused;
  }
  if (guarded != nullptr && !made->is_outside_cohort && would_erase(*guarded, *made, messages)) {
    Piece kept;
    kept.account = std::move(made->account);
    if (kept.account != nullptr)
      kept.account->refuse_all(diag::info(diag::Code::import_conflict).name);
    kept.write = Piece::Write::refused;
    return kept;
  }
  if (!replaced.empty() && !made->is_outside_cohort) into->note_merged(chart.record_id, made->json);
  const auto write = made->is_outside_cohort ? Piece::Write::not_wanted
                     : made->is_unchanged    ? Piece::Write::is_there
                                             : Piece::Write::yes;
  return Piece{file == nullptr ? made->record_id : *file,
               made->record_id,
               std::move(made->json),
               std::move(made->resources),
               std::move(made->left_out),
               std::move(made->senders),
               std::move(made->account),
               write};
}

// Where the records go, one a file; empty where they go to one file or stream.
std::string folder_of(const ImportFlags& flags) {
  if (!flags.into.empty()) return flags.into;
  std::error_code ignored;
  const auto& path = flags.convert.output.path;
  return path.ends_with('/') || std::filesystem::is_directory(path, ignored) ? path : std::string();
}

// One run, in the calling thread but for the workers. `maps` and `codes` must outlive it.
class ImportRun {
 public:
  ImportRun(const ImportFlags& flags, const Session& session, const record::RecordMaps& maps,
            terminology::CodeService* codes)
      : flags_(flags), session_(session), maps_(maps), codes_(codes),
        written_list_(maps.definitions(), maps.knowledge().value_sets()) {}

  int run() {
    if (const auto prepared = prepare(); !prepared) return report(prepared.error());
    if (!flags_.cohort.empty()) {
      diag::Sink sink;
      cohort_ = record::Cohort::compile(flags_.cohort, maps_.engine(),
                                        maps_.knowledge().value_sets(), session_.limits, sink);
      log_all(sink);
      if (cohort_ == nullptr) return kUsage;
    }
    const PutTogether put_together{
        [&](const Source& text, diag::Sink& messages) {
          return record::read_entries(text, session_.limits, messages);
        },
        [&](record::ReadText text) { return intake_->add(std::move(text)); },
        [&](diag::Sink& messages) { return next_charts(messages); },
        [&] { return intake_->patients_expected(); },
        [&] { return charts_->left_out(); },
        [&] { return charts_->rest().lines({}); }};
    const auto code = run_convert(
        convert_flags(), session_, "record", [&] { return make_worker(); }, &put_together);
    if (into_ && (code == kDone || code == kFindings))
      if (const auto removed = into_->remove_replaced(); !removed) return report(removed.error());
    return code;
  }

 private:
  // All that can fail before anything is read.
  Result<void> prepare() {
    if (!flags_.into.empty()) {
      auto folder = RecordsFolder::open(flags_.into, session_.limits);
      if (!folder) return folder.error();
      into_.emplace(std::move(*folder));
    }
    record::ChartOptions options;
    options.name_space = flags_.name_space;
    options.written_list = &written_list_;
    options.accounts = !flags_.convert.report_path.empty();
    if (const auto applied = apply(flags_.sources, session_.limits, options); !applied)
      return applied;
    if (const auto& pseudonyms = options.privacy.pseudonyms) mark_ = pseudonyms.id("", "mark");
    record::IntakeOptions intake_options;
    intake_options.memory_bytes_max = *parse_bytes(flags_.memory);
    intake_options.loads_ahead = flags_.convert.jobs > 1;
    if (into_)
      intake_options.known = [this](const auto& senders, const auto& deletions, const auto& add) {
        return into_->known(senders, deletions, add);
      };
    intake_.emplace(session_.limits, std::move(options), std::move(intake_options));
    folder_ = folder_of(flags_);
    if (!folder_.empty())
      if (const auto same = check_pseudonym_mark(folder_, mark_); !same) return same;
    std::error_code ignored;
    const auto& path = flags_.convert.output.path;
    if (into_ || flags_.overwrites || !std::filesystem::is_directory(path, ignored)) return {};
    auto folder = RecordsFolder::open(path, session_.limits);
    if (!folder) return folder.error();
    guarded_.emplace(std::move(*folder));
    return {};
  }

  // What belongs to one patient can stand anywhere in the inputs.
  Result<std::optional<std::size_t>> next_charts(diag::Sink& messages) {
    auto next = intake_->next(messages, std::move(charts_));
    if (!next) return next.error();
    if (*next == nullptr) return std::optional<std::size_t>();
    charts_ = std::move(*next);
    if (into_)
      if (const auto prepared = into_->prepare(*charts_, intake_->is_last()); !prepared)
        return prepared.error();
    if (!folder_.empty())
      if (const auto kept = keep_pseudonym_mark(folder_, mark_); !kept) return kept.error();
    if (!into_) charts_->erase([](const record::Chart& chart) { return chart.entries.empty(); });
    charts_given_ += charts_->charts().size();
    if (charts_given_ == 0 && !into_ && intake_->is_last())
      messages.report(diag::Code::import_no_patient, "there is no patient in these inputs", {}, {},
                      "a record is one patient: give the Patient and what refers to it");
    return std::optional(charts_->charts().size());
  }

  ConvertFlags convert_flags() const {
    auto convert = flags_.convert;
    convert.definitions = &maps_.definitions();
    convert.inputs.insert(convert.inputs.end(), flags_.deletions.begin(), flags_.deletions.end());
    if (into_) {
      convert.output.path = flags_.into + "/";
      convert.output.keeps_names = true;
    }
    return convert;
  }

  std::shared_ptr<Worker> make_worker() {
    auto importer = std::make_shared<record::Importer>(
        maps_, session_.limits,
        record::ImportOptions{cohort_.get(), !flags_.convert.report_path.empty(),
                              flags_.validation.validate, codes_});
    auto worker = std::make_shared<Worker>();
    worker->convert = [this, importer](const Task& task, diag::Sink& messages) {
      std::vector<Piece> pieces;
      pieces.push_back(import_one(*importer, *charts_, charts_->charts()[task.number],
                                  into_ ? &*into_ : nullptr, guarded_ ? &*guarded_ : nullptr,
                                  messages));
      return pieces;
    };
    worker->unmapped = [importer]() -> const record::UnmappedCodes& {
      return importer->unmapped();
    };
    return worker;
  }

  const ImportFlags& flags_;
  const Session& session_;
  const record::RecordMaps& maps_;
  terminology::CodeService* codes_;  // of --terminology-server; null: there is none
  const record::WrittenList written_list_;
  std::optional<MergedInto> into_;
  std::optional<RecordsFolder> guarded_;  // of -o DIR
  std::string folder_;                    // that the records go to; empty: to none
  std::string mark_;                      // of the pseudonyms' key
  std::optional<record::Intake> intake_;
  std::unique_ptr<record::Charts> charts_;  // that are worked on
  std::size_t charts_given_ = 0;
  std::shared_ptr<const record::Cohort> cohort_;
};

int run_import(const ImportFlags& flags, const Session& session) {
  diag::Sink sink;
  if (const auto checked = check_validation(flags.validation, "import"); !checked)
    return report(checked.error());
  const auto terminology = TerminologyServer::open(flags.validation.terminology, session.limits);
  if (!terminology) return report(terminology.error());
  const auto maps = record_maps(session, sink, flags.validation.validate);
  if (!maps) return report(maps.error());
  log_all(sink);
  if (*maps == nullptr) return kFindings;
  return exit_with(*terminology, ImportRun(flags, session, **maps, codes_of(*terminology)).run());
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
      "  paraneo import --source st-mary mary.ndjson --crosswalk persons.csv --into records/\n"
      "  paraneo export tests/records | paraneo import - --pretty");
  verb->add_option("FHIR", flags->convert.inputs, kInputsHelp)->required();
  verb->add_option("--deletions", flags->deletions,
                   "What was deleted at the source, as 'pull --deletions' writes it");
  add_source_options(*verb, session, flags->sources);
  add_namespace_option(*verb, flags->name_space);
  add_convert_options(*verb, flags->convert);
  verb->add_option(
          "--into", flags->into,
          "DIR of records: what comes is a delta to them. What it does not mention stays, what a person wrote or changed, too")
      ->excludes("--output")
      ->excludes("--pretty");
  verb->add_flag("--overwrite", flags->overwrites,
                 "Replace records in the folder of -o, also where facts would vanish")
      ->excludes("--into");
  verb->add_option(
      "--report", flags->convert.report_path,
      "FILE.ndjson: for each input resource, what became of it, and which of its values are not in a record, and why");
  verb->add_option(
      "--cohort", flags->cohort,
      "FHIRPath: only patients for whose resources it is true, such as \"Condition.code.memberOf('URL')\"");
  add_validation(
      *verb, flags->validation,
      "Hold each resource that came to FHIR R4, and to the profiles of --ig that it says it is of; one with an error is set aside whole");
  verb->add_option(
          "--memory", flags->memory,
          "About how much memory what was read may take before it goes to temporary files in TMPDIR; the records are the same")
      ->type_name("SIZE")
      ->capture_default_str()
      ->check([](const std::string& text) {
        const auto bytes = parse_bytes(text);
        return bytes && *bytes >= kMemoryLeast
                   ? std::string()
                   : "it is a size from 1M on, such as 64M or 2G, not " + text;
      });
  add_limit_option(*verb, session.limits);
  session.definition_readers.insert(verb);
  verb->callback([flags, &session] {
    session.run = [flags, &session] { return run_import(*flags, session); };
  });
}

}  // namespace paraneo::cli

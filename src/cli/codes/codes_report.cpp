// paraneo codes report INPUT...
#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <mutex>

#include "cli/codes/codes.h"
#include "cli/knowledge/knowledge.h"
#include "cli/records/sheet_rows.h"
#include "cli/records/record_text.h"
#include "cli/terminal/input.h"
#include "cli/terminal/limit_option.h"
#include "cli/terminal/message_table.h"
#include "cli/terminal/ordered.h"
#include "cli/terminal/output.h"
#include "cli/terminal/progress.h"
#include "diag/counted.h"
#include "format/xml.h"
#include "record/export.h"
#include "record/gather/intake.h"
#include "record/import.h"

namespace paraneo::cli {
namespace {

struct ReportFlags {
  std::vector<std::string> inputs;
  std::string output;
  std::vector<std::string> keep;
  std::size_t jobs = 1;
};

// A record's text, or a patient's chart.
struct ReportTask {
  std::unique_ptr<Source> record;
  std::shared_ptr<const record::Charts> charts;
  std::size_t chart = 0;  // of these
};

struct Looked {
  std::vector<Message> messages;
  std::size_t errors = 0;
};

// Of one thread. FHIR is imported first: what counts is what its record lacks.
class Reporter {
 public:
  Reporter(const record::RecordMaps& maps, const Limits& limits)
      : limits_(limits), exporter_(maps, limits), importer_(maps, limits) {}

  Looked operator()(const ReportTask& task) {
    diag::Sink sink(limits_.diagnostics_max);
    if (task.record != nullptr) exporter_.count_unmapped(*task.record, sink);
    else importer_.run(*task.charts, task.charts->charts()[task.chart], sink);
    Looked out;
    // Only what makes an input useless here: all else export and import say.
    for (const auto& each : sink.all())
      if (each.severity == diag::Severity::error)
        out.messages.push_back(message_of(each, task.record.get(), ShowLines::none));
    out.errors = sink.errors();
    return out;
  }
  // Once, last.
  void give(record::UnmappedCodes& to) {
    to.merge(exporter_.take_unmapped());
    to.merge(importer_.take_unmapped());
  }

 private:
  Limits limits_;
  record::Exporter exporter_;
  record::Importer importer_;
};

struct Found {
  record::UnmappedCodes codes;
  std::size_t inputs = 0, refused = 0;
  bool unread = false;
};

// The records of the inputs, then those of all FHIR that came, one after the other. For one thread
// at a time.
class ReportTasks {
 public:
  ReportTasks(Input& input, const ReportFlags& flags, const record::RecordMaps& maps,
              const Session& session, Found& found, MessageTable& messages)
      : input_(input), maps_(maps), session_(session), found_(found), messages_(messages),
        progress_(session.progress && !flags.output.empty() && flags.output != "-", "inputs"),
        written_list_(maps.definitions(), maps.knowledge().value_sets()),
        intake_(session.limits, options_of(written_list_)) {}

  // Null at the end.
  std::unique_ptr<ReportTask> next() {
    if (!is_all_read_)
      if (auto task = next_record()) return task;
    is_all_read_ = true;
    while (!is_given_up_ && (charts_ == nullptr || charts_given_ == charts_->charts().size())) {
      diag::Sink sink(session_.limits.diagnostics_max);
      auto more = intake_.next(sink);
      say(sink, nullptr);
      if (!more) say_unread(more.error());
      if (!more || *more == nullptr) return nullptr;
      charts_ = std::move(*more);
      charts_given_ = 0;
    }
    if (is_given_up_) return nullptr;
    return std::make_unique<ReportTask>(ReportTask{nullptr, charts_, charts_given_++});
  }

 private:
  static record::ChartOptions options_of(const record::WrittenList& list) {
    record::ChartOptions options;
    options.written_list = &list;
    return options;
  }

  // FHIR goes to the intake. Null at the end of the inputs.
  std::unique_ptr<ReportTask> next_record() {
    diag::Sink sink(session_.limits.diagnostics_max);
    while (true) {
      auto text = input_.next();
      if (!text) {
        say_unread(text.error());
        continue;
      }
      if (*text == nullptr) return nullptr;
      progress_.update(++found_.inputs, input_.bytes_done(), input_.bytes_total());
      sink.clear();
      const auto is_json = !format::is_xml(**text) ||
                           format::make_json(maps_.definitions(), session_.limits, **text, sink);
      if (is_json && is_record((*text)->text))
        return std::make_unique<ReportTask>(ReportTask{std::move(*text), nullptr, 0});
      if (is_json)
        if (const auto added = intake_.add(**text, sink); !added) {
          say_unread(added.error());
          is_given_up_ = true;
          return nullptr;
        }
      say(sink, text->get());
    }
  }

  void say(const diag::Sink& sink, const Source* text) {
    for (const auto& each : sink.all())
      if (each.severity == diag::Severity::error)
        messages_.take(message_of(each, text, ShowLines::none));
    found_.refused += sink.errors() > 0 ? 1U : 0U;
  }
  void say_unread(const Error& error) {
    messages_.take(error);
    found_.unread = found_.unread || error.fault == Fault::io;
    ++found_.refused;
  }

  Input& input_;
  const record::RecordMaps& maps_;
  const Session& session_;
  Found& found_;
  MessageTable& messages_;
  Progress progress_;
  const record::WrittenList written_list_;
  record::Intake intake_;
  std::shared_ptr<const record::Charts> charts_;
  std::size_t charts_given_ = 0;
  bool is_all_read_ = false;
  bool is_given_up_ = false;  // there is no more room for what comes
};

Found look_through(Input& input, const ReportFlags& flags, const record::RecordMaps& maps,
                   const Session& session) {
  Found out;
  MessageTable messages;
  {
    ReportTasks tasks(input, flags, maps, session, out, messages);
    std::mutex mutex;
    std::vector<std::shared_ptr<Reporter>> reporters;
    run_ordered<ReportTask, Looked>(
        flags.jobs, [&] { return tasks.next(); },
        [&] {
          const auto reporter = std::make_shared<Reporter>(maps, session.limits);
          const std::lock_guard lock(mutex);
          reporters.push_back(reporter);
          return [reporter](ReportTask& task) { return (*reporter)(task); };
        },
        [&](Looked&& looked) {
          for (const auto& each : looked.messages) messages.take(each);
          out.refused += looked.errors > 0 ? 1U : 0U;
        });
    for (const auto& reporter : reporters) reporter->give(out.codes);
  }
  messages.finish();
  return out;
}

// What people decided in former sheets, by the row's key.
class Kept {
 public:
  // Rows without a decision or a note are no loss.
  void take(const codebook::Row& row) {
    const auto is_empty =
        std::all_of(row.cells.begin() + codebook::kDecision, row.cells.begin() + codebook::kMap,
                    [](std::string_view cell) { return cell.empty(); });
    if (is_empty) return;
    auto& kept = rows_[std::string(row[codebook::kKey])];
    for (std::size_t i = 0; i < codebook::kColumns; ++i) kept.cells[i] = row.cells[i];
  }
  void complete(codebook::Row& row) {
    const auto found = rows_.find(row[codebook::kKey]);
    if (found == rows_.end()) return;
    for (std::size_t i = codebook::kDecision; i < codebook::kMap; ++i)
      row.cells[i] = found->second.cells[i];
    found->second.is_written = true;
  }
  // Those that the data do not have any more, or that are applied.
  std::string others() {
    std::string out;
    for (auto& [key, kept] : rows_) {
      if (kept.is_written) continue;
      codebook::Row row;
      for (std::size_t i = 0; i < codebook::kColumns; ++i) row.cells[i] = kept.cells[i];
      row.cells[codebook::kCount] = "0";
      codebook::append_row(out, row);
    }
    return out;
  }

 private:
  struct Cells {
    std::array<std::string, codebook::kColumns> cells;
    bool is_written = false;
  };
  std::map<std::string, Cells, std::less<>> rows_;
};

std::string candidates_of(const codebook::KnownCodes& known, const codebook::Row& row) {
  constexpr std::size_t kCandidates = 3;
  std::string out;
  if (row[codebook::kKind] == "unit") return out;
  const auto words = row[codebook::kText].empty() ? row[codebook::kCode] : row[codebook::kText];
  for (const auto* each : known.like(words, kCandidates))
    out += (out.empty() ? "" : "; ") + each->system + "|" + each->code + " " + each->display;
  return out;
}

int run_report(const ReportFlags& flags, const Session& session) {
  const auto knowledge = knowledge_of_codes(session);
  if (!knowledge) return report(knowledge.error());
  if (*knowledge == nullptr) return kFindings;
  diag::Sink sink;
  const auto maps = record::RecordMaps::compile(*knowledge, sink);
  log_all(sink);
  if (maps == nullptr) return kFindings;
  const codebook::KnownCodes known((*knowledge)->displays());
  auto input = Input::open(flags.inputs, session.limits);
  if (!input) return report(input.error());
  auto read = input->files();
  auto output = Output::open({.path = flags.output}, read);
  if (!output) return report(output.error());
  Kept kept;
  if (!flags.keep.empty()) {
    const auto former =
        check_sheets(flags.keep, known, session,
                     [&](const auto&, const codebook::Row& row, diag::Sink&) { kept.take(row); });
    if (former.exit != kDone) return former.exit;
    if (former.errors > 0)
      return report(fail(ErrorCode::sheet_invalid,
                         "the former sheet has mistakes; nothing was written", flags.keep.front(),
                         "mend them first: codes check"));
  }
  auto found = look_through(*input, flags, *maps, session);
  const auto write = [&](std::string_view text) { return output->write_text(text); };
  std::string candidates;
  const auto written = write_sheet(found.codes, write, [&](codebook::Row& row) {
    candidates = candidates_of(known, row);
    row.cells[codebook::kCandidates] = candidates;
    kept.complete(row);
  });
  if (!written) return report(written.error());
  if (const auto others = write(kept.others()); !others) return report(others.error());
  if (const auto finished = output->finish(); !finished) return report(finished.error());
  const auto words = found.codes.words();
  log(Level::info,
      diag::counted(found.inputs, "input") + "; without a standard code: " +
          diag::counted(found.codes.size(), "code or unit", "codes and units") + ", " +
          diag::counted(words, "concept in words alone", "concepts in words alone") +
          (found.refused > 0 ? "; " + diag::counted(found.refused, "input") + " gave nothing" : ""),
      {{"inputs", found.inputs},
       {"codes", found.codes.size()},
       {"words", words},
       {"refused", found.refused}});
  if (found.unread) return kUsage;
  return found.refused > 0 ? kFindings : kDone;
}

}  // namespace

void add_codes_report(CLI::App& codes, Session& session) {
  auto flags = std::make_shared<ReportFlags>();
  auto* verb = codes.add_subcommand(
      "report", "List what has no standard code, most frequent first, as a sheet to fill in");
  verb->footer(
      "Local codes and codes of other systems that no ConceptMap translates, concepts in words alone, units that are\n"
      "no UCUM: one row each, with an example's place and codes whose displays are like it. Of FHIR, what its record lacks.\n"
      "In the sheet, write map (with target_system and target_code), none fits or ask as the decision.\n"
      "Exit code 0, whatever is listed; 1: an input gave nothing.\n\n"
      "Example:\n"
      "  paraneo codes report tests/records -o sheet.csv\n"
      "  paraneo codes report tests/records --keep sheet.csv -o new.csv");
  verb->add_option("INPUT", flags->inputs, std::string("Records or FHIR. ") + kInputsHelp)
      ->required();
  verb->add_option("-o,--output", flags->output, "The sheet; standard output without it");
  verb->add_option(
          "--keep", flags->keep,
          "Former sheets: what was decided there stands in the new one, too, whatever the data have now")
      ->allow_extra_args(false);
  verb->add_option("-j,--jobs", flags->jobs, "Threads; the sheet is the same for any number")
      ->check(CLI::Range(1, 256));
  add_limit_option(*verb, session.limits);
  session.definition_readers.insert(verb);
  verb->callback([flags, &session] {
    session.run = [flags, &session] { return run_report(*flags, session); };
  });
}

}  // namespace paraneo::cli

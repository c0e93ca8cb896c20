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
  void give(record::UnmappedCodes& to) const {
    to.merge(exporter_.unmapped());
    to.merge(importer_.unmapped());
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

Found look_through(Input& input, const ReportFlags& flags, const record::RecordMaps& maps,
                   const Session& session) {
  Found out;
  MessageTable messages;
  Progress progress(session.progress && !flags.output.empty() && flags.output != "-", "inputs");
  const record::WrittenList written_list(maps.definitions(), maps.knowledge().value_sets());
  record::ChartOptions options;
  options.written_list = &written_list;
  record::Intake intake(session.limits, options);
  const auto say = [&](const diag::Sink& sink, const Source* text) {
    for (const auto& each : sink.all())
      if (each.severity == diag::Severity::error)
        messages.take(message_of(each, text, ShowLines::none));
    out.refused += sink.errors() > 0 ? 1U : 0U;
  };
  const auto say_unread = [&](const Error& error) {
    messages.take(error);
    out.unread = out.unread || error.fault == Fault::io;
    ++out.refused;
  };
  std::shared_ptr<const record::Charts> charts;
  std::size_t charts_given = 0;
  bool is_all_read = false;
  bool is_given_up = false;  // there is no more room for what comes
  // Null at the end of the inputs.
  const auto next_record = [&]() -> std::unique_ptr<ReportTask> {
    diag::Sink sink(session.limits.diagnostics_max);
    while (true) {
      auto text = input.next();
      if (!text) {
        say_unread(text.error());
        continue;
      }
      if (*text == nullptr) return nullptr;
      progress.update(++out.inputs, input.bytes_done(), input.bytes_total());
      sink.clear();
      const auto is_json = !format::is_xml(**text) ||
                           format::make_json(maps.definitions(), session.limits, **text, sink);
      if (is_json && is_record((*text)->text))
        return std::make_unique<ReportTask>(ReportTask{std::move(*text), nullptr, 0});
      if (is_json)
        if (const auto added = intake.add(**text, sink); !added) {
          say_unread(added.error());
          is_given_up = true;
          return nullptr;
        }
      say(sink, text->get());
    }
  };
  const auto next = [&]() -> std::unique_ptr<ReportTask> {
    if (!is_all_read)
      if (auto task = next_record()) return task;
    is_all_read = true;
    while (!is_given_up && (charts == nullptr || charts_given == charts->charts().size())) {
      diag::Sink sink(session.limits.diagnostics_max);
      auto more = intake.next(sink);
      say(sink, nullptr);
      if (!more) say_unread(more.error());
      if (!more || *more == nullptr) return nullptr;
      charts = std::move(*more);
      charts_given = 0;
    }
    return is_given_up ? nullptr
                       : std::make_unique<ReportTask>(ReportTask{nullptr, charts, charts_given++});
  };
  std::mutex mutex;
  std::vector<std::shared_ptr<Reporter>> reporters;
  run_ordered<ReportTask, Looked>(
      flags.jobs, next,
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
      return report(fail(Fault::data, "the former sheet has mistakes; nothing was written",
                         flags.keep.front(), "mend them first: codes check"));
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
  const auto words = found.codes.rows().size() - found.codes.size();
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

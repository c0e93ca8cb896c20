// paraneo validate INPUT...
#include "validate/operation.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "cli/knowledge/knowledge.h"
#include "cli/records/validation_report.h"
#include "cli/server/terminology_server.h"
#include "cli/terminal/input.h"
#include "cli/terminal/limit_option.h"
#include "cli/terminal/log.h"
#include "cli/terminal/message.h"
#include "cli/terminal/ordered.h"
#include "cli/terminal/output.h"
#include "cli/terminal/progress.h"
#include "diag/counted.h"
#include "diag/render.h"
#include "validate/outcome.h"

namespace paraneo::cli {
namespace {

struct ValidateFlags {
  std::vector<std::string> inputs;
  std::vector<std::string> profiles;
  OutputOptions output;
  std::vector<std::string> forbidden;
  std::vector<std::string> extensions_allowed;
  bool tells_must_support = false;
  bool skips_contained = false;
  std::string format = "json";
  std::string level = "information";
  std::size_t jobs = 1;
  TerminologyFlags terminology;
  bool show_source = false;
};

// A text to validate, or why there is none.
struct Task {
  std::unique_ptr<Source> text;
  std::optional<Error> unread;
};

// What one thread is handed at a time: small texts cost less than handing them over.
struct Batch {
  std::vector<Task> tasks;
};

// Null at the end of the input. A thread alone gets each text as it comes.
std::unique_ptr<Batch> next_batch(Input& input, std::size_t jobs) {
  constexpr std::size_t kBytes = std::size_t{64} << 10;
  constexpr std::size_t kTexts = 256;
  auto out = std::make_unique<Batch>();
  std::size_t bytes = 0;
  while (bytes < kBytes && out->tasks.size() < (jobs > 1 ? kTexts : 1)) {
    auto text = input.next();
    if (text && *text == nullptr) break;
    if (text) {
      bytes += (*text)->text.size();
      out->tasks.push_back({std::move(*text), std::nullopt});
    } else {
      out->tasks.push_back({nullptr, text.error()});
    }
  }
  return out->tasks.empty() ? nullptr : std::move(out);
}

struct Verdict {
  std::string name;  // of the input
  std::string text;  // to be written
  std::size_t errors = 0;
  std::size_t warnings = 0;
  bool is_unread = false;  // its file could not be read
};

std::string name_of(const Source& source) {
  return source.first_line > 1 ? source.name + ":" + std::to_string(source.first_line)
                               : source.name;
}

diag::Severity severity_of(const std::string& level) {
  return level == "error"     ? diag::Severity::error
         : level == "warning" ? diag::Severity::warning
                              : diag::Severity::information;
}

constexpr auto kForbiddable = std::to_array<std::pair<const char*, bool validate::Policy::*>>(
    {{"unknown-extensions", &validate::Policy::unknown_extensions},
     {"wrong-displays", &validate::Policy::wrong_displays},
     {"unresolved-references", &validate::Policy::unresolved_references},
     {"broken-links", &validate::Policy::broken_links},
     {"example-urls", &validate::Policy::example_urls},
     {"experimental", &validate::Policy::experimental}});

validate::Policy policy_of(const ValidateFlags& flags) {
  validate::Policy policy;
  for (const auto& [name, member] : kForbiddable)
    if (std::find(flags.forbidden.begin(), flags.forbidden.end(), name) != flags.forbidden.end())
      policy.*member = true;
  policy.tells_must_support = flags.tells_must_support;
  policy.skips_contained = flags.skips_contained;
  policy.extensions_allowed = flags.extensions_allowed;
  return policy;
}

std::vector<std::string> forbiddable() {
  std::vector<std::string> out;
  for (const auto& [name, member] : kForbiddable) out.emplace_back(name);
  return out;
}

// Of one thread.
class Worker {
 public:
  Worker(const ValidateFlags& flags, const Session& session, const knowledge::Knowledge& knowledge,
         terminology::CodeService* codes)
      : flags_(flags),
        call_{flags.profiles, severity_of(flags.level), policy_of(flags), session.limits},
        operation_({knowledge.engine(), knowledge.value_sets(), knowledge.profiles(),
                    &knowledge.canonicals(), codes}) {}

  Verdict judge(const Task& task) {
    diag::Sink sink(call_.limits.diagnostics_max);
    if (task.unread) {
      const auto& error = *task.unread;
      sink.report(error.fault == Fault::limit ? diag::Code::json_size : diag::Code::json_syntax,
                  error.what, {}, {}, error.advice);
      auto verdict = verdict_of(sink, error.where);
      verdict.is_unread = error.fault == Fault::io;
      return verdict;
    }
    operation_.check(*task.text, call_, sink);
    return verdict_of(sink, name_of(*task.text));
  }

 private:
  Verdict verdict_of(const diag::Sink& sink, std::string name) const {
    Verdict verdict{std::move(name), {}, sink.errors(), sink.warnings(), false};
    if (flags_.format == "text") {
      diag::RenderOptions options;
      options.show_source_line = flags_.show_source;
      verdict.text = diag::render(sink, options);
    } else if (ValidationReport::is_one(flags_.format)) {
      verdict.text = ValidationReport(flags_.format).of(verdict.name, sink);
    } else {
      verdict.text = validate::outcome_json(sink, verdict.name);
    }
    return verdict;
  }

  const ValidateFlags& flags_;
  const validate::Call call_;
  validate::Operation operation_;
};

// Everything that happens in the calling thread.
class Validation {
 public:
  Validation(const ValidateFlags& flags, const Session& session, Output& output)
      : flags_(flags), output_(output), progress_(session.progress && !to_terminal(), "inputs"),
        report_(flags.format) {}

  void take(const Verdict& verdict, const Input& input) {
    if (failed_) return;
    write(verdict);
    ++inputs_;
    errors_ += verdict.errors;
    warnings_ += verdict.warnings;
    if (verdict.errors > 0) ++wrong_;
    unread_ = unread_ || verdict.is_unread;
    progress_.update(inputs_, input.bytes_done(), input.bytes_total());
  }

  bool stopped() const { return failed_.has_value(); }

  int finish() {
    if (is_report() && inputs_ == 0) write_text(report_.begin());
    if (is_report()) write_text(report_.end());
    if (!failed_)
      if (const auto finished = output_.finish(); !finished) failed_ = report(finished.error());
    auto text = diag::counted(inputs_, "input") + ": ";
    text += wrong_ == 0 ? "no errors"
                        : diag::counted(errors_, "error") + " in " + std::to_string(wrong_);
    text += ", " + diag::counted(warnings_, "warning");
    log(Level::info, text,
        {{"inputs", inputs_}, {"wrong", wrong_}, {"errors", errors_}, {"warnings", warnings_}});
    if (failed_) return *failed_;
    return unread_ ? kUsage : wrong_ > 0 ? kFindings : kDone;
  }

 private:
  bool is_report() const { return ValidationReport::is_one(flags_.format); }

  void write_text(std::string_view text) {
    if (failed_) return;
    if (const auto written = output_.write_text(text); !written) failed_ = report(written.error());
  }

  void write(const Verdict& verdict) {
    if (flags_.format == "json") {
      if (const auto written = output_.write(verdict.name, verdict.text); !written)
        failed_ = report(written.error());
      return;
    }
    if (!is_report()) return write_text(verdict.text);
    if (inputs_ == 0) write_text(report_.begin());
    if (verdict.text.empty()) return;
    if (has_written_) write_text(report_.between());
    write_text(verdict.text);
    has_written_ = true;
  }

  bool to_terminal() const {
    return (flags_.output.path.empty() || flags_.output.path == "-") && isatty(STDOUT_FILENO) != 0;
  }

  const ValidateFlags& flags_;
  Output& output_;
  Progress progress_;
  const ValidationReport report_;
  bool has_written_ = false;  // something of an input
  std::size_t inputs_ = 0;
  std::size_t wrong_ = 0;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
  bool unread_ = false;
  std::optional<int> failed_;
};

int run_validate(const ValidateFlags& flags, const Session& session) {
  diag::Sink sink;
  const auto knowledge = load_knowledge_for_validation(session, sink);
  if (!knowledge) return report(knowledge.error());
  log_all(sink);
  if (!sink.ok()) return kFindings;
  for (const auto& url : flags.profiles)
    if ((*knowledge)->profiles().find(url).empty() &&
        (*knowledge)->definitions().find_type(url) == 0)
      return report(fail(ErrorCode::definition_unusable,
                         "--profile " + url + ": no profile that is loaded has this URL", {},
                         "check it, or load the package that defines it with --ig"));
  const auto terminology = TerminologyServer::open(flags.terminology, session.limits);
  if (!terminology) return report(terminology.error());
  auto input = Input::open(flags.inputs, session.limits);
  if (!input) return report(input.error());
  for (const auto& file : input->skipped())
    note(file + ": left out, because its name does not end in .json, .ndjson or .xml");
  auto output = Output::open(flags.output, input->files());
  if (!output) return report(output.error());
  if (flags.format != "json" && (output->is_folder() || flags.output.pretty))
    return report(fail(
        ErrorCode::output_unusable,
        "--format " + flags.format + " goes to standard output or one FILE, and is not indented",
        flags.output.path, "name a FILE, or leave the option out"));
  Validation validation(flags, session, *output);
  run_ordered<Batch, std::vector<Verdict>>(
      flags.jobs, [&] { return validation.stopped() ? nullptr : next_batch(*input, flags.jobs); },
      [&] {
        auto worker = std::make_shared<Worker>(flags, session, **knowledge, codes_of(*terminology));
        return [worker](Batch& batch) {
          std::vector<Verdict> verdicts;
          for (const auto& task : batch.tasks) verdicts.push_back(worker->judge(task));
          return verdicts;
        };
      },
      [&](std::vector<Verdict>&& verdicts) {
        for (const auto& verdict : verdicts) validation.take(verdict, *input);
      });
  return exit_with(*terminology, validation.finish());
}

}  // namespace

void add_validate(CLI::App& app, Session& session) {
  auto flags = std::make_shared<ValidateFlags>();
  flags->output.holds_patients = false;
  auto* verb =
      app.add_subcommand("validate", "Check FHIR resources against the specification and profiles");
  verb->footer(
      "Each input (a resource or a Bundle in JSON or XML, a line of NDJSON) gives one OperationOutcome: what is wrong, the element as\n"
      "FHIRPath, line and column, and a stable code. One bad input does not stop the others. What cannot be known\n"
      "(codes of SNOMED CT or LOINC without --terminology-server, what a definition says that is not loaded) is told as\n"
      "validate-not-checked, and is no error. Exit code 1 when there are errors. docs/validate.md says what is checked.\n\n"
      "Examples:\n"
      "  paraneo validate patient.json --format text\n"
      "  paraneo export tests/records | paraneo validate - --level error\n"
      "  paraneo validate patient.json --ig hl7.fhir.us.core#6.1.0 --profile http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient\n"
      "  paraneo validate resources.ndjson.gz --jobs 2 -o outcomes.ndjson\n"
      "  paraneo validate bundle.json --terminology-server https://tx.example.org/r4");
  verb->add_option("INPUT", flags->inputs, kInputsHelp)->required();
  verb->add_option(
          "--profile", flags->profiles,
          "URL of a profile that each input must be of, beside those of its meta.profile (repeatable)")
      ->allow_extra_args(false);
  verb->add_option(
          "--format", flags->format,
          "json: an OperationOutcome each; text: for people; sarif, junit: one document of all")
      ->check(CLI::IsMember({"json", "text", "sarif", "junit"}));
  verb->add_option(
          "--forbid", flags->forbidden,
          "What FHIR allows and is an error here: unknown-extensions (not loaded), wrong-displays, unresolved-references, broken-links, example-urls, experimental (repeatable)")
      ->allow_extra_args(false)
      ->check(CLI::IsMember(forbiddable()));
  verb->add_option(
          "--allow-extensions", flags->extensions_allowed,
          "With --forbid unknown-extensions: what URLs begin with that are allowed all the same (repeatable)")
      ->allow_extra_args(false);
  verb->add_flag("--must-support", flags->tells_must_support,
                 "Tell, as information, which must-support elements of profiles are missing");
  verb->add_flag("--skip-contained", flags->skips_contained,
                 "Do not look into contained resources");
  verb->add_option("--level", flags->level,
                   "The mildest that is told: error, warning or information")
      ->check(CLI::IsMember({"error", "warning", "information"}));
  verb->add_option("-o,--output", flags->output.path,
                   "FILE, or DIR for one file each; standard output without it");
  verb->add_flag("--pretty", flags->output.pretty, "Indent");
  verb->add_option("-j,--jobs", flags->jobs, "Threads; the output is the same for any number")
      ->check(CLI::Range(1, 256));
  verb->add_flag(
      "--show-source", flags->show_source,
      "With --format text: show the input's line under each message (it may hold patient data)");
  add_terminology(*verb, flags->terminology);
  add_limit_option(*verb, session.limits);
  session.definition_readers.insert(verb);
  verb->callback([flags, &session] {
    session.run = [flags, &session] { return run_validate(*flags, session); };
  });
}

}  // namespace paraneo::cli

// paraneo push INPUT... --server URL
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/server/connection.h"
#include "cli/server/probe_file.h"
#include "cli/server/text_validation.h"
#include "cli/server/traffic_summary.h"
#include "cli/server/validation_flags.h"
#include "cli/terminal/end_signal.h"
#include "cli/terminal/input.h"
#include "cli/terminal/limit_option.h"
#include "cli/terminal/log.h"
#include "cli/terminal/message.h"
#include "cli/terminal/progress.h"
#include "cli/verb.h"
#include "diag/counted.h"
#include "diag/render.h"
#include "format/xml.h"
#include "net/drive.h"
#include "sync/push.h"
#include "sync/push_targets.h"

namespace paraneo::cli {
namespace {

constexpr std::size_t kFailuresShownMax = 50;

struct PushFlags {
  ConnectionFlags connection;
  std::vector<std::string> inputs;
  std::size_t transaction_entries = 0;
  ValidationFlags validation;
  rest::ServerWords words = rest::ServerWords::left_out;
};

void show_failures(const sync::RunReport& done) {
  std::size_t messages = 0;
  std::uint64_t shown = 0;  // resources
  for (const auto& failure : done.failures) {
    if (++messages > kFailuresShownMax && !logs_json()) break;
    shown += failure.resources;
    auto error = failure.error;
    if (failure.resources > 1)
      error.what = std::to_string(failure.resources) + " resources together: " + error.what;
    if (!failure.target.empty()) error.what = failure.target + ": " + error.what;
    error.where = failure.place;
    report(error);
  }
  if (done.failed > shown) note("... and " + diag::counted(done.failed - shown, "more failure"));
}

int verdict(const sync::RunReport& done, bool stopped) {
  const bool progress = done.written() + done.unchanged > 0;
  if (done.fatal) return progress ? int{kPartly} : exit_code(done.fatal->fault);
  if (stopped) return kPartly;
  if (done.failed == 0) return kDone;
  if (done.in_conflict > 0) return kConflict;
  const auto by_server = [](const sync::RunFailure& failure) {
    const bool sent = failure.resources > 1 || !failure.target.empty();
    return exit_code(failure.error.fault) == kServer ||
           (sent && failure.error.fault == Fault::limit);
  };
  for (const auto& failure : done.failures)
    if (by_server(failure)) return progress ? kPartly : kServer;
  return kFindings;
}

// An input in XML is planned and sent as JSON.
Result<void> as_json(Source& text, const Limits& limits) {
  diag::Sink sink;
  if (!format::is_xml(text) ||
      (format::make_json(definition::Definitions::builtin(), limits, text, sink) && sink.ok()))
    return {};
  const auto& first = *std::find_if(sink.all().begin(), sink.all().end(), [](const auto& each) {
    return each.severity == diag::Severity::error;
  });
  return fail(ErrorCode::entry_refused, first.message, diag::file_line_column(first), first.advice);
}

Result<void> check(const PushFlags& flags, const Session& session) {
  if (const auto checked = check_validation(flags.validation, "push"); !checked) return checked;
  if (!flags.validation.validate && !session.definitions.empty())
    return fail(ErrorCode::option_combination, "push reads --ig for --validate only", {},
                "add --validate, or leave --ig out");
  return {};
}

// What the flags say, and what is known of the server.
sync::PushOptions options_of(const PushFlags& flags, const std::string& base,
                             const Limits& limits) {
  sync::PushOptions options;
  options.base = base;
  options.groups_open_max = flags.connection.concurrency;
  options.words = flags.words;
  options.limits = limits;
  options.transaction_entries_max = flags.transaction_entries;
  options.only_new = probed_only_new(base);
  if (const auto most = probed_number(base, "transactionEntries")) {
    options.group_entries_max = std::min(options.group_entries_max, *most);
    if (flags.transaction_entries == 0) options.transaction_entries_max = *most;
  }
  return options;
}

void drive(sync::Push& machine, Connected& connected, const Input& input, std::size_t concurrency,
           bool shows_progress) {
  net::DriveOptions options;
  options.concurrency = concurrency;
  options.stop = &stop_asked();
  Progress progress(shows_progress, "resources");
  options.on_step = [&] {
    const auto& done = machine.report();
    progress.update(done.written() + done.unchanged + done.failed, input.bytes_done(),
                    input.bytes_total());
  };
  net::drive(machine, connected.client, options, system_clock(), system_random());
}

void show_end(const sync::RunReport& done) {
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  log(Level::info,
      "created " + number(done.created) + ", updated " + number(done.updated) + ", deleted " +
          number(done.deleted) + ", unchanged " + number(done.unchanged) + ", failed " +
          number(done.failed),
      {{"event", "push-ended"},
       {"created", done.created},
       {"updated", done.updated},
       {"deleted", done.deleted},
       {"unchanged", done.unchanged},
       {"failed", done.failed}});
  if (done.in_parts == 0) return;
  const auto what = diag::counted(done.in_parts, "transaction was", "transactions were") +
                    " larger than the server takes: sent in parts, what is referred to first";
  const std::string advice =
      "'paraneo probe' finds the server's limit out once and for all; --transaction-entries says it";
  log(Level::info, logs_json() ? what : what + "\n  -> " + advice,
      {{"event", "push-in-parts"}, {"in_parts", done.in_parts}, {"advice", advice}});
}

int run_push(const PushFlags& flags, const Session& session) {
  const auto& stop = stop_asked();
  if (const auto checked = check(flags, session); !checked) return report(checked.error());
  const auto terminology = TerminologyServer::open(flags.validation.terminology, session.limits);
  if (!terminology) return report(terminology.error());
  std::optional<TextValidation> validation;
  if (flags.validation.validate) {
    diag::Sink sink;
    const auto knowledge = load_knowledge_for_validation(session, sink);
    if (!knowledge) return report(knowledge.error());
    log_all(sink);
    if (!sink.ok()) return kFindings;
    validation.emplace(
        *knowledge, session.limits, codes_of(*terminology),
        "nothing of this text is pushed; 'paraneo validate' says all that is wrong with it");
  }
  auto input = Input::open(flags.inputs, session.limits);
  if (!input) return report(input.error());
  for (const auto& file : input->skipped())
    note(file + ": left out, because its name does not end in .json, .ndjson or .xml");
  auto connected = connect(flags.connection);
  if (!connected) return report(connected.error());
  sync::PushTargets targets;
  sync::Push machine(
      options_of(flags, connected->base, session.limits),
      [&]() -> Result<std::optional<rest::PushItem>> {
        auto text = input->next();
        if (!text) return text.error();
        if (*text == nullptr) return std::optional<rest::PushItem>();
        if (const auto read = as_json(**text, session.limits); !read) return read.error();
        if (validation)
          if (const auto valid = validation->check(**text); !valid) return valid.error();
        auto item = rest::plan_push(**text, session.limits);
        if (!item) return item.error();
        if (const auto taken = targets.take(*item); !taken) return taken.error();
        return std::optional(std::move(*item));
      },
      system_clock(), system_random());
  TrafficSummary traffic(connected->client);
  drive(machine, *connected, *input, flags.connection.concurrency, session.progress);
  const auto& done = machine.report();
  const bool stopped = stop && !machine.done();
  show_failures(done);
  if (done.fatal) report(*done.fatal);
  traffic.show();
  show_end(done);
  if (done.fatal || stopped)
    note("not everything was pushed; push again: what is there already stays as it is");
  return exit_with(*terminology, verdict(done, stopped));
}

}  // namespace

void add_push(CLI::App& app, Session& session) {
  auto flags = std::make_shared<PushFlags>();
  auto* verb = app.add_subcommand("push", "Write resources and bundles to a FHIR server");
  verb->footer(
      "Each resource is written under its own id, and only if the server has it not yet or with\n"
      "another content: pushing again changes nothing. Of two contents for one Type/id in the input the first\n"
      "is pushed, and the text with the other one is refused.\n\n"
      "Example:\n"
      "  paraneo push bundles/ --server https://fhir.example.org/r4 --bearer-token-file token");
  verb->add_option("INPUT", flags->inputs, kInputsHelp)->required();
  verb->add_option(
          "--transaction-entries", flags->transaction_entries,
          "Largest transaction; a larger one goes in parts (default: as probe found, or until the server refuses "
          "its size)")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}));
  add_validation(
      *verb, flags->validation,
      "Hold each text to FHIR R4 and the profiles of --ig; one with an error is not sent");
  add_server_words(*verb, flags->words);
  add_connection(*verb, flags->connection);
  add_limit_option(*verb, session.limits);
  session.definition_readers.insert(verb);
  verb->callback(
      [flags, &session] { session.run = [flags, &session] { return run_push(*flags, session); }; });
}

}  // namespace paraneo::cli

// paraneo pull --server URL
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "base/uuid.h"
#include "cli/server/connection.h"
#include "cli/server/incoming_check.h"
#include "cli/server/probe_file.h"
#include "cli/server/pull_bulk.h"
#include "cli/server/traffic_summary.h"
#include "cli/terminal/end_signal.h"
#include "cli/terminal/log.h"
#include "cli/terminal/namespace_option.h"
#include "cli/terminal/output.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/state_file.h"
#include "cli/verb.h"
#include "diag/counted.h"
#include "fetch/bulk.h"
#include "fetch/pull.h"
#include "fetch/pull_cursor.h"
#include "fetch/pull_state.h"
#include "net/drive.h"
#include "record/identity.h"
#include "rest/instant.h"
#include "rest/url.h"

namespace paraneo::cli {
namespace {

struct PullFlags {
  ConnectionFlags connection;
  fetch::PullOptions pull;
  OutputOptions output;
  std::string name_space;  // of the records that --patient names
  std::string state;       // file; empty: a name of its own in the state folder
  std::string deletions;   // file
  bool overwrites = false;
  std::optional<double> overlap_s;  // kOverlapSeconds without it
  BulkFlags bulk;
  ValidationFlags validation;
  std::string invalid;  // file for what is not valid; empty: it goes where the rest does
};

constexpr std::string_view kAuto = "auto";
constexpr double kMsPerSecond = 1000;
constexpr double kOverlapSeconds = 600;

// What is pulled, without saying it: queries can name patients.
std::string what_of(const PullFlags& flags) {
  std::string text;
  for (const auto& list : {flags.pull.patients, flags.pull.queries}) {
    for (const auto& each : list) text += each + "\n";
    text += "\n";
  }
  text += flags.name_space;
  return uuid_of("https://paraneo.invalid/pull", text);
}

// `--since auto`: goes on where the last pull ended. False when there was none.
Result<bool> take_up(PullFlags& flags, fetch::PullOptions& options) {
  if (flags.state.empty())
    flags.state = state_path(
        "pull-" + uuid_of("https://paraneo.invalid/pull", options.base + what_of(flags)) + ".json");
  options.since.clear();
  const auto text = read_file(flags.state);
  if (!text) return text.error();
  if (!*text) {
    // Whether _lastUpdated works shows in the next pull only, unless the server was probed.
    const auto probe = kept_probe(options.base);
    options.keep_hashes = !probe || probe->value("lastUpdated") != "yes";
    return false;
  }
  auto state = fetch::read_state(**text, flags.state);
  if (!state) return state.error();
  if (state->server != options.base || state->what != what_of(flags))
    return fail(ErrorCode::state_of_another,
                "this state is of another pull (server, --patient or --query)", flags.state,
                "give each pull a --state FILE of its own");
  if (state->cursor_ms > system_clock().now_ms() + fetch::kClockToleranceMs)
    return fail(
        ErrorCode::state_of_another,
        "the cursor of this state is in the future: " + rest::instant_text(state->cursor_ms),
        flags.state,
        "check this machine's clock; if it is right, remove the file to fetch everything, or "
        "give --since TIME");
  options.since = rest::instant_text(state->cursor_ms);
  options.goes_on = true;
  options.clock_lead_ms = state->clock_lead_ms;
  options.recent = std::move(state->recent);
  options.hashes = std::move(state->hashes);
  return true;
}

std::string escaped(std::string_view token) {
  std::string out;
  for (const char c : token) {
    if (std::string_view("\\|,$").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// The record of this id as export names it, or an identifier of the patient itself.
std::string identifier_of(const std::string& name_space, const std::string& patient) {
  const auto name = record::record_name(name_space, patient);
  const auto record = std::string(record::kFactSystem) + "|" +
                      escaped(name + "#" + std::string(record::kSubjectKey));
  const auto bar = patient.find('|');
  const auto own = bar == std::string::npos
                       ? escaped(patient)
                       : escaped(patient.substr(0, bar)) + "|" + escaped(patient.substr(bar + 1));
  return record + "," + own;
}

Result<void> check(const PullFlags& flags, const Session& session) {
  if (const auto checked = check_validation(flags.validation, "pull"); !checked) return checked;
  if (!flags.validation.validate && !session.definitions.empty())
    return fail(ErrorCode::option_combination, "pull reads --ig for --validate only", {},
                "add --validate, or leave --ig out");
  for (const auto& patient : flags.pull.patients)
    if (!rest::is_id(patient) && patient.find('|') == std::string::npos &&
        patient.find('/') != std::string::npos)
      return fail(ErrorCode::option_value, "--patient is neither an id nor an identifier", {},
                  "give the id alone, without Patient/, or an identifier as SYSTEM|VALUE");
  for (const auto& type : flags.bulk.types)
    if (!rest::is_type_name(type))
      return fail(ErrorCode::option_value, "--type is not a resource type", type,
                  "write it like Observation; a search goes with --query");
  for (const auto& query : flags.pull.queries) {
    const auto type = query.substr(0, query.find('?'));
    if (!rest::is_type_name(type) || !rest::encoded_query(query))
      return fail(ErrorCode::option_value,
                  "--query does not begin with a resource type, or holds what no URL can", {},
                  "write it as 'Condition?code=http://snomed.info/sct%7C396230008'");
    if ((query + "&").find("_summary=count&", type.size()) == type.size() + 1 ||
        (query + "&").find("&_summary=count&") != std::string::npos)
      return fail(ErrorCode::option_value, "--query asks for a count only (_summary=count)", {},
                  "leave that out: what is found is fetched, and counted");
  }
  for (const auto& type : flags.pull.follow)
    if (!rest::is_type_name(type))
      return fail(ErrorCode::option_value, "--follow is not a resource type", type,
                  "write it like Practitioner");
  if (!flags.name_space.empty() && flags.pull.patients.empty())
    return fail(ErrorCode::option_combination, "--namespace is for --patient", {},
                "give both, or leave it out");
  if (!flags.pull.follow.empty() && flags.pull.patients.empty())
    return fail(ErrorCode::option_combination, "--follow is for --patient", {},
                "give both, or ask by --query with _include");
  const auto& since = flags.pull.since;
  if (!flags.state.empty() && since != kAuto)
    return fail(ErrorCode::option_combination, "--state is for --since auto", {}, "give both");
  if (flags.overlap_s && since != kAuto)
    return fail(ErrorCode::option_combination, "--overlap is for --since auto", {},
                "give both, or leave it out");
  // A delta comes once: its cursor moves on.
  if (flags.overwrites && since == kAuto)
    return fail(ErrorCode::option_combination,
                "--overwrite would take away what --since auto fetches once", {},
                "give each run a name of its own, like new-$(date +%F-%H%M%S).ndjson");
  if (!flags.deletions.empty() && since.empty())
    return fail(ErrorCode::option_missing, "--deletions needs --since", {}, "say since when");
  if (!since.empty() && since != kAuto &&
      (since.size() < 4 || since.find_first_not_of("0123456789-:.TZ+") != std::string::npos))
    return fail(ErrorCode::option_value, "--since is not a date or instant", {},
                "write it as 2026-01-31 or 2026-01-31T12:00:00Z, or auto");
  return {};
}

// For --help, from the limits themselves.
std::string limits_text() {
  const fetch::PullOptions pull;
  const fetch::BulkOptions bulk;
  const net::ClientOptions client;
  const auto count = [](std::uint64_t number) { return std::to_string(number); };
  const auto kib = [&](std::uint64_t bytes) { return count(bytes >> 10) + " KiB"; };
  const auto mib = [&](std::uint64_t bytes) { return count(bytes >> 20) + " MiB"; };
  const auto seconds = [&](std::int64_t ms) {
    return count(static_cast<std::uint64_t>(ms) / 1000) + " s";
  };
  return "Limits: of one search " + count(pull.pages_max) + " pages, " +
         count(pull.pages_idle_max) + " of them on end with nothing new; of an answer " +
         mib(pull.limits.response_bytes_max) + ", unpacked,\nand " + kib(client.header_bytes_max) +
         " of headers. With --bulk: of a file " + mib(bulk.file_limits.file_bytes_max) +
         ", unpacked, " + mib(bulk.file_limits.line_bytes_max) + " a line, " +
         kib(bulk.file_limits.blank_bytes_max) + " of empty lines;\n" +
         count(fetch::kBulkFilesMax) + " files; " + count(bulk.polls_max) + " questions in " +
         seconds(bulk.wait_ms_max) + " whether the export is ready, " + seconds(bulk.poll_ms_min) +
         " apart at least.\n\n";
}

std::string footer() {
  return std::string(
             "Without --patient and --query, everything that the server can search is fetched.\n\n"
             "Examples:\n"
             "  paraneo pull --server https://fhir.example.org/r4 --patient dm-017 -o dm-017.ndjson\n"
             "  paraneo pull --server https://fhir.example.org/r4 --query 'Condition?code=M33.1' > all.ndjson\n"
             "  paraneo pull --server https://fhir.example.org/r4 --since auto --deletions gone.ndjson -o new.ndjson\n"
             "  paraneo pull --server https://fhir.example.org/r4 --bulk --level patient -o export/\n\n"
             "--since auto goes on from the newest lastUpdated that came, less --overlap.\n"
             "Where a server cannot search by _lastUpdated, --since auto fetches all, compares it with the last pull by\n"
             "hash, and writes only what is new or changed.\n\n") +
         limits_text() +
         "Exit code 4: all pages were followed, but the server's counts do not show that this is all.";
}

int run_export(PullFlags& flags, const Session& session) {
  if (!flags.pull.patients.empty() || !flags.pull.queries.empty() || flags.pull.since == kAuto ||
      !flags.deletions.empty())
    return report(fail(ErrorCode::option_combination,
                       "--bulk excludes --patient, --query, --deletions and --since auto", {},
                       "use --type, --level and --since TIME"));
  if (flags.connection.format == "xml")
    return report(fail(ErrorCode::option_combination,
                       "--bulk is NDJSON: --format xml does nothing there", {},
                       "leave one of the two out"));
  flags.bulk.since = flags.pull.since;
  flags.bulk.folder = flags.output.path;
  flags.bulk.state = flags.state;
  flags.bulk.words = flags.pull.words;
  return run_bulk(flags.bulk, flags.connection, session);
}

fetch::PullOptions options_of(const PullFlags& flags, const std::string& base,
                              const Limits& limits) {
  auto options = flags.pull;
  for (auto& query : options.queries) query = *rest::encoded_query(query);
  options.base = base;
  options.identifier_of = [&flags](const std::string& patient) {
    return identifier_of(flags.name_space, patient);
  };
  options.limits = limits;
  options.deletions = !flags.deletions.empty();
  options.overlap_ms =
      static_cast<std::int64_t>(flags.overlap_s.value_or(kOverlapSeconds) * kMsPerSecond);
  if (const auto most = probed_number(options.base, "pageEntries"))
    options.page_entries = std::min(options.page_entries, *most);
  return options;
}

// Where what comes goes to.
struct Outputs {
  Output resources;
  std::optional<Output> deletions;
  std::optional<Output> invalid;

  Result<void> finish() {
    if (const auto finished = resources.finish(); !finished) return finished;
    for (auto* each : {&deletions, &invalid})
      if (*each)
        if (const auto finished = (*each)->finish(); !finished) return finished;
    return {};
  }
};

Result<Outputs> open_outputs(PullFlags& flags) {
  flags.output.keeps_unread = !flags.overwrites;
  flags.output.is_prompt = false;  // a pull that failed early shows nothing that could be taken for
                                   // whole
  auto resources = Output::open(flags.output);
  if (!resources) return resources.error();
  Outputs outputs{std::move(*resources), std::nullopt, std::nullopt};
  const auto open = [&](const std::string& path, std::optional<Output>& to) -> Result<void> {
    if (path.empty()) return {};
    auto opened = Output::open({.path = path, .keeps_unread = !flags.overwrites});
    if (!opened) return opened.error();
    to.emplace(std::move(*opened));
    return {};
  };
  if (const auto opened = open(flags.deletions, outputs.deletions); !opened) return opened.error();
  if (const auto opened = open(flags.invalid, outputs.invalid); !opened) return opened.error();
  return outputs;
}

std::string deletion_of(std::string_view type, std::string_view id) {
  return R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":)"
         R"({"method":"DELETE","url":")" +
         std::string(type) + "/" + std::string(id) + "\"}}]}";
}

void drive(fetch::Pull& machine, Connected& connected, const Session& session) {
  TrafficSummary traffic(connected.client);
  net::DriveOptions options;
  options.concurrency = 1;
  options.stop = &stop_asked();
  {
    Progress progress(session.progress, "resources");
    options.on_step = [&] {
      const auto& done = machine.report();
      progress.update(done.resources, done.resources, done.expected.value_or(0));
    };
    net::drive(machine, connected.client, options, system_clock(), system_random());
  }
  traffic.show();
}

int report_failed(const fetch::PullReport& done, const Output& output, const std::string& path) {
  int code = kPartly;
  if (done.error) code = report_answer(*done.error);
  if (done.unproven) code = kPartly;
  log(Level::error,
      "the pull is NOT complete: " + diag::counted(done.resources, "resource") + " came" +
          (output.is_folder() ? "; remove them from " + path
           : path.empty()     ? ""
                              : "; " + path + " was not written"),
      {{"event", "pull-ended"}, {"resources", done.resources}, {"complete", "false"}});
  return code;
}

int report_whole(const fetch::PullReport& done, bool has_deletions) {
  const auto what =
      diag::counted(done.resources, "resource") + " in " + diag::counted(done.pages, "answer") +
      (done.known > 0 ? ", " + std::to_string(done.known) + " known already" : "") +
      (has_deletions ? ", " + std::to_string(done.deletions) + " deleted" : "") +
      (done.windows > 0
           ? ", split into " + diag::counted(done.windows, "window of time", "windows of time")
           : "");
  const LogFields fields{
      {"event", "pull-ended"},       {"resources", done.resources},
      {"answers", done.pages},       {"windows", done.windows},
      {"deletions", done.deletions}, {"complete", done.unproven ? "unproven" : "true"}};
  if (!done.unproven) {
    log(Level::info, "complete: " + what + "; the server's counts agree", fields);
    return kDone;
  }
  log(Level::error,
      "NOT PROVEN to be complete: " + what + "; " +
          diag::counted(done.without_total, "search has", "searches have") +
          " no count to check against (all pages were followed)",
      fields);
  return kPartly;
}

int run_pull(PullFlags& flags, const Session& session) {
  stop_asked();  // from now on a signal ends it in order
  if (flags.bulk.bulk) return run_export(flags, session);
  // All of a type: a search without parameters.
  flags.pull.queries.insert(flags.pull.queries.end(), flags.bulk.types.begin(),
                            flags.bulk.types.end());
  // As in the URL that it becomes a part of.
  for (auto& query : flags.pull.queries)
    query.erase(0, std::min(query.find_first_not_of('/'), query.size()));
  if (const auto checked = check(flags, session); !checked) return report(checked.error());
  auto connected = connect(flags.connection);
  if (!connected) return report(connected.error());
  const auto incoming = IncomingCheck::open(flags.validation, session);
  if (!incoming) return report(incoming.error());
  auto outputs = open_outputs(flags);
  if (!outputs) return report(outputs.error());
  auto options = options_of(flags, connected->base, session.limits);
  const bool keeps_state = options.since == kAuto;
  if (keeps_state) {
    const auto begun = take_up(flags, options);
    if (!begun) return report(begun.error());
    note(*begun ? "what changed since " + options.since
                : "no pull before this one: everything is fetched");
  }
  if (!options.deletions && !options.since.empty())
    note("note: what was deleted since then is not looked for; give --deletions FILE");
  fetch::Pull machine(
      options,
      [&](std::string_view type, std::string_view id, std::string_view json) {
        const bool is_odd = *incoming != nullptr && !(*incoming)->is_valid(type, json);
        auto& to = is_odd && outputs->invalid ? *outputs->invalid : outputs->resources;
        return to.write(std::string(type) + "-" + std::string(id), json);
      },
      [&](std::string_view type, std::string_view id) {
        return outputs->deletions->write("deleted", deletion_of(type, id));
      });
  drive(machine, *connected, session);
  const auto& done = machine.report();
  for (const auto& line : done.notes) note("note: " + line);
  if (done.error || !machine.done())
    return report_failed(done, outputs->resources, flags.output.path);
  if (const auto finished = outputs->finish(); !finished) return report(finished.error());
  if (keeps_state && !done.unproven) {
    const auto kept = write_state_file(
        flags.state, fetch::write_state({options.base, what_of(flags), done.cursor_ms, done.recent,
                                         done.hashes, done.clock_lead_ms}));
    if (!kept) return report(kept.error());
  }
  const auto code = report_whole(done, outputs->deletions.has_value());
  return *incoming == nullptr ? code : (*incoming)->finish(code);
}

void add_check(CLI::App& verb, PullFlags& flags, Session& session) {
  add_validation(
      verb, flags.validation,
      "Hold each resource to FHIR R4, and to the profiles of --ig that it says it is of; those with an error are named");
  auto* validate = verb.get_option("--validate")->excludes(verb.get_option("--bulk"));
  verb.add_option("--invalid", flags.invalid,
                  "With --validate: FILE for those with an error, which -o does not get then")
      ->needs(validate);
  session.definition_readers.insert(&verb);
}

}  // namespace

void add_pull(CLI::App& app, Session& session) {
  auto flags = std::make_shared<PullFlags>();
  auto* verb =
      app.add_subcommand("pull", "Fetch resources from a FHIR server, completely or not at all");
  verb->footer(footer());
  auto* patient =
      verb->add_option(
              "--patient", flags->pull.patients,
              "All that belongs to a patient: its id on the server, the id of its record, or an identifier as SYSTEM|VALUE (repeatable)")
          ->allow_extra_args(false);
  verb->add_option("--query", flags->pull.queries,
                   "A search, like 'Condition?code=...' (repeatable)")
      ->allow_extra_args(false);
  verb->add_option(
          "--follow", flags->pull.follow,
          "With --patient: fetch also resources of this type that are referred to, like Practitioner "
          "(repeatable; Medication, Specimen, Substance and BodyStructure always are)")
      ->allow_extra_args(false);
  verb->add_option("--since", flags->pull.since,
                   "Only what changed since this date or instant; auto: since the last pull");
  auto* bulk = verb->add_flag(
      "--bulk", flags->bulk.bulk,
      "By $export: NDJSON files in -o DIR/; a run that was killed is gone on with by the same command");
  add_namespace_option(*verb, flags->name_space)
      ->description("With --patient: the namespace of its record, as export and push were told")
      ->excludes(bulk);
  auto* level = verb->add_option("--level", flags->bulk.level, "With --bulk: system or patient")
                    ->capture_default_str()
                    ->check(CLI::IsMember({"system", "patient"}))
                    ->needs(bulk);
  verb->add_option("--group", flags->bulk.group,
                   "With --bulk: the patients of the Group of this id")
      ->needs(bulk)
      ->excludes(level);
  verb->add_option("--type", flags->bulk.types, "Only this resource type (repeatable)")
      ->allow_extra_args(false)
      ->excludes(patient);
  verb->add_option(
          "--type-filter", flags->bulk.type_filters,
          "With --bulk: of a type only what this search finds, like 'Observation?category=laboratory' (repeatable)")
      ->allow_extra_args(false)
      ->needs(bulk);
  verb->add_option(
      "--state", flags->state,
      "File that --since auto goes on from (default: one for each pull in ~/.local/state/paraneo)");
  verb->add_option(
          "--overlap", flags->overlap_s,
          "Seconds that --since auto looks back, for what was committed late (default: 600)")
      ->check(CLI::Range(0.0, 86'400.0));
  verb->add_option(
      "--deletions", flags->deletions,
      "With --since: FILE for what was deleted, as bundles that push can send; with --patient, only what "
      "belonged to it, by its former version");
  verb->add_option("--page-size", flags->pull.page_entries, "Resources asked for in one answer")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, std::size_t{10'000}))
      ->excludes(bulk);
  verb->add_option("-o,--output", flags->output.path,
                   "FILE (.gz is packed) or DIR/ (one file each)");
  verb->add_flag("--overwrite", flags->overwrites,
                 "Replace a FILE that is there already and holds something")
      ->excludes(bulk);
  verb->add_flag("--pretty", flags->output.pretty, "Indent the JSON")->excludes(bulk);
  add_check(*verb, *flags, session);
  add_server_words(*verb, flags->pull.words);
  add_connection(*verb, flags->connection);
  verb->callback(
      [flags, &session] { session.run = [flags, &session] { return run_pull(*flags, session); }; });
}

}  // namespace paraneo::cli

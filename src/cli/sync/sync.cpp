// paraneo sync plan|run|verify|status|retry|rename-source|rebase|drop
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/sync/flags.h"
#include "cli/terminal/limit_option.h"
#include "cli/terminal/namespace_option.h"

namespace paraneo::cli {
namespace {

constexpr double kDaySeconds = 86'400;

// Where records come from.
void add_source_options(CLI::App& verb, SyncFlags& flags) {
  const auto* source = "Source";
  verb.add_option("--source", flags.source,
                  "Files or folders of records, or - for NDJSON on standard input")
      ->group(source);
  verb.add_option("--source-database", flags.database,
                  "SQLite file with records, or postgresql://user@host/database")
      ->group(source);
  verb.add_option("--source-query", flags.query,
                  "SELECT that gives one record a row in its first column, and in a second "
                  "one, if there is any, what the row is called")
      ->group(source);
  verb.add_option("--kafka-brokers", flags.kafka.brokers,
                  "host:port of Kafka's brokers, with commas between")
      ->group(source);
  auto* topic =
      verb.add_option(
              "--kafka-topic", flags.kafka.topic,
              "Topic with a record in each message. A feed of changes and no snapshot: a record vanished when a message "
              "with its key has no value, and --shrink-max is refused; a plan takes the last message of each key")
          ->group(source);
  verb.add_option("--kafka-group", flags.kafka.group, "Consumer group of the workers")
      ->capture_default_str()
      ->needs(topic)
      ->group(source);
  verb.add_option(
          "--kafka-property", flags.kafka.properties,
          "Property of librdkafka, NAME=VALUE or NAME=@FILE (for secrets): security.protocol=SSL, ssl.ca.location=FILE, "
          "sasl.password=@FILE ...; again for each")
      ->needs(topic)
      ->group(source);
  verb.add_option("--source-name", flags.source_name,
                  "What the ledger calls the source (default: its path)")
      ->group(source);
  add_namespace_option(verb, flags.name_space)->group(source);
}

// What is done about them.
void add_policy_options(CLI::App& verb, SyncFlags& flags) {
  auto* topic = verb.get_option("--kafka-topic");
  const auto* policy = "Policy";
  verb.add_option(
          "--ledger", flags.ledger,
          "What knows what was sent: a file (SQLite), or postgresql://user@host/database for "
          "several workers")
      ->capture_default_str()
      ->group(policy);
  verb.add_option("--on-vanish", flags.on_vanish,
                  "What the source has no more is marked entered-in-error, deleted, or kept")
      ->capture_default_str()
      ->check(CLI::IsMember({"entered-in-error", "delete", "keep"}))
      ->group(policy);
  verb.add_option(
          "--on-conflict", flags.on_conflict,
          "What somebody else changed on the server: park it for a person, write ours, or leave theirs")
      ->capture_default_str()
      ->check(CLI::IsMember({"park", "ours", "theirs"}))
      ->group(policy);
  verb.add_option(
          "--shrink-max", flags.shrink_max_percent,
          "Percent of the known records or resources that may vanish at once; more stops the run")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 100.0))
      ->excludes(topic)
      ->group(policy);
  verb.add_option(
          "--change-max", flags.change_max_percent,
          "Percent of the known records that may change at once, where 100 or more are known; more stops the run")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 100.0))
      ->excludes(topic)
      ->group(policy);
  verb.add_flag(
          "--change-namespace", flags.change_namespace,
          "Records that the ledger knows under another namespace are retracted and written anew under other ids; without "
          "it such a run is refused")
      ->group(policy);
  verb.add_option("--transaction-entries", flags.transaction_entries,
                  "Resources in one transaction (default: what 'paraneo probe' found, 200 at most)")
      ->check(CLI::Range(std::size_t{1}, std::size_t{10'000}))
      ->group(policy);
  auto* if_match = verb.add_flag("--if-match", flags.if_match,
                                 "The server honours If-Match, whatever 'paraneo probe' found")
                       ->group(policy);
  verb.add_flag("--no-if-match", flags.no_if_match,
                "The server does not honour If-Match: read before every write")
      ->excludes(if_match)
      ->group(policy);
  verb.add_option("--metrics", flags.metrics,
                  "File for Prometheus' textfile collector, written after each run")
      ->group(policy);
  verb.add_option("--audit-keep", flags.audit_keep_days,
                  "Days for which the ledger keeps what was written when (default: for ever)")
      ->check(CLI::Range(0.0, 36'500.0))
      ->group(policy);
  add_validation(verb, flags.validation,
                 "Check what becomes of each record against FHIR R4 and the profiles of --ig; a "
                 "record that fails is refused, and the others are sent",
                 policy);
}

void add_options(CLI::App& verb, SyncFlags& flags) {
  add_connection(verb, flags.connection);
  verb.get_option("--server")->required(false);  // not for those that look into the ledger only
  add_source_options(verb, flags);
  add_policy_options(verb, flags);
  verb.add_flag("--json", flags.json, "Data as NDJSON instead of text");
  verb.add_flag("--show-ids", flags.show_ids,
                "Name records in messages (they stand there as hashes otherwise)");
}

// An action has all options of the verb, so that one configuration serves all; what it has no use
// for is refused on its command line.
void refuse_all_but(const CLI::App& verb, const CLI::App& action, Session& session,
                    const std::set<std::string>& used) {
  for (const auto* option : verb.get_options())
    if (option != verb.get_help_ptr() && !used.contains(option->get_name()))
      session.unused[&action].insert(option);
}

void add_selection(CLI::App& action, SyncFlags& flags) {
  auto* ids = action.add_option("ID", flags.ids, "Records, as 'sync status' names them");
  action.add_flag("--all", flags.all, "All dead letters and parked records")->excludes(ids);
  action.add_option("--kind", flags.kind, "Only these")->check(CLI::IsMember({"dead", "parked"}));
  action.add_option("--matching", flags.matching,
                    "Only those with this text in the server's answer");
}

using Action = int (*)(const SyncFlags&, const Session&);

CLI::App* add_action(CLI::App& verb, const std::shared_ptr<SyncFlags>& flags, Session& session,
                     const char* name, const char* description, Action action) {
  auto* sub = verb.add_subcommand(name, description);
  sub->callback([flags, &session, action] {
    session.run = [flags, &session, action] { return action(*flags, session); };
  });
  return sub;
}

// The verb, as each of its actions needs it.
struct Verb {
  CLI::App& app;
  const std::shared_ptr<SyncFlags>& flags;
  Session& session;

  CLI::App* add(const char* name, const char* description, Action action) const {
    return add_action(app, flags, session, name, description, action);
  }
  void refuse_all_but_those(const CLI::App* action, const std::set<std::string>& used) const {
    refuse_all_but(app, *action, session, used);
  }
};

const CLI::App* add_plan(const Verb& verb) {
  auto* plan =
      verb.add("plan", "Show what a run would create, change and retract; nothing is written",
               run_sync_plan);
  // A plan takes what the run would take that it is about.
  for (const auto* unused : {"--metrics", "--audit-keep", "--show-ids", "--change-namespace"})
    verb.session.unused[plan].insert(verb.app.get_option(unused));
  plan->footer(
      "Example:\n  paraneo sync plan --source records/ --server https://fhir.example.org/r4");
  return plan;
}

const CLI::App* add_run(const Verb& verb) {
  auto* run = verb.add("run", "Bring the server to what the source says", run_sync_run);
  run->footer(
      "Example:\n  paraneo sync run --source records/ --server https://fhir.example.org/r4 --on-vanish delete");
  verb.session.unused[run] = {verb.app.get_option("--json")};
  auto* once = run->add_flag("--once", verb.flags->once, "One run (as without --watch)");
  run->add_option(
         "--watch", verb.flags->watch_s,
         "Go on for ever: look at the source again after so many seconds (a topic is read as it "
         "comes, and tried again after so many when a batch fails)")
      ->check(CLI::Range(0.1, kDaySeconds))
      ->excludes(once);
  run->add_flag_callback(
      "--verify",
      [flags = verb.flags] {
        flags->verify_first = true;
        flags->verifies_only = false;
      },
      "Compare the server with the ledger first, and decide by --on-conflict about what differs");
  return run;
}

void add_verify(const Verb& verb) {
  auto* verify = verb.add(
      "verify",
      "Show what the server holds otherwise than the ledger says: missing, changed, returned",
      run_sync_verify);
  std::set<std::string> used{"--ledger", "--json", "--show-ids", "--limit"};
  CLI::App connection;
  ConnectionFlags unused;
  add_connection(connection, unused);
  for (const auto* option : connection.get_options()) used.insert(option->get_name());
  verb.refuse_all_but_those(verify, used);
  verify->add_flag("--repair", verb.flags->repairs,
                   "Let the next run look at what differs and decide by --on-conflict");
  verify->footer(
      "Example:\n  paraneo sync verify --ledger paraneo-ledger.sqlite --server https://fhir.example.org/r4");
}

void add_status(const Verb& verb) {
  auto* status = verb.add(
      "status",
      "Show where it stands: counts, the last run and its rates, conflicts field by field, dead letters, "
      "the audit trail",
      run_sync_status);
  verb.refuse_all_but_those(status, {"--ledger", "--json", "--limit"});
  status
      ->add_option("--audit", verb.flags->audit,
                   "How many of the last writes to show: when, where, what")
      ->capture_default_str();
  status->footer(
      "Examples:\n  paraneo sync status --ledger paraneo-ledger.sqlite --json\n"
      "  paraneo sync status --ledger paraneo-ledger.sqlite --audit 1000");
}

void add_retry(const Verb& verb) {
  auto* retry =
      verb.add("retry", "Let the next run try again what was refused or parked", run_sync_retry);
  verb.refuse_all_but_those(retry, {"--ledger", "--limit"});
  add_selection(*retry, *verb.flags);
  retry
      ->add_option("--resolve", verb.flags->resolve,
                   "Settle conflicts: write ours, or leave theirs")
      ->check(CLI::IsMember({"ours", "theirs"}));
  retry->footer(
      "Example:\n  paraneo sync retry dm-017 --resolve ours --ledger paraneo-ledger.sqlite");
}

void add_drop(const Verb& verb) {
  auto* drop = verb.add("drop", "Give up what was refused or parked, until the source changes it",
                        run_sync_drop);
  verb.refuse_all_but_those(drop, {"--ledger", "--limit"});
  add_selection(*drop, *verb.flags);
  drop->footer(
      "Example:\n  paraneo sync drop --all --matching 'unknown code' --ledger paraneo-ledger.sqlite");
}

void add_moves(const Verb& verb) {
  auto* rename = verb.add(
      "rename-source", "Say that a source of the ledger is to be found elsewhere; nothing is sent",
      run_sync_rename);
  verb.refuse_all_but_those(rename, {"--ledger"});
  rename->add_option("OLD", verb.flags->rename_from, "As 'sync status' names it")->required();
  rename->add_option("NEW", verb.flags->rename_to, "Its path, or its --source-name, from now on")
      ->required();
  rename->footer(
      "Example:\n  paraneo sync rename-source /srv/records /mnt/records --ledger paraneo-ledger.sqlite");
  auto* rebase = verb.add(
      "rebase",
      "Say that the server has another address, with the same resources in the same versions; nothing is sent",
      run_sync_rebase);
  verb.refuse_all_but_those(rebase, {"--ledger"});
  rebase->add_option("URL", verb.flags->rebase_to, "Its base URL from now on")->required();
  rebase->footer(
      "Example:\n  paraneo sync rebase https://new.example.org/r4 --ledger paraneo-ledger.sqlite");
}

}  // namespace

void add_sync(CLI::App& app, Session& session) {
  auto flags = std::make_shared<SyncFlags>();
  auto* verb = app.add_subcommand("sync", "Keep a FHIR server in step with a source of records");
  verb->footer(
      "A ledger holds what is to be sent before it is sent: killed at any moment, the next run reads back\n"
      "what nobody knows and goes on. Options can stand in a TOML file, in a table [sync].\n\n"
      "Example:\n"
      "  paraneo sync plan --config paraneo.toml\n"
      "  paraneo sync run --config paraneo.toml\n"
      "  paraneo sync run --config paraneo.toml --watch 60\n"
      "  paraneo sync run --kafka-brokers kafka:9092 --kafka-topic cases --ledger postgresql://paraneo@db/sync "
      "--server https://fhir.example.org/r4 --watch 5\n"
      "  paraneo sync status --config paraneo.toml\n"
      "  paraneo sync retry --all --kind parked --resolve ours --config paraneo.toml");
  verb->require_subcommand(1);
  add_options(*verb, *flags);
  add_limit_option(*verb, session.limits);
  const Verb actions{*verb, flags, session};
  session.definition_readers.insert({add_plan(actions), add_run(actions)});
  add_verify(actions);
  add_status(actions);
  add_retry(actions);
  add_moves(actions);
  add_drop(actions);
}

}  // namespace paraneo::cli

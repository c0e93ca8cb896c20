// paraneo probe --server URL
#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>

#include "base/uuid.h"
#include "cli/server/connection.h"
#include "cli/server/probe_file.h"
#include "cli/terminal/log.h"
#include "cli/terminal/output.h"
#include "cli/terminal/state_file.h"
#include "cli/verb.h"
#include "net/drive.h"

namespace paraneo::cli {
namespace {

struct ProbeFlags {
  ConnectionFlags connection;
  rest::ProbeOptions probe;
  std::string save;
  bool json = false;
};

std::string table(const rest::ProbeResult& result) {
  std::size_t widest_key = 0;
  std::size_t widest_value = 0;
  for (const auto& finding : result.findings) {
    widest_key = std::max(widest_key, finding.key.size());
    widest_value = std::max(widest_value, finding.value.size());
  }
  std::string text =
      result.server + " (" + result.software + ", FHIR " + result.fhir_version + ")\n";
  for (const auto& finding : result.findings)
    text += finding.key + std::string(widest_key + 2 - finding.key.size(), ' ') + finding.value +
            std::string(widest_value + 2 - finding.value.size(), ' ') + finding.what + "\n";
  return text;
}

int run_probe(const ProbeFlags& flags, const Session& session) {
  auto connected = connect(flags.connection);
  if (!connected) return report(connected.error());
  auto options = flags.probe;
  options.base = connected->base;
  options.limits = session.limits;
  rest::Probe machine(options, system_clock(), system_random());
  net::DriveOptions drive_options;
  drive_options.concurrency = options.parallel_writes;
  net::drive(machine, connected->client, drive_options, system_clock(), system_random());
  for (const auto& target : machine.left())
    log(Level::warning, "could not be removed from the server: " + target,
        {{"event", "probe-left"}, {"left", target}});
  if (machine.error()) return report_answer(*machine.error());
  auto output = Output::open({});
  if (!output) return report(output.error());
  const auto& result = machine.result();
  auto written = output->write_text(flags.json ? rest::write_probe(result) : table(result));
  if (written) written = output->finish();
  if (!written) return report(written.error());
  const auto file = flags.save.empty() ? probe_path(options.base) : flags.save;
  if (const auto kept = write_state_file(file, rest::write_probe(result)); !kept)
    return report(kept.error());
  note("kept in " + file);
  return machine.left().empty() ? kDone : kPartly;
}

}  // namespace

std::string probe_path(const std::string& base) {
  return state_path("probe-" + uuid_of("https://paraneo.invalid/probe", base) + ".json");
}

std::optional<rest::ProbeResult> kept_probe(const std::string& base) {
  const auto text = read_file(probe_path(base));
  if (!text || !*text) return std::nullopt;
  auto result = rest::read_probe(**text, base);
  if (!result || result->server != base) return std::nullopt;
  return std::move(*result);
}

bool probed_only_new(const std::string& base) {
  const auto probe = kept_probe(base);
  const auto found = probe ? probe->value("ifNoneMatch") : std::string_view();
  return found == "409" || found == "412";
}

std::optional<std::size_t> probed_number(const std::string& base, std::string_view key) {
  const auto result = kept_probe(base);
  const auto text = result ? result->value(key) : std::string_view();
  std::size_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || read.ec != std::errc() || number == 0) return std::nullopt;
  return number;
}

void add_probe(CLI::App& app, Session& session) {
  auto flags = std::make_shared<ProbeFlags>();
  auto* verb = app.add_subcommand("probe", "Learn what a FHIR server really does, by trying it");
  verb->footer(
      "Writes resources of its own (Basic/paraneo-probe-...) and removes them again; the server's history keeps that\n"
      "they were there, and 'pull --deletions' passes over them. The result is kept for push, pull and sync.\n\n"
      "Example:\n"
      "  paraneo probe --server https://fhir.example.org/r4 --bearer-token-file token");
  verb->add_flag("--json", flags->json, "The result as JSON");
  verb->add_option("--save", flags->save,
                   "File to keep the result in (default: in ~/.local/state/paraneo)");
  verb->add_option("--transaction-entries", flags->probe.transaction_entries_max,
                   "Largest transaction to try: 10, 50, 200 or 500 entries")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{0}, std::size_t{500}));
  add_server_words(*verb, flags->probe.words);
  add_connection(*verb, flags->connection);
  verb->callback([flags, &session] {
    session.run = [flags, &session] { return run_probe(*flags, session); };
  });
}

}  // namespace paraneo::cli

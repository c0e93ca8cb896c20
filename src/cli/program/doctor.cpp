// paraneo doctor
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <toml++/toml.h>

#include "base/clock.h"
#include "cli/knowledge/knowledge.h"
#include "cli/program/program.h"
#include "cli/terminal/message.h"
#include "cli/terminal/state_file.h"
#include "diag/counted.h"
#include "net/certificate.h"
#include "package/package.h"
#include "record/export.h"
#include "store/open_ledger.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::int64_t kDaysToRenew = 14;
constexpr std::int64_t kBuiltAfterMs = 1'764'000'000'000;  // no clock that is right shows a time
                                                           // before it

// One line for each thing that was looked at: "ok", "warning" or "error", what, and what to do.
class Findings {
 public:
  void ok(const std::string& what, const std::string& found) { line("ok", what, found, {}); }
  void warning(const std::string& what, const std::string& found, const std::string& advice) {
    line("warning", what, found, advice);
    ++count_;
  }
  void error(const std::string& what, const std::string& found, const std::string& advice) {
    line("error", what, found, advice);
    ++count_;
  }
  void error(const std::string& what, const Error& error) {
    this->error(what, (error.where.empty() ? "" : error.where + ": ") + error.what, error.advice);
  }
  int exit_code() const { return count_ == 0 ? kDone : kFindings; }

 private:
  static void line(const char* kind, const std::string& what, const std::string& found,
                   const std::string& advice) {
    std::printf("%-8s%s: %s\n", kind, what.c_str(), found.c_str());
    if (!advice.empty()) std::printf("        -> %s\n", advice.c_str());
  }
  std::size_t count_ = 0;
};

// Everything inside is there and fits: all maps compile, and a record becomes the FHIR that it
// must.
void check_inside(const Session& session, Findings& findings) {
  diag::Sink sink;
  const auto maps = record_maps(session, sink);
  if (!maps) return findings.error("definitions and maps", maps.error());
  if (*maps == nullptr || !sink.ok())
    return findings.error("definitions and maps",
                          sink.all().empty() ? "they cannot be read" : sink.all().front().message,
                          "install the program again; with --ig: look at what it names");
  record::Exporter exporter(**maps, session.limits);
  const Source record{
      "a record",
      R"({"resourceType":"CaseRecord","version":"1","id":"doctor","subject":{"sex":"female"},"observations":[{"key":"a","code":{"text":"x"},"value":{"number":26.0,"unit":"U/L"}}]})"};
  const auto made = exporter.run(record, record::ExportOptions{}, sink);
  if (!made || made->text.find("\"value\":26.0") == std::string::npos)
    return findings.error("definitions and maps", "a record does not become the FHIR that it must",
                          "install the program again");
  findings.ok("definitions and maps", diag::counted((*maps)->definitions().type_count(), "type") +
                                          ", all maps compile, a record is exported");
}

void check_packages(Findings& findings) {
  const auto cache = package::Cache::of_user();
  if (!cache) return findings.error("packages", cache.error());
  std::size_t count = 0;
  for (const auto& name : cache->list()) {
    const auto folder = cache->find(name);
    std::error_code ec;
    if (folder && fs::is_regular_file(*folder / "package" / "package.json", ec)) ++count;
    else
      findings.warning("packages", name.text() + " has no package/package.json",
                       "unpack it again: paraneo package install --replace FILE.tgz");
  }
  findings.ok("packages", diag::counted(count, "package") + " in " + cache->root().string());
}

void check_clock(Findings& findings) {
  if (system_clock().now_ms() < kBuiltAfterMs)
    findings.error("clock", "it shows a time before the program was made",
                   "set it: certificates, tokens and --since go by it");
  else findings.ok("clock", "it shows a possible time");
}

void check_certificate(const std::string& what, const std::string& file, Findings& findings) {
  const auto end = net::certificate_end_s(file);
  if (!end) return findings.error(what, end.error());
  const auto days = (*end - system_clock().now_ms() / 1000) / kSecondsPerDay;
  if (days < 0) return findings.error(what, file + " has run out", "renew it");
  if (days < kDaysToRenew)
    return findings.warning(
        what, file + " runs out in " + diag::counted(static_cast<std::size_t>(days), "day"),
        "renew it");
  findings.ok(what, file);
}

void check_authorities(Findings& findings) {
  const auto file = net::default_authorities();
  std::error_code ec;
  if (fs::exists(file, ec)) findings.ok("authorities", file);
  else
    findings.warning("authorities", "there is no " + file,
                     "install ca-certificates, or give --certificate-authority");
}

void check_state(Findings& findings) {
  const auto path = fs::path(state_path("x")).parent_path();
  auto there = path;
  std::error_code ec;
  while (!there.empty() && !fs::exists(there, ec)) there = there.parent_path();
  if (access(there.c_str(), W_OK) == 0) findings.ok("state", path.string());
  else
    findings.error("state",
                   there.string() + " cannot be written to: what probe finds is kept there",
                   "give it to the program's user, or set XDG_STATE_HOME");
}

void check_ledger(const std::string& where, Findings& findings) {
  const auto there = store::ledger_exists(where);
  if (!there) return findings.error("ledger", there.error());
  if (!*there)
    return findings.warning("ledger", store::shown_database(where) + " is not there yet",
                            "the first sync run makes it");
  const auto ledger = store::open_ledger(where, store::LedgerUse::look);
  if (!ledger) return findings.error("ledger", ledger.error());
  const auto counts = (*ledger)->counts();
  if (!counts) return findings.error("ledger", counts.error());
  findings.ok("ledger", store::shown_database(where) + ": " +
                            diag::counted(counts->records_active, "record"));
  if (const auto waiting = counts->records_dead + counts->records_parked; waiting > 0)
    findings.warning("ledger", diag::counted(waiting, "record") + " wait for a person",
                     "paraneo sync status says which, and why");
}

// What a table of the configuration names must be there.
void check_table(const std::string& verb, const toml::table& table, Findings& findings) {
  const auto resolved = [](std::string path) {
    constexpr std::string_view kCredentials = "${CREDENTIALS_DIRECTORY}";
    const auto* folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (const auto at = path.find(kCredentials); at != std::string::npos && folder != nullptr)
      path.replace(at, kCredentials.size(), folder);
    return path;
  };
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    const auto text = node.value<std::string>();
    if (const auto* below = node.as_table()) check_table(verb + "." + name, *below, findings);
    if (!text) continue;
    const auto value = resolved(*text);
    const auto what = "[" + verb + "] " + name;
    if (name == "ledger") check_ledger(value, findings);
    else if (name == "certificate-authority" || name == "client-cert")
      check_certificate(what, value, findings);
    else if (name.ends_with("-file") || name == "client-key" || name == "smart-key") {
      if (value.find("${") != std::string::npos)
        findings.ok(what, "a credential of systemd's, which only the service sees");
      else if (access(value.c_str(), R_OK) == 0) findings.ok(what, value);
      else findings.error(what, value + " cannot be read", "check the path, and who may read it");
    }
  }
}

// The parser has refused unknown keys before anything runs.
void check_configuration(const std::string& path, Findings& findings) {
  if (path.empty())
    return findings.ok("configuration", "none is named: --config FILE, or PARANEO_CONFIG");
  findings.ok("configuration", path + ": every key is an option");
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  try {
    for (const auto& [verb, node] : toml::parse(text))
      if (const auto* table = node.as_table())
        check_table(std::string(verb.str()), *table, findings);
  } catch (const toml::parse_error& error) {
    findings.error("configuration", "this is not TOML: " + std::string(error.description()),
                   "mend it");
  }
}

int run_doctor(const CLI::App& app, const Session& session) {
  Findings findings;
  check_inside(session, findings);
  check_packages(findings);
  check_clock(findings);
  check_authorities(findings);
  check_state(findings);
  const auto* config = app.get_option_no_throw("--config");
  const auto* variable = std::getenv("PARANEO_CONFIG");
  check_configuration(config != nullptr && config->count() > 0 ? config->as<std::string>()
                      : variable != nullptr                    ? variable
                                                               : "",
                      findings);
  return findings.exit_code();
}

}  // namespace

void add_doctor(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("doctor",
                                  "Look whether the program has what it needs, and say what to do");
  verb->footer(
      "Looks at what is inside the program (maps compile, a record is exported), packages, clock, authorities, the folder for\n"
      "state, and, with --config, at every file that it names: ledger, certificates and how long they last, secrets. Nothing\n"
      "is changed, and no server is asked: that is for 'paraneo probe'. Exit code 1 when something is not in order.\n\n"
      "Example:\n  paraneo doctor\n  paraneo doctor --config paraneo.toml");
  session.definition_readers.insert(verb);
  verb->callback(
      [&app, &session] { session.run = [&app, &session] { return run_doctor(app, session); }; });
}

}  // namespace paraneo::cli

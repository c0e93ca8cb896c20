#include "cli/server/terminology_server.h"

#include <CLI/CLI.hpp>

#include "cli/terminal/message.h"
#include "cli/verb.h"
#include "net/drive.h"

namespace paraneo::cli {
namespace {

constexpr double kTimeoutSecondsMax = 3600;
constexpr std::size_t kAnswerBytesMax = std::size_t{32} << 20;

// A run waits for codes: it tries again for seconds, not for minutes.
net::DriveOptions drive_options() {
  net::DriveOptions options;
  options.retry.attempts_max = 3;
  options.retry.delay_ms_first = 200;
  options.retry.delay_ms_max = 2'000;
  options.retry.retry_after_ms_max = 10'000;
  return options;
}

}  // namespace

void add_terminology(CLI::App& verb, TerminologyFlags& flags) {
  const auto* group = "Terminology server";
  auto* server =
      verb.add_option(
              "--terminology-server", flags.server,
              "Base URL of a FHIR terminology server that is asked about codes which cannot be judged here. It gets codes, their systems and URLs of value sets, and nothing else")
          ->group(group);
  verb.add_option("--terminology-token-file", flags.bearer_token_file,
                  "File with a bearer token for it in the first line")
      ->needs(server)
      ->group(group);
  verb.add_option("--terminology-certificate-authority", flags.certificate_authority,
                  "PEM file of the authority that signed its certificate (default: the system's)")
      ->needs(server)
      ->group(group);
  verb.add_option("--terminology-timeout", flags.timeout_s, "Seconds for one of its answers")
      ->capture_default_str()
      ->check(CLI::Range(0.1, kTimeoutSecondsMax))
      ->needs(server)
      ->group(group);
}

Result<std::unique_ptr<TerminologyServer>> TerminologyServer::open(const TerminologyFlags& flags,
                                                                   const Limits& limits) {
  if (!flags.asks()) return std::unique_ptr<TerminologyServer>();
  ConnectionFlags connection;
  connection.server = flags.server;
  connection.timeout_s = flags.timeout_s;
  connection.client.bearer_token_file = flags.bearer_token_file;
  connection.client.certificate_authority = flags.certificate_authority;
  connection.client.limits = limits;
  connection.client.limits.response_bytes_max =
      std::min(limits.response_bytes_max, kAnswerBytesMax);
  auto connected = connect(connection);
  if (!connected) return connected.error();
  return std::unique_ptr<TerminologyServer>(new TerminologyServer(std::move(*connected), limits));
}

std::vector<terminology::CodeAnswer> TerminologyServer::ask(
    std::span<const terminology::CodeQuestion> questions) {
  if (is_away_) return std::vector<terminology::CodeAnswer>(questions.size());
  fetch::CodeCheck machine(connected_.base, support_, questions, limits_);
  net::drive(machine, connected_.client, drive_options(), system_clock(), system_random());
  if (machine.error()) {
    is_away_ = true;
    say(*machine.error(),
        "the terminology server cannot be asked; codes that need it are not checked");
  } else if (machine.failure() && !failed_) {
    say(*machine.failure(),
        "the terminology server does not answer everything; what is asked there is not checked");
  }
  return std::move(machine.answers());
}

void TerminologyServer::say(const Error& error, const std::string& what) {
  failed_ = true;
  // The advice of other talks with servers names options that are not there here.
  const auto advice =
      error.fault == Fault::limit ? "this is more than a terminology server says: check the URL"
      : error.fault == Fault::network
          ? "check host, port and firewall, whether HTTPS_PROXY is needed, and --terminology-timeout"
          : error.advice;
  diag::Sink sink;
  sink.report(diag::Code::terminology_server,
              what + ": " + error.what + (error.where.empty() ? "" : " (" + error.where + ")"), {},
              {}, advice);
  log_all(sink);
}

int exit_with(const std::unique_ptr<TerminologyServer>& server, int code) {
  const auto is_milder = code == kDone || code == kFindings;
  return server != nullptr && server->failed() && is_milder ? int{kServer} : code;
}

}  // namespace paraneo::cli

// paraneo sandbox
#include <CLI/CLI.hpp>
#include <memory>

#include "base/atomic_file.h"
#include "cli/terminal/end_signal.h"
#include "cli/terminal/log.h"
#include "cli/verb.h"
#include "definition/definitions.h"
#include "net/certificate.h"
#include "net/server.h"
#include "net/watched_file.h"
#include "sandbox/endpoint.h"

namespace paraneo::cli {
namespace {

struct SandboxFlags {
  net::ServerOptions server;
  std::string data = ":memory:";
  std::string tls_folder = "paraneo-sandbox-tls";
  std::string token_file;
  std::string ready_file;
  bool http = false;
  std::size_t page_size = 50;
  bool log_requests = false;
};

bool is_loopback(const std::string& host) { return host == "::1" || host.starts_with("127."); }

Result<std::string> set_up_tls(SandboxFlags& flags) {
  if (flags.http) {
    flags.server.tls = false;
    if (!is_loopback(flags.server.host))
      return fail(ErrorCode::option_combination, "--http is for 127.0.0.1 only", flags.server.host,
                  "leave --http out");
    return std::string();
  }
  if (flags.server.certificate.empty() != flags.server.key.empty())
    return fail(ErrorCode::option_combination, "--certificate and --key belong together", {},
                "give both or none");
  if (!flags.server.certificate.empty()) return std::string();
  std::vector<std::string> hosts{"localhost", "127.0.0.1", "::1"};
  if (!is_loopback(flags.server.host)) hosts.push_back(flags.server.host);
  const auto files = net::server_files(flags.tls_folder, hosts, system_clock().now_ms() / 1000);
  if (!files) return files.error();
  flags.server.certificate = files->certificate;
  flags.server.key = files->key;
  return files->authority;
}

int run_sandbox(SandboxFlags& flags) {
  const EndSignals end;
  const auto authority = set_up_tls(flags);
  if (!authority) return report(authority.error());
  auto store = sandbox::Store::open(flags.data);
  if (!store) return report(store.error());
  sandbox::EndpointOptions options;
  options.tls = flags.server.tls;
  options.page_entries = flags.page_size;
  if (!flags.token_file.empty()) {
    auto token = net::SecretFile(flags.token_file).read();
    if (!token) return report(token.error());
    options.bearer_token = std::move(*token);
  }
  sandbox::Endpoint endpoint(std::move(*store), options, definition::Definitions::builtin(),
                             system_clock(), system_random());
  auto server = net::Server::start(flags.server, [&](const net::ServerRequest& request) {
    auto response = endpoint.handle(request);
    if (flags.log_requests) {
      // Queries can name patients.
      const auto path = request.target.substr(0, request.target.find('?'));
      log(Level::info, request.method + " " + path + " " + std::to_string(response.status),
          {{"method", request.method}, {"path", path}, {"status", response.status}});
    }
    return response;
  });
  if (!server) return report(server.error());
  const bool v6 = flags.server.host.find(':') != std::string::npos;
  const auto host = is_loopback(flags.server.host) ? "localhost"
                    : v6                           ? "[" + flags.server.host + "]"
                                                   : flags.server.host;
  const auto base = std::string(flags.server.tls ? "https://" : "http://") + host + ":" +
                    std::to_string(server->port()) + options.path;
  log(Level::info, "FHIR R4 sandbox for rehearsals and tests, NOT a server for patients: " + base,
      {{"url", base}});
  if (!authority->empty()) note("clients trust it with: --certificate-authority " + *authority);
  note(flags.data == ":memory:" ? "what is written is gone when it ends (keep it with --data FILE)"
                                : "what is written is kept in " + flags.data);
  if (!flags.ready_file.empty())
    if (const auto written = replace_file(flags.ready_file, base + "\n", AtomicFile::kShared);
        !written)
      return report(written.error());
  end.wait();
  server->stop();
  return kDone;
}

}  // namespace

void add_sandbox(CLI::App& app, Session& session) {
  auto flags = std::make_shared<SandboxFlags>();
  flags->server.port = 8443;
  auto* verb =
      app.add_subcommand("sandbox", "A small FHIR R4 endpoint over HTTPS for rehearsals and tests");
  verb->footer(
      "Makes an authority and a certificate for localhost in --tls-folder when they are not there.\n"
      "A request ends after 30 s, or when its client has gone; an $export is kept for an hour.\n\n"
      "Example:\n"
      "  paraneo sandbox --data rehearsal.sqlite &\n"
      "  paraneo push bundles/ --server https://localhost:8443/fhir \\\n"
      "      --certificate-authority paraneo-sandbox-tls/ca.crt");
  verb->add_option("--host", flags->server.host, "IP address to listen on")->capture_default_str();
  verb->add_option("--port", flags->server.port, "Port; 0: the system chooses")
      ->capture_default_str();
  verb->add_option("--data", flags->data, "SQLite file, or :memory:")->capture_default_str();
  verb->add_option("--tls-folder", flags->tls_folder, "Folder for ca.crt, server.crt, server.key")
      ->capture_default_str();
  auto* certificate =
      verb->add_option("--certificate", flags->server.certificate, "PEM file to use instead");
  auto* key = verb->add_option("--key", flags->server.key, "PEM file of its key");
  verb->add_option("--client-authority", flags->server.client_authority,
                   "PEM file: ask clients for a certificate that it signed");
  verb->add_option("--bearer-token-file", flags->token_file, "Ask clients for this token");
  verb->add_flag("--http", flags->http, "Without TLS, on 127.0.0.1 only")
      ->excludes(certificate)
      ->excludes(key);
  verb->add_option("--threads", flags->server.threads, "Requests that are handled at a time")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, std::size_t{64}));
  verb->add_option("--page-size", flags->page_size, "Resources on a page without _count")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, std::size_t{1000}));
  verb->add_option("--ready-file", flags->ready_file,
                   "File to write the base URL to when it listens");
  verb->add_flag("--log-requests", flags->log_requests, "A line for each request");
  verb->callback([flags, &session] { session.run = [flags] { return run_sandbox(*flags); }; });
}

}  // namespace paraneo::cli

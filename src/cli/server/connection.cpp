#include "cli/server/connection.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "cli/server/fhir_wire.h"
#include "cli/terminal/log.h"
#include "cli/verb.h"
#include "rest/url.h"

namespace paraneo::cli {
namespace {

constexpr double kMsPerSecond = 1000;
constexpr std::size_t kConcurrencyMax = 64;
constexpr double kTimeoutSecondsMax = 86'400;
constexpr auto kGroup = "Connection";

std::string environment(const char* upper, const char* lower) {
  if (const auto* value = std::getenv(lower); value != nullptr && *value != '\0') return value;
  const auto* value = std::getenv(upper);
  return value == nullptr ? "" : value;
}

// Who asks: by name and password, by a token, or by OAuth 2.0.
void add_login(CLI::App& verb, net::ClientOptions& client) {
  verb.add_option("--user", client.user, "User name for basic authentication")->group(kGroup);
  verb.add_option("--password-file", client.password_file,
                  "File with the password in its first line")
      ->group(kGroup);
  verb.add_option("--bearer-token-file", client.bearer_token_file,
                  "File with the token in its first line; read again when it changes")
      ->group(kGroup);
  verb.add_option("--client-id", client.client_id, "OAuth 2.0 client credentials: the client's id")
      ->group(kGroup);
  verb.add_option("--client-secret-file", client.client_secret_file,
                  "File with its secret in the first line")
      ->group(kGroup);
  verb.add_option("--smart-client-id", client.smart_client_id,
                  "SMART Backend Services: the client's id")
      ->group(kGroup);
  verb.add_option("--smart-key", client.smart_key,
                  "Its private key: PEM (RSA, or EC P-384) or JWK; signs RS384 or ES384")
      ->group(kGroup);
  verb.add_option(
          "--smart-key-id", client.smart_key_id,
          "Id of the key as the server knows it (default: kid of the JWK, or the RFC 7638 thumbprint)")
      ->group(kGroup);
  verb.add_option("--token-url", client.token_url,
                  "Token endpoint (default: from the server's .well-known/smart-configuration)")
      ->group(kGroup);
  verb.add_option(
          "--scope", client.scope,
          "Scopes to ask for (default with --smart-client-id: system/*.read system/*.write)")
      ->group(kGroup);
}

}  // namespace

void add_connection(CLI::App& verb, ConnectionFlags& flags) {
  auto& client = flags.client;
  verb.add_option("--server", flags.server, "Base URL, like https://fhir.example.org/r4")
      ->required()
      ->group(kGroup);
  verb.add_option("-c,--concurrency", flags.concurrency, "Requests at the same time")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, kConcurrencyMax))
      ->group(kGroup);
  verb.add_option(
          "--certificate-authority", client.certificate_authority,
          "PEM file of the authority that signed the server's certificate (default: the system's)")
      ->group(kGroup);
  verb.add_option("--client-cert", client.client_cert, "PEM file of the client certificate")
      ->group(kGroup);
  verb.add_option("--client-key", client.client_key, "PEM file of its key")->group(kGroup);
  verb.add_flag("-k,--insecure", client.insecure,
                "Do not check the server's certificate (tests only)")
      ->group(kGroup);
  verb.add_flag("--allow-http", client.plain_http_anywhere,
                "Allow http:// to other machines (tests only)")
      ->group(kGroup);
  add_login(verb, client);
  verb.add_option("--header", flags.headers, "Further header 'Name: value' (repeatable)")
      ->allow_extra_args(false)
      ->group(kGroup);
  verb.add_option("--proxy", client.proxy,
                  "http://[user:password@]host:port (default: HTTPS_PROXY; NO_PROXY counts)")
      ->group(kGroup);
  auto* proxy_user =
      verb.add_option("--proxy-user", client.proxy_user, "User name for the proxy")->group(kGroup);
  verb.add_option("--proxy-password-file", client.proxy_password_file,
                  "File with its password in the first line")
      ->needs(proxy_user)
      ->group(kGroup);
  verb.add_option("--format", flags.format,
                  "json or xml: what is sent and asked for; an answer may be either")
      ->capture_default_str()
      ->check(CLI::IsMember({"json", "xml"}))
      ->group(kGroup);
  verb.add_option("--timeout", flags.timeout_s, "Seconds for one answer")
      ->capture_default_str()
      ->check(CLI::Range(0.1, kTimeoutSecondsMax))
      ->group(kGroup);
}

void add_server_words(CLI::App& verb, rest::ServerWords& words) {
  words = rest::ServerWords::optional;
  verb.add_flag_function(
      "--show-source", [&words](std::int64_t) { words = rest::ServerWords::shown; },
      "Show the server's own words in messages (they may hold patient data)");
}

int report_answer(const Error& error) {
  const int code = report(error);
  return error.fault == Fault::data || error.fault == Fault::limit ? int{kServer} : code;
}

Result<Connected> connect(const ConnectionFlags& flags) {
  auto base = rest::server_base(flags.server);
  if (!base) return base.error();
  auto options = flags.client;
  options.response_ms_max = static_cast<std::int64_t>(flags.timeout_s * kMsPerSecond);
  // A server may think for as long as the user gives it before its first byte.
  options.idle_ms_max = options.response_ms_max;
  options.connections_idle_max = flags.concurrency;
  if (options.proxy.empty()) options.proxy = environment("HTTPS_PROXY", "https_proxy");
  options.no_proxy = environment("NO_PROXY", "no_proxy");
  if (!options.proxy_user.empty() && options.proxy.empty())
    return fail(ErrorCode::option_combination, "--proxy-user is given, and there is no proxy", {},
                "name it with --proxy or in HTTPS_PROXY, or leave the user out");
  if (!options.smart_key_id.empty() && options.smart_key.empty())
    return fail(ErrorCode::option_combination, "--smart-key-id names a key that is not given", {},
                "give it with --smart-key, or leave the id out");
  for (const auto& line : flags.headers) {
    const auto colon = line.find(':');
    if (colon == std::string::npos)
      return fail(ErrorCode::option_value, "--header has no colon", {},
                  "write it as 'Name: value'");
    const auto begin = line.find_first_not_of(' ', colon + 1);
    options.headers.push_back(
        {line.substr(0, colon), begin == std::string::npos ? "" : line.substr(begin)});
  }
  if (!options.smart_client_id.empty() && options.scope.empty())
    options.scope = "system/*.read system/*.write";
  options.form = std::make_shared<FhirWire>(flags.format == "xml", options.limits);
  auto client = net::Client::open(*base, options);
  if (!client) return client.error();
  if (options.insecure)
    log(Level::warning,
        "WARNING: --insecure: the server's certificate is NOT checked. Anybody in between can read "
        "and change patients' data. Use --certificate-authority instead.");
  return Connected{std::move(*base), std::move(*client)};
}

}  // namespace paraneo::cli

// The options by which push, pull, sync and probe reach a server, named as other FHIR tools name
// them. Secrets are paths of files, never values.
#pragma once

#include <string>
#include <vector>

#include "net/client.h"

namespace CLI {
class App;
}

namespace paraneo::cli {

// Options of every verb that talks to a server.
struct ConnectionFlags {
  std::string server;
  std::size_t concurrency = 4;
  double timeout_s = 300;
  std::string format = "json";  // or "xml": what is sent and asked for
  std::vector<std::string> headers;
  net::ClientOptions client;
};

// The options of every verb that speaks to a server.
void add_connection(CLI::App& verb, ConnectionFlags& flags);

// --show-source: whether the server's own words are in messages.
void add_server_words(CLI::App& verb, rest::ServerWords& words);

// Reports what ended a talk with a server and gives the exit code: what is wrong with an answer's
// data or size is the server's fault, and no finding in the user's data.
int report_answer(const Error& error);

// The server of a run, ready to be asked.
struct Connected {
  std::string base;
  net::Client client;
};
// Takes HTTPS_PROXY and NO_PROXY from the environment where the flags say nothing. Says loudly when
// certificates are not checked. No byte is sent yet.
Result<Connected> connect(const ConnectionFlags& flags);

}  // namespace paraneo::cli

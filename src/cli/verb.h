// How a verb joins the program: one function that adds a sub-command to the application and, when
// that sub-command is chosen, sets Session::run. main.cpp has the list of these functions: a new
// verb is one file and one line there.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace paraneo::cli {

// Exit codes are a promise to scripts.
enum Exit : int {
  kDone = 0,
  kFindings = 1,  // done, with findings in the data
  kUsage = 2,
  kServer = 3,  // server, TLS or authentication
  kPartly = 4,  // partly done; running it again goes on
  kConflict = 5,
};

// An option that the configuration may give as a list of tables, such as [[import.source]], in the
// place of one value.
struct TableOption {
  using Row = std::map<std::string, std::vector<std::string>>;  // texts by key
  std::vector<std::string> keys;                                // that a table may have
  std::function<void(const Row&)> take;                         // each table, in order
};

// What all verbs share. Lives as long as main().
struct Session {
  std::map<const CLI::Option*, TableOption> tables;
  // Options that a verb would take from those above it, and does not use: they are refused by name.
  std::map<const CLI::App*, std::set<const CLI::Option*>> unused;
  // Verbs that read --ig; it is refused where nobody would.
  std::set<const CLI::App*> definition_readers;
  CLI::Option* definitions_option = nullptr;
  bool is_unused(const CLI::App& verb, const CLI::Option& option) const;

  Limits limits;
  std::string log = "text";  // or "json"
  bool progress = true;
  std::vector<std::string> definitions;  // --ig, in the order given
  std::string codes_folder;              // the registry's own codes: read behind these
  std::function<int()> run;              // set by the chosen verb; returns an Exit
};

// Writes the error to standard error and gives the exit code of its kind.
int report(const Error& error);
int exit_code(Fault fault);
// A verb's line of text for people, on standard error.
void note(const std::string& text);

// Each adds a verb with its options to the program. When a command line chooses it, session.run is
// what does it; `app` and `session` must outlive that.
void add_fhirpath(CLI::App& app, Session& session);
void add_transform(CLI::App& app, Session& session);
void add_validate(CLI::App& app, Session& session);
void add_export(CLI::App& app, Session& session);
void add_import(CLI::App& app, Session& session);
void add_view(CLI::App& app, Session& session);
void add_maps(CLI::App& app, Session& session);
void add_package(CLI::App& app, Session& session);
void add_codes(CLI::App& app, Session& session);
void add_push(CLI::App& app, Session& session);
void add_pull(CLI::App& app, Session& session);
void add_probe(CLI::App& app, Session& session);
void add_sync(CLI::App& app, Session& session);
void add_sandbox(CLI::App& app, Session& session);

}  // namespace paraneo::cli

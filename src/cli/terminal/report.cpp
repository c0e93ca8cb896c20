#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/terminal/log.h"
#include "cli/terminal/terminal.h"
#include "cli/verb.h"
#include "diag/render.h"

namespace paraneo::cli {

int exit_code(Fault fault) {
  switch (fault) {
    case Fault::usage:
    case Fault::io: return kUsage;
    case Fault::data:
    case Fault::limit: return kFindings;
    case Fault::network:
    case Fault::auth:
    case Fault::server: return kServer;
    case Fault::conflict: return kConflict;
    case Fault::internal: return kFindings;
  }
  return kFindings;
}

int report(const Error& error) { return report(error, {}); }

int report(const Error& error, const LogFields& more) {
  if (logs_json()) {
    auto fields = more;
    if (fields.empty()) fields.emplace_back("event", "error");
    fields.emplace_back("code", std::string(info(error.code).name));
    fields.emplace_back("exit_code", exit_code(error.fault));
    if (!error.where.empty()) fields.emplace_back("where", error.where);
    if (!error.advice.empty()) fields.emplace_back("advice", error.advice);
    log(Level::error, error.what, fields);
  } else {
    diag::RenderOptions options;
    options.colour = shows_colours();
    auto text = diag::render(error, options);
    while (text.ends_with('\n')) text.pop_back();
    log(Level::error, text);
  }
  return exit_code(error.fault);
}

namespace {

// It or one of those below it.
bool is_among(const CLI::App& verb, const std::set<const CLI::App*>& verbs) {
  if (verbs.contains(&verb)) return true;
  const auto below = verb.get_subcommands([](const CLI::App*) { return true; });
  return std::any_of(below.begin(), below.end(),
                     [&](const CLI::App* each) { return is_among(*each, verbs); });
}

}  // namespace

bool Session::is_unused(const CLI::App& verb, const CLI::Option& option) const {
  if (&option == definitions_option) return !is_among(verb, definition_readers);
  const auto known = unused.find(&verb);
  return known != unused.end() && known->second.contains(&option);
}

// A name of a file may hold anything.
void note(const std::string& text) { log(Level::info, diag::shown(text)); }

}  // namespace paraneo::cli

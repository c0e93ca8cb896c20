// paraneo VERB [options] [INPUT...]
#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>

#include "cli/program/program.h"
#include "cli/terminal/config.h"
#include "cli/terminal/help_formatter.h"
#include "cli/terminal/log.h"
#include "cli/terminal/standard_output.h"
#include "cli/terminal/usage.h"
#include "cli/verb.h"

namespace {

using paraneo::cli::Configuration;
using paraneo::cli::Session;

// A new verb: one file, one line here.
constexpr void (*kVerbs[])(CLI::App&, Session&) = {
    paraneo::cli::add_export,    paraneo::cli::add_import,   paraneo::cli::add_view,
    paraneo::cli::add_transform, paraneo::cli::add_fhirpath, paraneo::cli::add_validate,
    paraneo::cli::add_maps,      paraneo::cli::add_package,  paraneo::cli::add_codes,
    paraneo::cli::add_push,      paraneo::cli::add_pull,     paraneo::cli::add_probe,
    paraneo::cli::add_sync,      paraneo::cli::add_sandbox,  paraneo::cli::add_doctor,
    paraneo::cli::add_help,      paraneo::cli::add_version,  paraneo::cli::add_completion,
    paraneo::cli::add_man,
};

// Of all levels.
std::vector<CLI::App*> verbs_below(CLI::App& app) {
  auto all = app.get_subcommands([](const CLI::App*) { return true; });
  for (std::size_t i = 0; i < all.size(); ++i)
    for (auto* below : all[i]->get_subcommands([](const CLI::App*) { return true; }))
      all.push_back(below);
  return all;
}

int run(int argc, char** argv) {
  Session session;
  CLI::App app("FHIR R4 interoperability adapter for case records", "paraneo");
  app.formatter(std::make_shared<paraneo::cli::HelpFormatter>());
  const Configuration configuration(app, session);
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.add_option("--log", session.log, "Messages as text or json")
      ->check(CLI::IsMember({"text", "json"}));
  app.add_flag("!--no-progress", session.progress, "No progress bar");
  bool quiet = false;
  app.add_flag("-q,--quiet", quiet, "Errors only: no warnings, notes, counts or progress");
  session.definitions_option =
      app.add_option(
             "--ig", session.definitions,
             "Further definitions, concept maps and maps: ID#VERSION of a package, its .tgz, a FILE or a FOLDER (repeatable)")
          ->allow_extra_args(false);
  app.require_subcommand(1);
  app.fallthrough();
  for (const auto add : kVerbs) add(app, session);
  // --help of a verb lists the verb's own options only.
  for (auto* verb : verbs_below(app))
    verb->footer(verb->get_footer() + "\n\nOptions of every verb: " +
                 (session.is_unused(*verb, *session.definitions_option) ? "" : "--ig, ") +
                 "--config, --log, --quiet, --no-progress (paraneo --help)");
  if (paraneo::cli::asks_for_json_log(argc, argv)) paraneo::cli::set_log_format("json");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (session.log == "json") paraneo::cli::set_log_format("json");
    return paraneo::cli::close_standard_output(
        paraneo::cli::report_usage(app, configuration, error));
  }
  paraneo::cli::set_log_format(session.log);
  if (quiet) {
    paraneo::cli::set_log_level(paraneo::cli::Level::error);
    session.progress = false;
  }
  if (const auto misspelt = Configuration::misspelt()) return paraneo::cli::report(*misspelt);
  if (paraneo::cli::report_unused(app, configuration, session)) return paraneo::cli::kUsage;
  return paraneo::cli::close_standard_output(session.run ? session.run()
                                                         : int{paraneo::cli::kUsage});
}

}  // namespace

int main(int argc, char** argv) {
  // A pipe that closes and a file that may not grow are errors of writing, with a message.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    return paraneo::cli::report(
        paraneo::fail(paraneo::ErrorCode::internal, std::string("internal error: ") + error.what(),
                      {}, "please report this with the command line, without patient data"));
  }
}

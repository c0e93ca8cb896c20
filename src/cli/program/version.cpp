// paraneo version, --version; paraneo help
#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/program/program.h"
#include "diag/suggest.h"

namespace paraneo::cli {
namespace {

const auto kAll = [](const CLI::App*) { return true; };

int print_help(const CLI::App& app, const std::vector<std::string>& names) {
  const auto* verb = &app;
  auto path = app.get_name();
  for (const auto& name : names) {
    const auto below = verb->get_subcommands(kAll);
    const auto found = std::find_if(below.begin(), below.end(),
                                    [&](const CLI::App* each) { return each->get_name() == name; });
    if (found == below.end()) {
      const auto near = diag::closest(
          name, below, [](const CLI::App* each) -> std::string_view { return each->get_name(); });
      return report(fail(ErrorCode::command_line,
                         "there is no verb \"" + name + "\" of '" + path + "'", {},
                         near.empty() ? "see '" + path + " --help'" : diag::did_you_mean(near)));
    }
    verb = *found;
    path += " " + name;
  }
  // CLI::App::help() would print that of the verb that was called.
  const auto text = verb->get_formatter()->make_help(verb, path, CLI::AppFormatMode::Normal);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return kDone;
}

}  // namespace

std::string version_text() {
  return std::string("paraneo ") + PARANEO_VERSION + "\n" + PARANEO_BUILT_WITH;
}

void add_version(CLI::App& app, Session& session) {
  app.set_version_flag("--version", version_text());
  auto* verb =
      app.add_subcommand("version", "Print the version, and what the program was built with");
  verb->footer("Example:\n  paraneo version");
  verb->callback([&session] {
    session.run = [] {
      std::printf("%s\n", version_text().c_str());
      return int{kDone};
    };
  });
}

void add_help(CLI::App& app, Session& session) {
  auto names = std::make_shared<std::vector<std::string>>();
  auto* verb = app.add_subcommand("help", "Print what --help of a verb prints");
  verb->footer("Example:\n  paraneo help codes report");
  verb->add_option("VERB", *names, "The verb, with the action where it has some");
  verb->callback(
      [names, &app, &session] { session.run = [names, &app] { return print_help(app, *names); }; });
}

}  // namespace paraneo::cli

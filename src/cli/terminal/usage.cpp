#include "cli/terminal/usage.h"

#include <algorithm>

#include "cli/terminal/message.h"
#include "diag/suggest.h"

namespace paraneo::cli {
namespace {

// The innermost verb that was named, and how it is called: "paraneo sync run".
struct Chosen {
  const CLI::App* verb;
  std::string name;
};

Chosen chosen_of(const CLI::App& app) {
  Chosen chosen{&app, app.get_name()};
  while (!chosen.verb->get_subcommands().empty()) {
    chosen.verb = chosen.verb->get_subcommands().front();
    chosen.name += " " + chosen.verb->get_name();
  }
  return chosen;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

bool is_option(const std::string& word) { return word.size() > 1 && word.front() == '-'; }

Error no_such_verb(const Chosen& chosen, const std::vector<std::string>& left) {
  const auto verbs = chosen.verb->get_subcommands([](const CLI::App*) { return true; });
  std::vector<std::string> names;
  for (const auto* verb : verbs) names.push_back(verb->get_name());
  const auto advice = "there are " + joined(names);
  const auto word = std::find_if_not(left.begin(), left.end(), is_option);
  if (word == left.end())
    return fail(ErrorCode::command_line, "'" + chosen.name + "' needs a verb", {}, advice);
  const auto near =
      diag::closest(*word, names, [](const std::string& name) -> std::string_view { return name; });
  return fail(ErrorCode::command_line,
              "there is no verb \"" + *word + "\" of '" + chosen.name + "'", {},
              near.empty() ? advice : diag::did_you_mean(near));
}

// All that may stand behind the verb.
std::vector<std::string> option_names(const CLI::App* verb) {
  std::vector<std::string> names;
  for (; verb != nullptr; verb = verb->get_parent())
    for (const auto* option : verb->get_options())
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

Error not_expected(const Chosen& chosen, const std::vector<std::string>& left) {
  const auto help = "see '" + chosen.name + " --help'";
  const auto option = std::find_if(left.begin(), left.end(), is_option);
  if (option == left.end())
    return fail(ErrorCode::command_line, "'" + chosen.name + "' does not take " + joined(left), {},
                help);
  const auto name = option->substr(0, option->find('='));
  const auto names = option_names(chosen.verb);
  const auto near =
      diag::closest(name, names, [](const std::string& each) -> std::string_view { return each; });
  return fail(ErrorCode::command_line, "'" + chosen.name + "' has no option " + name, {},
              near.empty() ? help : diag::did_you_mean(near));
}

Error error_of(const CLI::App& app, const Configuration& configuration,
               const CLI::ParseError& error) {
  const auto chosen = chosen_of(app);
  if (dynamic_cast<const CLI::FileError*>(&error) != nullptr)
    if (auto missing = configuration.missing()) return *missing;
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr)
    return not_expected(chosen, app.remaining(true));
  const bool no_verb = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr &&
                       chosen.verb->get_require_subcommand_min() > 0;
  if (no_verb) return no_such_verb(chosen, app.remaining(true));
  return fail(ErrorCode::command_line, error.what(), {}, "see '" + chosen.name + " --help'");
}

}  // namespace

int report_usage(const CLI::App& app, const Configuration& configuration,
                 const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::Success*>(&error) != nullptr) return app.exit(error);
  const bool of_file = dynamic_cast<const CLI::FileError*>(&error) != nullptr;
  if (of_file && configuration.refusal()) {
    log(message_of(*configuration.refusal(), nullptr, ShowLines::all));
    return kUsage;
  }
  return report(error_of(app, configuration, error));
}

bool report_unused(const CLI::App& app, const Configuration& configuration,
                   const Session& session) {
  const auto chosen = chosen_of(app);
  for (const auto* verb = chosen.verb; verb != nullptr; verb = verb->get_parent()) {
    for (const auto* option : verb->get_options()) {
      if (option->empty() || !session.is_unused(*chosen.verb, *option)) continue;
      const auto what = "'" + chosen.name + "' does not use " + option->get_name();
      const auto* key = configuration.key_of(*option);
      if (key == nullptr)
        return report(fail(ErrorCode::command_line, what, {}, "leave it out")), true;
      if (verb != &app) continue;
      log(message_of({diag::Code::config_key,
                      diag::Severity::error,
                      what,
                      *key,
                      {},
                      "write it in the tables of the verbs that do"},
                     nullptr, ShowLines::all));
      return true;
    }
  }
  return false;
}

bool asks_for_json_log(int argc, char** argv) {
  bool json = false;
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    const std::string_view word(argv[i]);
    if (word.starts_with("--log=")) json = word == "--log=json";
    else if (word == "--log" && i + 1 < argc) json = std::string_view(argv[i + 1]) == "json";
  }
  return json;
}

}  // namespace paraneo::cli

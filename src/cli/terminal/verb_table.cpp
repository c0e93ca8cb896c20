#include "cli/terminal/verb_table.h"

#include <algorithm>

namespace paraneo::cli {
namespace {

const auto kAll = [](const CLI::App*) { return true; };

// CLI11 has them in the name of the type: "TEXT:{a,b}".
std::vector<std::string> choices_of(const std::string& type) {
  std::vector<std::string> out;
  const auto begin = type.find(":{");
  if (begin == std::string::npos || !type.ends_with('}')) return out;
  std::string list = type.substr(begin + 2, type.size() - begin - 3) + ",";
  for (auto comma = list.find(','); comma != std::string::npos; comma = list.find(',')) {
    out.push_back(list.substr(0, comma));
    list.erase(0, comma + 1);
  }
  return out;
}

void add_verb(const CLI::App& verb, const std::string& path, const Session& session,
              std::vector<VerbEntry>& to) {
  VerbEntry entry;
  entry.path = path;
  entry.description = verb.get_description();
  entry.footer = verb.get_footer();
  for (const auto* option : verb.get_options()) entry.options.push_back(entry_of(*option));
  for (const auto* above = verb.get_parent(); above != nullptr; above = above->get_parent())
    for (const auto* option : above->get_options())
      if (option->get_configurable() && !option->get_positional() &&
          !session.is_unused(verb, *option))
        entry.inherited.push_back(entry_of(*option));
  const auto below = verb.get_subcommands(kAll);
  for (const auto* each : below) entry.verbs.push_back(each->get_name());
  to.push_back(std::move(entry));
  for (const auto* each : below)
    add_verb(*each, (path.empty() ? "" : path + " ") + each->get_name(), session, to);
}

}  // namespace

OptionEntry entry_of(const CLI::Option& option) {
  OptionEntry out;
  out.is_positional = option.get_positional();
  if (out.is_positional) out.names.push_back(option.get_name(true, false));
  for (const auto& name : option.get_snames()) out.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) out.names.push_back("--" + name);
  const auto type = option.get_type_name();
  if (option.get_type_size() != 0) out.value = type.substr(0, type.find(':'));
  // A flag takes none.
  if (option.get_expected_min() > 0 && out.value.empty()) out.value = "TEXT";
  out.choices = choices_of(type);
  out.description = option.get_description();
  out.group = option.get_group();
  out.is_required = option.get_required();
  out.may_repeat = option.get_expected_max() == CLI::detail::expected_max_vector_size;
  return out;
}

std::vector<VerbEntry> verb_table(const CLI::App& app, const Session& session) {
  std::vector<VerbEntry> out;
  add_verb(app, {}, session, out);
  return out;
}

}  // namespace paraneo::cli

#include "cli/terminal/config.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <toml++/toml.h>

#include "base/result.h"
#include "diag/suggest.h"

extern char** environ;

namespace paraneo::cli {
namespace {

constexpr std::string_view kVariable = "PARANEO_CONFIG";
constexpr std::string_view kCredentials = "${CREDENTIALS_DIRECTORY}";

std::vector<CLI::App*> verbs_below(CLI::App& verb) {
  return verb.get_subcommands([](CLI::App*) { return true; });
}

CLI::Option* option_named(CLI::App& verb, const std::string& name) {
  return verb.get_option_no_throw((name.size() == 1 ? "-" : "--") + name);
}

std::string number_text(double number) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return {digits, end};
}

using Keys = std::map<const CLI::Option*, Span>;

// One reading of the file: each key is given to its option, or an exception shows the place.
class Reading {
 public:
  Reading(CLI::App& app, const Session& session, const CLI::Config& config, const Source& source,
          Keys& keys, std::optional<diag::Diagnostic>& refusal)
      : app_(app), session_(session), config_(config), source_(source), keys_(keys),
        refusal_(refusal) {}

  void run() {
    try {
      const auto table = toml::parse(source_.text);
      read(table, app_, {});
    } catch (const toml::parse_error& error) {
      refuse(diag::Code::config_syntax, error.source(),
             "this is not TOML: " + std::string(error.description()));
    }
  }

 private:
  // The depth is bounded by toml++.
  void read(const toml::table& table, CLI::App& verb, const std::vector<std::string>& parents) {
    Keys here;
    for (const auto& [key, node] : table)
      if (!node.is_table()) read_key(key, node, verb, parents, here);
    for (const auto& [key, node] : table) {
      const auto* inner = node.as_table();
      if (inner == nullptr) continue;
      const std::string name(key.str());
      const auto verbs = verbs_below(verb);
      const auto below = std::find_if(verbs.begin(), verbs.end(),
                                      [&](CLI::App* each) { return each->get_name() == name; });
      if (below == verbs.end()) unknown_table(verb, key);
      auto names = parents;
      names.push_back(name);
      read(*inner, **below, names);
    }
  }

  void read_key(const toml::key& key, const toml::node& node, CLI::App& verb,
                const std::vector<std::string>& parents, Keys& here) {
    const auto [owner, option] = option_of(verb, parents, key);
    const Span place = span_of(key.source());
    if (const auto [first, is_new] = here.emplace(option, place); !is_new)
      refuse(diag::Code::config_key, first->second.begin > place.begin ? first->second : place,
             "this option is given twice in one table", "leave one of the two out");
    if (session_.is_unused(verb, *option))
      refuse(diag::Code::config_key, key.source(),
             "\"" + verb.get_name() + "\" does not use this option", "leave it out here");
    // What an inner verb takes from an outer one is nothing to the verbs beside it.
    if (owner != &verb && verb.count() == 0) return;
    if (const auto tables = session_.tables.find(option);
        tables != session_.tables.end() && node.is_array_of_tables())
      return give_tables(*option, tables->second, *node.as_array());
    give(*option, item_of(parents, key, node), node, place);
  }

  void give_tables(const CLI::Option& option, const TableOption& taker,
                   const toml::array& tables) const {
    if (!option.empty() && !keys_.contains(&option)) return;  // the command line comes first
    for (const auto& table : tables) {
      TableOption::Row row;
      for (const auto& [key, node] : *table.as_table()) {
        const std::string name(key.str());
        if (std::find(taker.keys.begin(), taker.keys.end(), name) == taker.keys.end()) {
          const auto near = diag::closest(
              name, taker.keys, [](const std::string& each) -> std::string_view { return each; });
          refuse(diag::Code::config_key, key.source(),
                 "there is no key \"" + name + "\" in such a table",
                 near.empty() ? "see --help" : diag::did_you_mean(near));
        }
        row.emplace(name, item_of({}, key, node).inputs);
      }
      taker.take(row);
    }
  }

  // Of the verb, or of one that it stands in: as on the command line.
  std::pair<CLI::App*, CLI::Option*> option_of(CLI::App& verb,
                                               const std::vector<std::string>& parents,
                                               const toml::key& key) const {
    const std::string name(key.str());
    for (auto* each = &verb; each != nullptr; each = each->get_parent()) {
      auto* option = option_named(*each, name);
      if (option == nullptr) continue;
      if (option->get_configurable()) return {each, option};
      refuse(diag::Code::config_value, key.source(), "--" + name + " is for the command line only");
    }
    unknown_key(verb, parents, key);
  }

  CLI::ConfigItem item_of(const std::vector<std::string>& parents, const toml::key& key,
                          const toml::node& node) const {
    CLI::ConfigItem item;
    item.parents = parents;
    item.name = key.str();
    if (const auto* list = node.as_array())
      for (const auto& each : *list) item.inputs.push_back(text_of(each));
    else item.inputs.push_back(text_of(node));
    return item;
  }

  // As CLI11 would, which no longer knows the place of a value that the option does not take.
  void give(CLI::Option& option, const CLI::ConfigItem& item, const toml::node& node,
            const Span& place) {
    if (!option.empty() && !keys_.contains(&option)) return;  // the command line comes first
    option.clear();  // an inner table comes before an outer one
    try {
      if (option.get_expected_min() == 0)
        option.add_result(option.get_flag_value(item.name, config_.to_flag(item)));
      else option.add_result(item.inputs);
      option.run_callback();
      keys_[&option] = place;
    } catch (const CLI::ParseError& error) {
      option.clear();  // or CLI11 would find it, too, and say so first
      refuse(diag::Code::config_value, node.source(), error.what(), "see --help");
    }
  }

  std::string text_of(const toml::node& node) const {
    if (const auto* text = node.as_string()) return with_credentials(text->get(), node);
    if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
    if (const auto* number = node.as_integer()) return std::to_string(number->get());
    if (const auto* decimal = node.as_floating_point()) return number_text(decimal->get());
    refuse(diag::Code::config_key, node.source(),
           "an option is a text, a number, true, false or a list of these");
  }

  std::string with_credentials(std::string text, const toml::node& node) const {
    const auto at = text.find(kCredentials);
    if (at == std::string::npos) return text;
    const auto* folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr)
      refuse(diag::Code::config_value, node.source(),
             "CREDENTIALS_DIRECTORY is not set: there are no credentials of systemd",
             "write LoadCredential= in the unit, or the path of the file here");
    return text.replace(at, kCredentials.size(), folder);
  }

  [[noreturn]] void unknown_table(CLI::App& verb, const toml::key& key) const {
    const auto near =
        diag::closest(key.str(), verbs_below(verb),
                      [](const CLI::App* each) -> std::string_view { return each->get_name(); });
    refuse(diag::Code::config_key, key.source(),
           "there is no verb \"" + std::string(key.str()) + "\"",
           near.empty() ? "a table is called like a verb: [sync], [sync.run], [pull] ..."
                        : diag::did_you_mean(near));
  }

  [[noreturn]] void unknown_key(CLI::App& verb, const std::vector<std::string>& parents,
                                const toml::key& key) const {
    const std::string name(key.str());
    std::string table;
    for (const auto& each : parents) table += each + ".";
    std::string advice;
    for (const auto* below : verbs_below(verb))
      if (advice.empty() && below->get_option_no_throw("--" + name) != nullptr)
        advice = "it is an option of \"" + below->get_name() + "\": write it in a table [" + table +
                 below->get_name() + "]";
    const auto near =
        diag::closest(name, verb.get_options(), [](const CLI::Option* each) -> std::string_view {
          return each->get_lnames().empty() ? std::string_view() : each->get_lnames().front();
        });
    if (advice.empty())
      advice = near.empty() ? "each key is an option without its dashes: see --help"
                            : diag::did_you_mean(near);
    refuse(diag::Code::config_key, key.source(), "there is no option \"" + name + "\" here",
           advice);
  }

  [[noreturn]] void refuse(diag::Code code, const toml::source_region& place, std::string message,
                           std::string advice = {}) const {
    refuse(code, span_of(place), std::move(message), std::move(advice));
  }

  [[noreturn]] void refuse(diag::Code code, const Span& place, std::string message,
                           std::string advice) const {
    refusal_ = diag::Diagnostic{code, diag::Severity::error, std::move(message), place,
                                {},   std::move(advice)};
    throw CLI::FileError(refusal_->message, CLI::ExitCodes::FileError);
  }

  Span span_of(const toml::source_region& place) const {
    return {&source_, offset_of(place.begin), offset_of(place.end)};
  }

  std::uint32_t offset_of(const toml::source_position& place) const {
    std::size_t at = 0;
    for (toml::source_index line = 1; line < place.line && at != std::string::npos; ++line)
      at = source_.text.find('\n', at) + 1;
    return static_cast<std::uint32_t>(
        std::min(at + (place.column > 0 ? place.column - 1 : 0), source_.text.size()));
  }

  CLI::App& app_;
  const Session& session_;
  const CLI::Config& config_;
  const Source& source_;
  Keys& keys_;
  std::optional<diag::Diagnostic>& refusal_;
};

std::string environment(std::string_view name) {
  const auto* value = std::getenv(std::string(name).c_str());
  return value == nullptr ? "" : value;
}

// A variable that can only have been meant for ours. Others of this prefix are no concern of ours:
// those who start the program may have their own.
std::string misspelt_variable() {
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view pair(*each);
    std::string name(pair.substr(0, pair.find('=')));
    std::string upper = name;
    for (auto& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (name == kVariable || !upper.starts_with("PARA")) continue;
    if (upper.starts_with(kVariable) ||
        diag::distance(upper, kVariable, 4) <= diag::distance_max(upper))
      return name;
  }
  return {};
}

}  // namespace

class Configuration::Reader final : public CLI::Config {
 public:
  Reader(CLI::App& app, const Session& session, std::string default_path)
      : app_(app), session_(session), default_path_(std::move(default_path)) {}

  std::string to_config(const CLI::App* app, bool all, bool description,
                        std::string prefix) const override {
    return CLI::ConfigTOML().to_config(app, all, description, std::move(prefix));
  }
  // Leaves nothing for CLI11 to do.
  std::vector<CLI::ConfigItem> from_config(std::istream& in) const override {
    const auto* option = app_.get_config_ptr();
    source = {option->empty() ? default_path_ : option->results().front(),
              {std::istreambuf_iterator<char>(in), {}}};
    Reading(app_, session_, *this, source, keys, refusal).run();
    return {};
  }

  // CLI11 reads through a constant.
  mutable Source source;
  mutable Keys keys;
  mutable std::optional<diag::Diagnostic> refusal;

 private:
  CLI::App& app_;
  const Session& session_;
  std::string default_path_;
};

// CLI11 2.1 reads the file before the environment and passes over errors of a default, so that
// neither its envname() nor a plain default will do: a file that the environment names is a
// required one.
Configuration::Configuration(CLI::App& app, const Session& session)
    : path_of_environment_(environment(kVariable)),
      reader_(std::make_shared<Reader>(app, session, path_of_environment_)) {
  option_ = app.set_config(
      "--config", path_of_environment_,
      "TOML file; each key is an option, each table a verb (default: what PARANEO_CONFIG names)",
      !path_of_environment_.empty());
  option_->check([](const std::string& path) {
    return path.empty() ? std::string("this is no path") : std::string();
  });
  app.config_formatter(reader_);
}

Configuration::~Configuration() = default;

const std::optional<diag::Diagnostic>& Configuration::refusal() const { return reader_->refusal; }

std::optional<Error> Configuration::misspelt() {
  const auto name = misspelt_variable();
  if (name.empty()) return std::nullopt;
  return fail(ErrorCode::configuration, "there is no environment variable " + name, {},
              diag::did_you_mean(kVariable));
}

std::optional<Error> Configuration::missing() const {
  const auto path = option_->empty() ? path_of_environment_ : option_->results().front();
  std::error_code ec;
  if (path.empty() || (std::filesystem::exists(path, ec) &&
                       !std::filesystem::is_directory(path, ec) && std::ifstream(path)))
    return std::nullopt;
  return fail(
      ErrorCode::configuration, "the configuration cannot be read", path,
      option_->empty()
          ? "the environment variable PARANEO_CONFIG names it: check the path and its permissions"
          : "check the path and its permissions");
}

const Span* Configuration::key_of(const CLI::Option& option) const {
  const auto known = reader_->keys.find(&option);
  return known == reader_->keys.end() ? nullptr : &known->second;
}

}  // namespace paraneo::cli

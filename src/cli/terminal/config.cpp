#include "cli/terminal/config.h"

#include <algorithm>
#include <iterator>
#include <sstream>

#include <toml++/toml.h>

#include "diag/render.h"
#include "diag/suggest.h"

namespace paraneo::cli {
namespace {

std::vector<CLI::App*> verbs_below(CLI::App& verb) {
  return verb.get_subcommands([](CLI::App*) { return true; });
}

// One reading of the file: each key is given to its option, or an exception shows the place.
class Reading {
 public:
  Reading(CLI::App& app, const CLI::Config& config, std::string text)
      : app_(app), config_(config), source_{app.get_config_ptr()->as<std::string>(), std::move(text)} {}

  void run() {
    try {
      read(toml::parse(source_.text), app_, {});
    } catch (const toml::parse_error& error) {
      refuse(diag::Code::config_syntax, error.source(), "this is not TOML: " + std::string(error.description()));
    }
  }

 private:
  // The depth is bounded by toml++.
  void read(const toml::table& table, CLI::App& verb, const std::vector<std::string>& parents) {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (const auto* inner = node.as_table()) {
        const auto verbs = verbs_below(verb);
        const auto below = std::find_if(verbs.begin(), verbs.end(), [&](CLI::App* each) { return each->get_name() == name; });
        if (below == verbs.end()) unknown_table(verb, key);
        auto names = parents;
        names.push_back(name);
        read(*inner, **below, names);
        continue;
      }
      auto* option = verb.get_option_no_throw((name.size() == 1 ? "-" : "--") + name);
      if (option == nullptr) unknown_key(verb, parents, key);
      if (!option->get_configurable())
        refuse(diag::Code::config_value, key.source(), "--" + name + " is for the command line only");
      CLI::ConfigItem item;
      item.parents = parents;
      item.name = name;
      if (const auto* list = node.as_array())
        for (const auto& each : *list) item.inputs.push_back(text_of(each));
      else item.inputs.push_back(text_of(node));
      give(*option, item, node);
    }
  }

  // As CLI11 would, which no longer knows the place of a value that the option does not take.
  void give(CLI::Option& option, const CLI::ConfigItem& item, const toml::node& node) const {
    if (!option.empty()) return;  // the command line comes first
    try {
      if (option.get_expected_min() == 0) option.add_result(option.get_flag_value(item.name, config_.to_flag(item)));
      else option.add_result(item.inputs);
      option.run_callback();
    } catch (const CLI::ParseError& error) {
      option.clear();  // or CLI11 would find it, too, and say so first
      refuse(diag::Code::config_value, node.source(), error.what(), "see --help");
    }
  }

  std::string text_of(const toml::node& node) const {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
    std::ostringstream out;
    if (const auto* number = node.as_integer()) out << number->get();
    else if (const auto* decimal = node.as_floating_point()) out << decimal->get();
    else refuse(diag::Code::config_key, node.source(), "an option is a text, a number, true, false or a list of these");
    return out.str();
  }

  [[noreturn]] void unknown_table(CLI::App& verb, const toml::key& key) const {
    const auto near = diag::closest(key.str(), verbs_below(verb), [](const CLI::App* each) -> std::string_view { return each->get_name(); });
    refuse(diag::Code::config_key, key.source(), "there is no verb \"" + std::string(key.str()) + "\"",
           near.empty() ? "a table is called like a verb: [sync], [sync.run], [pull] ..." : diag::did_you_mean(near));
  }

  [[noreturn]] void unknown_key(CLI::App& verb, const std::vector<std::string>& parents, const toml::key& key) const {
    const std::string name(key.str());
    std::string table;
    for (const auto& each : parents) table += each + ".";
    std::string advice;
    for (const auto* below : verbs_below(verb))
      if (advice.empty() && below->get_option_no_throw("--" + name) != nullptr)
        advice = "it is an option of \"" + below->get_name() + "\": write it in a table [" + table + below->get_name() + "]";
    const auto near = diag::closest(name, verb.get_options(), [](const CLI::Option* each) -> std::string_view {
      return each->get_lnames().empty() ? std::string_view() : each->get_lnames().front();
    });
    if (advice.empty()) advice = near.empty() ? "each key is an option without its dashes: see --help" : diag::did_you_mean(near);
    refuse(diag::Code::config_key, key.source(), "there is no option \"" + name + "\" here", advice);
  }

  [[noreturn]] void refuse(diag::Code code, const toml::source_region& place, std::string message, std::string advice = {}) const {
    const diag::Diagnostic diagnostic{code, diag::Severity::error, std::move(message),
                                      {&source_, offset_of(place.begin), offset_of(place.end)}, {}, std::move(advice)};
    auto text = diag::render(diagnostic, {});
    text.pop_back();  // the line's end is CLI11's to write
    throw CLI::FileError(std::move(text), CLI::ExitCodes::FileError);
  }

  std::uint32_t offset_of(const toml::source_position& place) const {
    std::size_t at = 0;
    for (toml::source_index line = 1; line < place.line && at != std::string::npos; ++line)
      at = source_.text.find('\n', at) + 1;
    return static_cast<std::uint32_t>(std::min(at + (place.column > 0 ? place.column - 1 : 0), source_.text.size()));
  }

  CLI::App& app_;
  const CLI::Config& config_;
  Source source_;
};

class TomlConfig final : public CLI::Config {
 public:
  explicit TomlConfig(CLI::App& app) : app_(app) {}

  std::string to_config(const CLI::App* app, bool all, bool description, std::string prefix) const override {
    return CLI::ConfigTOML().to_config(app, all, description, std::move(prefix));
  }
  // Leaves nothing for CLI11 to do.
  std::vector<CLI::ConfigItem> from_config(std::istream& in) const override {
    Reading(app_, *this, {std::istreambuf_iterator<char>(in), {}}).run();
    return {};
  }

 private:
  CLI::App& app_;
};

}  // namespace

std::shared_ptr<CLI::Config> toml_config(CLI::App& app) { return std::make_shared<TomlConfig>(app); }

}  // namespace paraneo::cli

#include "cli/config.h"

#include <algorithm>
#include <iterator>
#include <sstream>

#include <toml++/toml.h>

#include "diag/render.h"
#include "diag/suggest.h"

namespace paraneo::cli {
namespace {

using Items = std::vector<CLI::ConfigItem>;

std::vector<const CLI::App*> verbs_below(const CLI::App& verb) {
  return verb.get_subcommands([](const CLI::App*) { return true; });
}

// One reading of the file: its tables and keys become items, or an exception shows the place.
class Reading {
 public:
  Reading(const CLI::App& app, std::string text) : app_(app), source_{app.get_config_ptr()->as<std::string>(), std::move(text)} {}

  Items items() {
    try {
      collect(toml::parse(source_.text), app_, {});
    } catch (const toml::parse_error& error) {
      refuse(diag::Code::config_syntax, error.source(), "this is not TOML: " + std::string(error.description()));
    }
    return std::move(items_);
  }

 private:
  // The depth is bounded by toml++.
  void collect(const toml::table& table, const CLI::App& verb, const std::vector<std::string>& parents) {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (const auto* inner = node.as_table()) {
        const auto verbs = verbs_below(verb);
        const auto below = std::find_if(verbs.begin(), verbs.end(), [&](const CLI::App* each) { return each->get_name() == name; });
        if (below == verbs.end()) unknown_table(verb, key);
        auto names = parents;
        names.push_back(name);
        collect(*inner, **below, names);
        continue;
      }
      if (verb.get_option_no_throw((name.size() == 1 ? "-" : "--") + name) == nullptr) unknown_key(verb, parents, key);
      CLI::ConfigItem item;
      item.parents = parents;
      item.name = name;
      if (const auto* list = node.as_array())
        for (const auto& each : *list) item.inputs.push_back(text_of(each));
      else item.inputs.push_back(text_of(node));
      items_.push_back(std::move(item));
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

  [[noreturn]] void unknown_table(const CLI::App& verb, const toml::key& key) const {
    const auto near = diag::closest(key.str(), verbs_below(verb), [](const CLI::App* each) -> std::string_view { return each->get_name(); });
    refuse(diag::Code::config_key, key.source(), "there is no verb \"" + std::string(key.str()) + "\"",
           near.empty() ? "a table is called like a verb: [sync], [sync.run], [pull] ..." : diag::did_you_mean(near));
  }

  [[noreturn]] void unknown_key(const CLI::App& verb, const std::vector<std::string>& parents, const toml::key& key) const {
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

  const CLI::App& app_;
  Source source_;
  Items items_;
};

class TomlConfig final : public CLI::Config {
 public:
  explicit TomlConfig(const CLI::App& app) : app_(app) {}

  std::string to_config(const CLI::App* app, bool all, bool description, std::string prefix) const override {
    return CLI::ConfigTOML().to_config(app, all, description, std::move(prefix));
  }
  Items from_config(std::istream& in) const override {
    return Reading(app_, {std::istreambuf_iterator<char>(in), {}}).items();
  }

 private:
  const CLI::App& app_;
};

}  // namespace

std::shared_ptr<CLI::Config> toml_config(const CLI::App& app) { return std::make_shared<TomlConfig>(app); }

}  // namespace paraneo::cli

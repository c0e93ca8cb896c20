#include "cli/config.h"

#include <sstream>

#include <toml++/toml.h>

namespace paraneo::cli {
namespace {

using Items = std::vector<CLI::ConfigItem>;

std::string text_of(const toml::node& node, const std::string& key) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  std::ostringstream out;
  if (const auto* number = node.as_integer()) out << number->get();
  else if (const auto* decimal = node.as_floating_point()) out << decimal->get();
  else throw CLI::ConversionError("the key " + key + " of the configuration must be a text, a number, true, false or a list of these");
  return out.str();
}

// The depth is bounded by toml++.
void collect(const toml::table& table, const std::vector<std::string>& parents, Items& items) {
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    if (const auto* inner = node.as_table()) {
      auto below = parents;
      below.push_back(name);
      collect(*inner, below, items);
      continue;
    }
    CLI::ConfigItem item;
    item.parents = parents;
    item.name = name;
    if (const auto* list = node.as_array())
      for (const auto& each : *list) item.inputs.push_back(text_of(each, name));
    else item.inputs.push_back(text_of(node, name));
    items.push_back(std::move(item));
  }
}

class TomlConfig final : public CLI::Config {
 public:
  std::string to_config(const CLI::App* app, bool all, bool description, std::string prefix) const override {
    return CLI::ConfigTOML().to_config(app, all, description, std::move(prefix));
  }

  Items from_config(std::istream& in) const override {
    Items items;
    try {
      collect(toml::parse(in), {}, items);
    } catch (const toml::parse_error& error) {
      const auto at = error.source().begin;
      throw CLI::FileError("the configuration is not TOML: " + std::string(error.description()) + " (line " +
                               std::to_string(at.line) + ", column " + std::to_string(at.column) + ")",
                           CLI::ExitCodes::FileError);
    }
    return items;
  }
};

}  // namespace

std::shared_ptr<CLI::Config> toml_config() { return std::make_shared<TomlConfig>(); }

}  // namespace paraneo::cli

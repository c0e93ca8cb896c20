// --help as a terminal of 80 columns shows it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

namespace paraneo::cli {

inline constexpr std::size_t kHelpColumns = 80;

// Lines of at most `columns`, each but the first behind `indent` blanks; the first begins at
// `from`. What has no blank where it should break is not broken.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t from,
                    std::size_t columns = kHelpColumns);
// Paragraphs are filled; lines that begin with two blanks (examples) stay as they are, but that a
// long command goes over several, with a backslash at the end of each.
std::string filled(std::string_view text, std::size_t columns = kHelpColumns);

class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
  std::string make_subcommand(const CLI::App* verb) const override;
  std::string make_description(const CLI::App* app) const override;
  std::string make_usage(const CLI::App* app, std::string name) const override;
  std::string make_footer(const CLI::App* app) const override;
};

}  // namespace paraneo::cli

#include "cli/terminal/help_formatter.h"

#include "base/utf8.h"
#include "cli/terminal/verb_table.h"

namespace paraneo::cli {
namespace {

constexpr std::size_t kDescriptionColumn = 28;

// The name at the left, what it is at the right; below it where the name is long.
std::string two_columns(const std::string& name, const std::string& description) {
  auto out = "  " + name;
  auto column = utf8::length(out);
  if (column + 2 > kDescriptionColumn) {
    out += "\n";
    column = 0;
  }
  out.append(kDescriptionColumn - column, ' ');
  return out + wrapped(description, kDescriptionColumn, kDescriptionColumn) + "\n";
}

std::string choices_of(const OptionEntry& entry) {
  std::string out;
  for (const auto& choice : entry.choices) {
    // The description may name them.
    if (entry.description.find(choice) == std::string::npos)
      out += (out.empty() ? "" : ", ") + choice;
  }
  return out.empty() ? out : " (" + out + ")";
}

// Where a command may go on in the next line: the last blank within `columns` that stands in no
// quotes, before an option if there is one; npos where there is none.
std::size_t break_of(std::string_view command, std::size_t columns) {
  auto blank = std::string_view::npos;
  auto before_option = std::string_view::npos;
  char quote = 0;
  for (std::size_t i = 0; i + 1 < command.size() && i <= columns; ++i) {
    if (quote != 0) {
      quote = command[i] == quote ? '\0' : quote;
    } else if (command[i] == '\'' || command[i] == '"') {
      quote = command[i];
    } else if (command[i] == ' ') {
      blank = i;
      if (command[i + 1] == '-') before_option = i;
    }
  }
  return before_option != std::string_view::npos ? before_option : blank;
}

// A command that a shell takes as it stands, over several lines where it is long. One with a remark
// behind it stays in one.
std::string wrapped_command(std::string_view line, std::size_t columns) {
  constexpr std::string_view kNextLine = "      ";
  std::string out;
  while (line.size() > columns && line.find(" #") == std::string_view::npos) {
    const auto begin = line.find_first_not_of(' ');
    const auto blank = break_of(line.substr(begin), columns - 2 - begin);
    if (blank == std::string_view::npos) break;
    out.append(line.substr(0, begin + blank)).append(" \\\n").append(kNextLine);
    line.remove_prefix(begin + blank + 1);
    columns = kHelpColumns - kNextLine.size();
  }
  return out.append(line);
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t indent, std::size_t from,
                    std::size_t columns) {
  std::string out;
  auto column = from;
  bool is_first = true;
  while (!text.empty()) {
    const auto begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin);
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    const auto width = utf8::length(word);
    if (!is_first && column + 1 + width > columns) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
      is_first = true;
    }
    if (!is_first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += width;
    is_first = false;
  }
  return out;
}

std::string filled(std::string_view text, std::size_t columns) {
  std::string out, paragraph;
  const auto end_paragraph = [&] {
    if (!paragraph.empty()) out += wrapped(paragraph, 0, 0, columns) + "\n";
    paragraph.clear();
  };
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty() || line.starts_with("  ")) {
      end_paragraph();
      out.append(line.starts_with("  paraneo ") ? wrapped_command(line, columns)
                                                : std::string(line))
          .append("\n");
      continue;
    }
    paragraph.append(paragraph.empty() ? "" : " ").append(line);
    if (line.ends_with(':')) end_paragraph();
  }
  end_paragraph();
  return out;
}

std::string HelpFormatter::make_option(const CLI::Option* option, bool is_positional) const {
  const auto entry = entry_of(*option);
  std::string name;
  for (const auto& each : entry.names) {
    if (is_positional != !each.starts_with('-')) continue;
    name += (name.empty() ? "" : ",") + each;
  }
  if (!is_positional && !entry.value.empty()) name += " " + entry.value;
  if (entry.may_repeat) name += " ...";
  if (entry.is_required && !is_positional) name += " (needed)";
  return two_columns(name, entry.description + choices_of(entry));
}

std::string HelpFormatter::make_subcommand(const CLI::App* verb) const {
  return two_columns(verb->get_name(), verb->get_description());
}

std::string HelpFormatter::make_description(const CLI::App* app) const {
  return filled(app->get_description());
}

std::string HelpFormatter::make_usage(const CLI::App* app, std::string name) const {
  auto text = CLI::Formatter::make_usage(app, std::move(name));
  while (text.ends_with('\n')) text.pop_back();
  return wrapped(text, 4, 0) + "\n";
}

std::string HelpFormatter::make_footer(const CLI::App* app) const {
  return filled(app->get_footer());
}

}  // namespace paraneo::cli

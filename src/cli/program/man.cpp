// paraneo man: the manual page, made of what the parser knows.
#include <CLI/CLI.hpp>

#include "cli/program/program.h"
#include "cli/terminal/verb_table.h"

namespace paraneo::cli {
namespace {

// roff: a hyphen is one, a backslash and a leading point or apostrophe are no request.
std::string roff(std::string_view text) {
  std::string out;
  bool at_start = true;
  for (const char c : text) {
    if (at_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') out += "\\e";
    else if (c == '-') out += "\\-";
    else out += c;
    at_start = c == '\n';
  }
  return out;
}

void append_options(std::string& out, const std::vector<OptionEntry>& options) {
  for (const auto& option : options) {
    std::string names;
    for (const auto& name : option.names)
      names += (names.empty() ? "" : ", ") + ("\\fB" + roff(name) + "\\fR");
    out += ".TP\n" + names +
           (option.value.empty() || option.is_positional ? ""
                                                         : " \\fI" + roff(option.value) + "\\fR") +
           "\n" + roff(option.description) + "\n";
  }
}

// Examples (lines that begin with two blanks) as they stand, the rest as paragraphs.
void append_footer(std::string& out, std::string_view text) {
  bool is_example = false;
  out += ".PP\n";
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto example = line.starts_with("  ");
    if (example != is_example) out += example ? ".nf\n" : ".fi\n";
    is_example = example;
    out += line.empty() ? ".PP\n" : roff(line) + "\n";
  }
  if (is_example) out += ".fi\n";
}

}  // namespace

std::string manual(const std::vector<VerbEntry>& table, std::string_view version) {
  const auto& program = table.front();
  std::string out =
      ".TH PARANEO 1 \"\" \"paraneo " + std::string(version) + "\"\n.SH NAME\nparaneo \\- " +
      roff(program.description) +
      "\n.SH SYNOPSIS\n.B paraneo\n.I VERB\n[options] [INPUT...]\n.SH OPTIONS OF EVERY VERB\n";
  append_options(out, program.options);
  out += ".SH VERBS\n";
  for (const auto& verb : table) {
    if (verb.path.empty()) continue;
    out += ".SS paraneo " + roff(verb.path) + "\n" + roff(verb.description) + "\n";
    append_options(out, verb.options);
    append_footer(out, verb.footer);
  }
  return out +
         ".SH EXIT STATUS\n"
         ".TP\n0\ndone\n"
         ".TP\n1\ndone, with findings in the data\n"
         ".TP\n2\nwrong usage, or a file that cannot be read or written\n"
         ".TP\n3\nserver, TLS or authentication\n"
         ".TP\n4\npartly done; running it again goes on\n"
         ".TP\n5\na person must decide\n"
         ".SH ENVIRONMENT\n"
         ".TP\nPARANEO_CONFIG\nthe configuration, where \\-\\-config does not name one\n"
         ".TP\nHTTPS_PROXY, NO_PROXY\nthe proxy, and the hosts that need none\n"
         ".TP\nNO_COLOR\nno colours\n"
         ".SH FILES\n"
         ".TP\n~/.fhir/packages\nFHIR packages, shared by all FHIR tools\n";
}

void add_man(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("man", "Print the manual page (roff)");
  verb->footer("Example:\n  paraneo man > paraneo.1");
  verb->callback([&app, &session] {
    session.run = [&app, &session] {
      const auto version = version_text();
      const auto first = version.substr(0, version.find('\n'));
      const auto text =
          manual(verb_table(app, session), std::string_view(first).substr(first.rfind(' ') + 1));
      std::fwrite(text.data(), 1, text.size(), stdout);
      return int{kDone};
    };
  });
}

}  // namespace paraneo::cli

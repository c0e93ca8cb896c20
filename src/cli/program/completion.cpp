// paraneo completion bash|zsh|fish
#include <CLI/CLI.hpp>

#include "cli/program/program.h"
#include "cli/terminal/verb_table.h"

namespace paraneo::cli {
namespace {

// Within single quotes of a shell.
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

// Of its own and of the verbs above.
std::vector<OptionEntry> options_of(const VerbEntry& verb) {
  std::vector<OptionEntry> out;
  for (const auto* list : {&verb.options, &verb.inherited})
    for (const auto& option : *list)
      if (!option.is_positional) out.push_back(option);
  return out;
}

// Which words are verbs: "" and "sync" lead to "sync", "sync run".
std::string verb_paths(const std::vector<VerbEntry>& table) {
  std::string out;
  for (const auto& verb : table)
    if (!verb.path.empty()) out += (out.empty() ? "" : "|") + in_quotes(verb.path);
  return out;
}

// The verb of the words so far, as bash and zsh have it.
std::string find_verb(const std::vector<VerbEntry>& table) {
  return "    case \"${verb:+$verb }$word\" in\n      " + verb_paths(table) +
         ") verb=\"${verb:+$verb }$word\" ;;\n    esac\n";
}

std::string bash_completion(const std::vector<VerbEntry>& table) {
  std::string out =
      "# paraneo completion bash > ~/.local/share/bash-completion/completions/paraneo\n"
      "_paraneo() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} verb= words= word\n"
      "  COMPREPLY=()\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n" +
      find_verb(table) + "  done\n  case \"$verb $prev\" in\n";
  std::string words;
  for (const auto& verb : table) {
    auto all = verb.verbs;
    for (const auto& option : options_of(verb)) {
      all.insert(all.end(), option.names.begin(), option.names.end());
      if (option.value.empty()) continue;
      std::string cases;
      for (const auto& name : option.names)
        cases += (cases.empty() ? "" : "|") + in_quotes(verb.path + " " + name);
      // Without choices a value is taken for a file.
      out +=
          "    " + cases + ") " +
          (option.choices.empty() ? "return"
                                  : "COMPREPLY=($(compgen -W " + in_quotes(joined(option.choices)) +
                                        " -- \"$cur\")); return") +
          " ;;\n";
    }
    for (const auto& option : verb.options)
      if (option.is_positional)
        for (const auto& choice : option.choices) all.push_back(choice);
    words += "    " + in_quotes(verb.path) + ") words=" + in_quotes(joined(all)) + " ;;\n";
  }
  return out + "  esac\n  case \"$verb\" in\n" + words +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
         "}\n"
         "complete -o default -F _paraneo paraneo\n";
}

// "NAME:what it is", a colon in it written \:.
std::string described(const std::string& name, const std::string& description) {
  std::string out;
  for (const char c : name) out += c == ':' ? std::string("\\:") : std::string(1, c);
  return in_quotes(out + ":" + description);
}

std::string zsh_completion(const std::vector<VerbEntry>& table) {
  std::string out =
      "#compdef paraneo\n"
      "# paraneo completion zsh > ~/.zfunc/_paraneo (with fpath+=~/.zfunc before compinit)\n"
      "_paraneo() {\n"
      "  local verb= word prev=${words[CURRENT-1]}\n"
      "  local -a options\n"
      "  for word in \"${(@)words[2,CURRENT-1]}\"; do\n" +
      find_verb(table) + "  done\n  case \"$verb $prev\" in\n";
  std::string lists;
  for (const auto& verb : table) {
    std::string list;
    for (const auto& below : table)
      for (const auto& name : verb.verbs)
        if (below.path == (verb.path.empty() ? "" : verb.path + " ") + name)
          list += " " + described(name, below.description);
    for (const auto& option : options_of(verb)) {
      for (const auto& name : option.names) list += " " + described(name, option.description);
      if (option.value.empty()) continue;
      std::string cases;
      for (const auto& name : option.names)
        cases += (cases.empty() ? "" : "|") + in_quotes(verb.path + " " + name);
      out += "    " + cases + ") " +
             (option.choices.empty() ? "_files" : "compadd -- " + joined(option.choices)) +
             "; return ;;\n";
    }
    for (const auto& option : verb.options)
      if (option.is_positional)
        for (const auto& choice : option.choices) list += " " + in_quotes(choice);
    lists += "    " + in_quotes(verb.path) + ") options=(" + list + " ) ;;\n";
  }
  return out + "  esac\n  case \"$verb\" in\n" + lists +
         "  esac\n"
         "  _describe 'paraneo' options\n"
         "  [[ $PREFIX == -* ]] || _files\n"
         "}\n"
         "_paraneo \"$@\"\n";
}

std::string fish_completion(const std::vector<VerbEntry>& table) {
  std::string paths;
  for (const auto& verb : table)
    if (!verb.path.empty()) paths += " " + in_quotes(verb.path);
  std::string out =
      "# paraneo completion fish > ~/.config/fish/completions/paraneo.fish\n"
      "function __paraneo_at\n"
      "  set -l verb ''\n"
      "  for word in (commandline -opc)[2..-1]\n"
      "    set -l longer (string trim -- \"$verb $word\")\n"
      "    if contains -- $longer" +
      paths +
      "\n"
      "      set verb $longer\n"
      "    end\n"
      "  end\n"
      "  test \"$verb\" = \"$argv[1]\"\n"
      "end\n";
  for (const auto& verb : table) {
    const auto at = "complete -c paraneo -n " + in_quotes("__paraneo_at " + in_quotes(verb.path));
    for (const auto& below : table)
      for (const auto& name : verb.verbs)
        if (below.path == (verb.path.empty() ? "" : verb.path + " ") + name)
          out += at + " -f -a " + in_quotes(name) + " -d " + in_quotes(below.description) + "\n";
    for (const auto& option : options_of(verb)) {
      auto line = at;
      for (const auto& name : option.names)
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      if (!option.value.empty())
        line += option.choices.empty() ? " -r" : " -x -a " + in_quotes(joined(option.choices));
      out += line + " -d " + in_quotes(option.description) + "\n";
    }
    for (const auto& option : verb.options)
      if (option.is_positional && !option.choices.empty())
        out += at + " -f -a " + in_quotes(joined(option.choices)) + "\n";
  }
  return out;
}

}  // namespace

std::string completion_script(const std::string& shell, const std::vector<VerbEntry>& table) {
  return shell == "bash"  ? bash_completion(table)
         : shell == "zsh" ? zsh_completion(table)
                          : fish_completion(table);
}

void add_completion(CLI::App& app, Session& session) {
  auto shell = std::make_shared<std::string>();
  auto* verb = app.add_subcommand(
      "completion", "Print a script that completes this program's command lines in a shell");
  verb->footer("Example:\n  paraneo completion bash > paraneo.bash");
  verb->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  verb->callback([shell, &app, &session] {
    session.run = [shell, &app, &session] {
      const auto text = completion_script(*shell, verb_table(app, session));
      std::fwrite(text.data(), 1, text.size(), stdout);
      return int{kDone};
    };
  });
}

}  // namespace paraneo::cli

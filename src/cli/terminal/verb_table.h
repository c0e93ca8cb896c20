// The verbs and options of the program, as the parser has them: what --help, the completions and
// the manual are made of, so that none of them names what is not there.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/verb.h"

namespace paraneo::cli {

// An option or argument of a verb, as CLI11 has it.
struct OptionEntry {
  std::vector<std::string> names;    // "-o", "--output"; of a positional "RECORD"
  std::string value;                 // "TEXT"; empty: a flag
  std::vector<std::string> choices;  // where only some values count
  std::string description;
  std::string group;
  bool is_positional = false;
  bool is_required = false;
  bool may_repeat = false;
};

// A verb with its options: what completion, the manual and the tests read.
struct VerbEntry {
  std::string path;  // "sync run"; empty: the program
  std::string description;
  std::string footer;
  std::vector<OptionEntry> options;    // of its own, in the order of --help
  std::vector<OptionEntry> inherited;  // of the verbs above it, that it uses
  std::vector<std::string> verbs;      // below it: their last names
};

// As CLI11 has it.
OptionEntry entry_of(const CLI::Option& option);
// The program first, then each verb followed by those below it.
std::vector<VerbEntry> verb_table(const CLI::App& app, const Session& session);

}  // namespace paraneo::cli

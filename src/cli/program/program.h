// Verbs about the program itself. `app` is the whole of it, and outlives them.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal/verb_table.h"

namespace paraneo::cli {

// Each adds a verb, or an option, that is about the program itself; as add_export() of verb.h.
void add_help(CLI::App& app, Session& session);
void add_version(CLI::App& app, Session& session);
void add_completion(CLI::App& app, Session& session);
void add_man(CLI::App& app, Session& session);
void add_doctor(CLI::App& app, Session& session);

// For "bash", "zsh" or "fish".
std::string completion_script(const std::string& shell, const std::vector<VerbEntry>& table);
// In roff.
std::string manual(const std::vector<VerbEntry>& table, std::string_view version);

// "paraneo 0.1.0", and below it what it was built with.
std::string version_text();

}  // namespace paraneo::cli

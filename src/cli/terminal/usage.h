// What is wrong with a command line, in the words of a person who wants to mend it.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/terminal/config.h"
#include "cli/verb.h"

namespace paraneo::cli {

// Reports why App::parse() ended and gives the exit code: of --help and --version, too.
int report_usage(const CLI::App& app, const Configuration& configuration,
                 const CLI::ParseError& error);

// An option that was given and that the chosen verb does not use; nothing when there is none. One
// that a configuration's outer table gives to several verbs is none.
bool report_unused(const CLI::App& app, const Configuration& configuration, const Session& session);

// "--log json", wherever it stands: also when another option ends the reading before it.
bool asks_for_json_log(int argc, char** argv);

}  // namespace paraneo::cli

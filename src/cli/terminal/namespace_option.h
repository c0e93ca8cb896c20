// --namespace URI: who assigns the ids of the records of a run.
#pragma once

#include <string>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace paraneo::cli {

// Keeps the namespace as record::parse_namespace() gives it; a usage error says what is wrong with
// it.
CLI::Option* add_namespace_option(CLI::App& verb, std::string& name_space);

}  // namespace paraneo::cli

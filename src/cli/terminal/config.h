// The configuration file: TOML, each key an option, each table a verb.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/verb.h"
#include "diag/diagnostic.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace paraneo::cli {

// --config FILE, or PARANEO_CONFIG where that is not given. Reads all of TOML 1.0; CLI11's own
// reader knows a part of it and passes over the rest. The command line comes before the file, and a
// table of an action before that of its verb. A key that is no option of its verb, a value that its
// option does not take, and a file that is not there end CLI::App::parse() with a CLI::FileError;
// refusal() says what, with the place.
// ${CREDENTIALS_DIRECTORY} in a text stands for systemd's folder of the service's credentials.
class Configuration {
 public:
  // Adds the option. Both must outlive this.
  Configuration(CLI::App& app, const Session& session);
  ~Configuration();
  Configuration(const Configuration&) = delete;
  Configuration& operator=(const Configuration&) = delete;

  // Why the file was refused; nothing when it was not.
  const std::optional<diag::Diagnostic>& refusal() const;
  // The file is not there or cannot be read.
  std::optional<Error> missing() const;
  // A variable of the environment that was meant for PARANEO_CONFIG.
  static std::optional<Error> misspelt();
  // The key that gave the option its value; null when the command line did, or nobody.
  const Span* key_of(const CLI::Option& option) const;

 private:
  class Reader;
  CLI::Option* option_ = nullptr;
  std::string path_of_environment_;
  std::shared_ptr<Reader> reader_;
};

}  // namespace paraneo::cli

#include "cli/server/validation_flags.h"

#include <CLI/CLI.hpp>

namespace paraneo::cli {

void add_validation(CLI::App& verb, ValidationFlags& flags, const std::string& help,
                    const std::string& group) {
  auto* option = verb.add_flag("--validate", flags.validate, help);
  if (!group.empty()) option->group(group);
  add_terminology(verb, flags.terminology);
}

Result<void> check_validation(const ValidationFlags& flags, std::string_view verb) {
  if (flags.validate || !flags.terminology.asks()) return {};
  return fail(ErrorCode::option_combination,
              std::string(verb) + " asks --terminology-server for --validate only", {},
              "add --validate, or leave the server out");
}

}  // namespace paraneo::cli

// --validate, and what a validation may ask, of the verbs that convert and move data: export,
// import, push, pull, sync. `paraneo validate` has the terminology server alone.
#pragma once

#include <string>

#include "cli/server/terminology_server.h"

namespace paraneo::cli {

// Whether a verb validates, and whom it asks about codes.
struct ValidationFlags {
  bool validate = false;
  TerminologyFlags terminology;
};

// `help` of --validate: what is held to the rules, and what becomes of what breaks them.
// `group` of its help page; empty: that of the verb's own options.
void add_validation(CLI::App& verb, ValidationFlags& flags, const std::string& help,
                    const std::string& group = {});
// That nobody is to be asked where nothing is validated.
Result<void> check_validation(const ValidationFlags& flags, std::string_view verb);

}  // namespace paraneo::cli

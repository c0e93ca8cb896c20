// pull --validate: what comes is held to the specification and to the profiles of --ig. Nothing is
// lost by it: what is not valid is named, and is written all the same.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "cli/server/text_validation.h"
#include "cli/server/validation_flags.h"

namespace paraneo::cli {

// Of one run; not thread-safe.
class IncomingCheck {
 public:
  // Null where nothing is validated.
  static Result<std::unique_ptr<IncomingCheck>> open(const ValidationFlags& flags,
                                                     const Session& session);

  // Reports the first error of the resource and how many there are, of the first kNamedMax that are
  // not valid. They are called by their type and number: an id can be a patient's.
  bool is_valid(std::string_view type, std::string_view json);
  // Sums up; the exit code of a run whose own is `code`.
  int finish(int code) const;

 private:
  static constexpr std::uint64_t kNamedMax = 50;

  IncomingCheck(std::unique_ptr<TerminologyServer> server, SharedKnowledge knowledge,
                const Limits& limits)
      : server_(std::move(server)),
        validation_(std::move(knowledge), limits, codes_of(server_),
                    "'paraneo validate' says all that is wrong with it") {}

  std::unique_ptr<TerminologyServer> server_;
  TextValidation validation_;
  std::uint64_t count_ = 0;
  std::uint64_t invalid_ = 0;
};

}  // namespace paraneo::cli

// Conditions of a kind that most are: exists(), empty() and comparisons with a text, of a name or a
// variable, with `and` and `or` between them. They are decided by looking at the elements where
// they lie: no run is set up and no collection made. What else stands in a condition is seldom
// reached: "offset.empty() or offset >= 0". Internal to this folder.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "fhirpath/fhirpath.h"

namespace paraneo::fhirpath {

class Program;

class Decision {
 public:
  Decision() = default;
  // Without branches when the program needs more than they can tell.
  explicit Decision(const Program& program);

  // Whether the program is true for the input; none where only running it can tell. Whatever is
  // decided here has no error, so it does not matter that a branch behind the first one that
  // settles it is left out.
  std::optional<bool> decide(const Engine& engine, const Collection& input,
                             const Environment& environment) const {
    return branches_.empty() ? std::nullopt : decided(engine, input, environment);
  }

 private:
  // open: only running it can tell.
  enum class Kind : std::uint8_t { any, none, equal, not_equal, open };
  struct Branch {
    Kind kind = Kind::any;
    bool at_variable = false;  // else at the input
    std::uint32_t slot = 0;
    definition::Symbol child = 0;  // 0: the focus itself
    std::string_view text;         // to compare with
    std::uint32_t then = 0;        // where to go on: a branch, or one of the two ends
    std::uint32_t otherwise = 0;
  };
  class Builder;
  static constexpr std::uint32_t kTrue = 0xFFFFFFFFU;
  static constexpr std::uint32_t kFalse = 0xFFFFFFFEU;

  std::optional<bool> decided(const Engine& engine, const Collection& input,
                              const Environment& environment) const;
  std::optional<bool> outcome(const Engine& engine, const Branch& branch,
                              const Collection& focus) const;

  std::vector<Branch> branches_;  // the last one comes first; each goes on with one that stands
                                  // before it
  bool has_open_ = false;
};

}  // namespace paraneo::fhirpath

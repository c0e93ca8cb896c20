// The regular expressions of matches(), matchesFull() and replaceMatches() (FHIRPath 2.0 5.6.9
// to 5.6.11; flags: 3.0). RE2 takes time in proportion to the text. What it refuses, look-around
// and back references, goes to PCRE2 with a limit on its steps. Internal to this folder.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fhirpath/run.h"

namespace paraneo::fhirpath {

class Regex {
 public:
  // Null, with the run failed, for what is no pattern or no flags ("i", "m"). Kept by this thread:
  // patterns are few and mostly constants of the program.
  static const Regex* of(Run& run, const Node& at, std::string_view pattern,
                         std::string_view flags);
  ~Regex();

  // None, with the run failed, where it takes too much.
  std::optional<bool> matches(Run& run, const Node& at, std::string_view text, bool whole) const;
  // Each match by `by`, in which $1 and ${name} are groups.
  std::optional<std::string> replaced(Run& run, const Node& at, std::string_view text,
                                      std::string_view by) const;

 private:
  static constexpr int kGroups = 10;  // $0 to $9
  using Groups = std::array<std::string_view, kGroups>;
  struct Engines;

  explicit Regex(std::unique_ptr<Engines> engines);
  std::optional<bool> find(Run& run, const Node& at, std::string_view text, std::size_t from,
                           bool whole, Groups& groups) const;
  int group_named(std::string_view name) const;  // 0 when there is none
  int group_count() const;

  std::unique_ptr<Engines> engines_;
};

}  // namespace paraneo::fhirpath

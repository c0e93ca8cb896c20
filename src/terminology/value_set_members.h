// The codes of a value set while it is made: those that are known, and the systems of which there
// may be more. Internal to this folder.
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "terminology/code_form.h"
#include "terminology/ucum.h"

namespace paraneo::terminology {

// Of a set about which nothing is known: there may be codes of all systems.
inline constexpr std::string_view kAnySystem = "*";

// Whether a set has a code that it does not list. `open`, `whole`: the systems of which it may have
// others, and those that it has all of.
template <class Texts>
std::optional<bool> has_unlisted(const Texts& open, const Texts& whole, std::string_view system,
                                 std::string_view code) {
  const auto has = [](const Texts& texts, std::string_view text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
  };
  if (!system.empty() && is_impossible(system, code)) return false;
  auto may_have = has(open, kAnySystem);
  for (const auto& each : whole) {
    if (!system.empty() && system != each) continue;
    if (each == kUcum && is_any_unit_code(code)) return true;
    may_have = may_have || !is_impossible(each, code);
  }
  if (system.empty())
    may_have = may_have || std::any_of(open.begin(), open.end(), [&](const auto& each) {
                 return !is_impossible(each, code);
               });
  else if (has(open, system)) may_have = true;
  return may_have ? std::nullopt : std::optional<bool>(false);
}

// Not thread-safe while it changes.
struct Members {
  std::set<std::pair<std::string, std::string>, std::less<>> codes;  // code, system
  std::set<std::string, std::less<>> open;   // systems of which there may be other codes, or
                                             // kAnySystem
  std::set<std::string, std::less<>> whole;  // systems that are not here, all of whose codes are in
                                             // it

  // None where it is not known. An empty system stands for any.
  std::optional<bool> has(std::string_view system, std::string_view code) const;
  // What is in either.
  void add(const Members& other);
  // Leaves what is in `all`. R4 says of several value sets in one include that a code must be in
  // all of them (the element's definition), and that it may be in any (that of its valueSet): what
  // is only in `any` is open.
  void narrow(const Members& all, const Members& any);
  // Codes that may be taken out, and may not, are open.
  void take_out(const Members& what);
};

}  // namespace paraneo::terminology

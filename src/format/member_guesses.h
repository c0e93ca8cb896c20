// What the names of JSON's members mean, guessed. Internal to this folder.
#pragma once

#include <array>

#include "definition/definitions.h"
#include "json/scan.h"

namespace paraneo::format {

// Finds what a member's name means by what followed on the member before it the last time: the
// objects of a list are alike.
class MemberGuesses {
 public:
  explicit MemberGuesses(const definition::Definitions& definitions) : definitions_(definitions) {}

  // Null when the type has no such member. `before` is null for the first one of an object.
  const definition::Member* find(definition::TypeId type, const definition::Member* before,
                                 std::string_view name) {
    auto& guess = place(type, before);
    if (guess.type == type && guess.name() == name) return guess.member;
    return guess_anew(guess, type, name);
  }
  // The same with the name in quotes that stands at `at` (see json/scan.h): `at` goes to its value.
  // Null also where there is no name with a colon, or one with escapes.
  const definition::Member* take(definition::TypeId type, const definition::Member* before,
                                 const char*& at) {
    auto& guess = place(type, before);
    if (guess.type == type && json::goes_on_with(at, guess.key)) {
      at = json::skip_white(at + guess.key.size());
      return guess.member;
    }
    if (*at != '"') return nullptr;
    const auto* end = json::skip_plain(at + 1);
    const auto* value = *end == '"' ? json::skip_colon(end + 1) : nullptr;
    if (value == nullptr) return nullptr;
    const auto* found = guess_anew(guess, type, {at + 1, end});
    at = value;
    return found;
  }

 private:
  static constexpr std::size_t kPlaces = 128;
  struct Guess {
    definition::TypeId type = 0;
    const definition::Member* member = nullptr;
    std::string_view key;  // in quotes, with the colon
    std::string_view name() const { return key.substr(1, key.size() - 3); }
  };

  Guess& place(definition::TypeId type, const definition::Member* before) {
    return guesses_[(before == nullptr ? kPlaces / 2 + type : before->element) % kPlaces];
  }
  const definition::Member* guess_anew(Guess& guess, definition::TypeId type,
                                       std::string_view name) {
    const auto* found = definitions_.member(type, name);
    if (found == nullptr) return nullptr;
    guess = {type, found, definitions_.json_key(found->json_name)};
    return found;
  }

  const definition::Definitions& definitions_;
  std::array<Guess, kPlaces> guesses_;
};

}  // namespace paraneo::format

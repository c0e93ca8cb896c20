// What the names of JSON's members mean, guessed. Internal to this folder.
#pragma once

#include <array>

#include "fhir/definitions.h"
#include "json/scan.h"

namespace paraneo::fhir {

// Finds what a member's name means by what followed on the member before it the last time: the
// objects of a list are alike.
class MemberGuesses {
 public:
  explicit MemberGuesses(const Definitions& definitions) : definitions_(definitions) {}

  // Null when the type has no such member. `all` are those of the type; `before` is null for the first
  // one of an object.
  const Member* find(TypeId type, std::span<const Member> all, const Member* before, std::string_view name) {
    auto& guess = place(type, all, before);
    if (is_of(all, guess) && guess.name() == name) return guess.member;
    return guess_anew(guess, type, name);
  }
  // The same with the name in quotes that stands at `at` (see json/scan.h): `at` goes behind it. Null
  // also where there is no name, or one with escapes.
  const Member* take(TypeId type, std::span<const Member> all, const Member* before, const char*& at) {
    auto& guess = place(type, all, before);
    if (is_of(all, guess) && json::goes_on_with(at, guess.quoted)) {
      at += guess.quoted.size();
      return guess.member;
    }
    if (*at != '"') return nullptr;
    const auto* end = json::skip_plain(at + 1).end;
    if (*end != '"') return nullptr;
    const auto* found = guess_anew(guess, type, {at + 1, end});
    at = end + 1;
    return found;
  }

 private:
  static constexpr std::size_t kPlaces = 128;
  struct Guess {
    const Member* member = nullptr;
    std::string_view quoted;
    std::string_view name() const { return quoted.substr(1, quoted.size() - 2); }
  };

  Guess& place(TypeId type, std::span<const Member> all, const Member* before) {
    return guesses_[(before == nullptr ? kPlaces / 2 + type : type + static_cast<std::size_t>(before - all.data())) % kPlaces];
  }
  static bool is_of(std::span<const Member> all, const Guess& guess) {
    return guess.member >= all.data() && guess.member < all.data() + all.size();
  }
  const Member* guess_anew(Guess& guess, TypeId type, std::string_view name) {
    const auto* found = definitions_.member(type, name);
    if (found == nullptr) return nullptr;
    const auto key = definitions_.json_key(found->json_name);
    guess = {found, key.substr(0, key.size() - 1)};
    return found;
  }

  const Definitions& definitions_;
  std::array<Guess, kPlaces> guesses_;
};

}  // namespace paraneo::fhir

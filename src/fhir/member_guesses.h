// What the names of JSON's members mean, guessed. Internal to this folder.
#pragma once

#include <array>
#include <cstring>

#include "fhir/definitions.h"

namespace paraneo::fhir {

// Finds what a member's name means by what followed on the member before it the last time: the
// objects of a list are alike.
class MemberGuesses {
 public:
  explicit MemberGuesses(const Definitions& definitions) : definitions_(definitions) {}

  // Null when the type has no such member. `all` are those of the type; `before` is null for the first
  // one of an object.
  const Member* find(TypeId type, std::span<const Member> all, const Member* before, std::string_view name) {
    const auto place = before == nullptr ? kPlaces / 2 + type : type + static_cast<std::size_t>(before - all.data());
    auto& guess = guesses_[place % kPlaces];
    const auto is_of_type = guess.member >= all.data() && guess.member < all.data() + all.size();
    if (is_of_type && same(guess.name, name)) return guess.member;
    const auto* found = definitions_.member(type, name);
    if (found != nullptr) guess = {found, definitions_.name(found->json_name)};
    return found;
  }

 private:
  static constexpr std::size_t kPlaces = 128;
  // Names are short: two words that may overlap are most of them.
  static bool same(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    if (a.size() < sizeof(std::uint32_t) || a.size() > 2 * sizeof(std::uint64_t)) return a == b;
    return a.size() < sizeof(std::uint64_t) ? same_ends<std::uint32_t>(a, b) : same_ends<std::uint64_t>(a, b);
  }
  template <class Word>
  static bool same_ends(std::string_view a, std::string_view b) {
    const auto differ = [](const char* x, const char* y) {
      Word p = 0;
      Word q = 0;
      std::memcpy(&p, x, sizeof p);
      std::memcpy(&q, y, sizeof q);
      return p ^ q;
    };
    const auto last = a.size() - sizeof(Word);
    return (differ(a.data(), b.data()) | differ(a.data() + last, b.data() + last)) == 0;
  }

  struct Guess {
    const Member* member = nullptr;
    std::string_view name;
  };
  const Definitions& definitions_;
  std::array<Guess, kPlaces> guesses_;
};

}  // namespace paraneo::fhir

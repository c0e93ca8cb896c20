// UCUM's atoms and prefixes (tables 3 to 22 of the UCUM specification, 2.2), but for
// binary prefixes, and special units that are no temperatures. Internal to this folder.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace paraneo::terminology {

// How an atom is defined.
enum class AtomKind : std::uint8_t { base, derived, arbitrary, temperature };

// A unit atom of UCUM, and what it is made of.
struct Atom {
  std::string_view code;
  bool metric = false;  // takes prefixes
  AtomKind kind = AtomKind::derived;
  std::string_view value;   // number: how many of `unit` it is; a temperature: of kelvin
  std::string_view unit;    // UCUM; only units of earlier rows
  std::string_view offset;  // temperature: added before it is scaled
};

// A metric prefix: ten to the power of the exponent.
struct Prefix {
  std::string_view code;
  int exponent = 0;
};

// Constant; may be read by all threads. First those that medicine and FHIR's own examples use, then
// the others, which may stand on the first ones.
std::span<const Atom> ucum_atoms();
std::span<const Atom> ucum_seldom_atoms();
std::span<const Prefix> ucum_prefixes();

}  // namespace paraneo::terminology

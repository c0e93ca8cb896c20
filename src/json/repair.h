// Makes a text readable that is JSON by its grammar (RFC 8259) and holds single values that nobody
// can take: for inputs of others, where one such value must not cost what stands beside it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "diag/diagnostic.h"

namespace paraneo::json {

// A value that cannot be read, or a member whose name is there twice.
struct Fault {
  std::uint32_t begin = 0;  // bytes [begin, end) of the text
  std::uint32_t end = 0;
  diag::Code code = diag::Code::json_syntax;
  std::string message;
  std::string advice;
  std::string path;  // "entry[3].resource.note[0].text", from the root
};

// A text that can be read, and what was put right in it.
struct Repaired {
  std::string text;           // as long as what was repaired
  std::vector<Fault> faults;  // in the order of the text; at least one
};

// The text with each value that cannot be read replaced by one that no FHIR element takes (null, an
// empty string), of the same length, so that every place stays: strings with half a character (a \u
// escape of one surrogate), numbers beyond what can be held, values that are nested deeper than the
// limit. Members whose name is there twice in one object are blanked: all but the first where they
// say the same, else all, as nobody knows which one is meant. Nothing when there is none of these,
// or when the text is no JSON anyway (NaN, 007, a raw control character, bytes that are no UTF-8, a
// bracket too few): who wrote that may have written anything. Linear in the text but for the names
// of an object, which are sorted.
std::optional<Repaired> repair(std::string_view text, const Limits& limits);

}  // namespace paraneo::json

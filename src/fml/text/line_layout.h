// Breaks a rule that is too long for a line where its parts meet: before "then", at commas, before
// the operator that binds least, before calls in a chain, inside brackets. Internal to this folder.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace paraneo::fml {

// The text in one line where that fits; otherwise in several, all but the first of which are
// indented further than `indent`. The first one begins at `indent`, which the caller writes.
// Read and laid out again, the text is the same. What is one token and too long stays so. In time
// proportional to the text times its depth.
std::string laid_out(std::string_view text, std::size_t indent, std::size_t columns);

// Whether a blank belongs between two tokens that a line break stood between.
bool is_blank_between(std::string_view before, std::string_view behind);

}  // namespace paraneo::fml

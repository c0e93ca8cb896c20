// What standard error's terminal can show.
#pragma once

#include <cstddef>

namespace paraneo::cli {

// For a terminal that is not dumb, unless NO_COLOR is set or CLICOLOR is 0; CLICOLOR_FORCE gives
// colours to a pipe, too.
bool shows_colours();
// A terminal that can write over a line.
bool shows_bars();
// Columns of the terminal as it is now; 80 when nobody knows.
std::size_t columns_now();

}  // namespace paraneo::cli

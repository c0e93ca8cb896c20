// Text from a record in HTML and SVG: nothing of it is ever markup, and nothing of it can break out
// of its label.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paraneo::view {

// Appends the text as character data of HTML and XML, also inside an attribute's quotes. What XML
// cannot hold (control characters, U+FFFE, bytes that are no UTF-8) becomes U+FFFD.
void append_escaped(std::string& to, std::string_view text);
std::string escaped(std::string_view text);

// A text for one line of the picture: white space is one space, characters that turn the direction
// of what follows (U+202A to U+202E, U+2066 to U+2069) are U+FFFD.
std::string one_line(std::string_view text);

// Behind what is there, with something between; nothing where there are no words.
void add_words(std::string& to, std::string_view words, std::string_view between = " ");

// No narrower than the text is in any common sans-serif face; in pixels, as is `size`.
double text_width(std::string_view text, double size);
// The text, or as much of it as is no wider, with "…" at the end; empty where not even one
// character fits.
std::string clipped(std::string_view text, double width, double size);

// In lines that are no wider, broken between words; the last one of `lines_max` is clipped.
std::vector<std::string> wrapped(std::string_view text, double width, double size,
                                 std::size_t lines_max);

// A coordinate: as few digits as say it to a hundredth of a pixel.
std::string pixels(double value);

}  // namespace paraneo::view

// The flat form of one value set: docs/internals/index.md. Internal to this folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "terminology/value_set_members.h"

namespace paraneo::terminology {

// A finished set: views of its flat form.
struct SetLines {
  std::string_view lines;  // code<field>number of its system<field>...
  std::vector<std::string_view> systems, open, whole;
  std::string_view version = {};
};

// "V url<field>version", "S system" of each system of codes, "O" and "W" of those that are open or
// whole, "B bytes", and so many bytes of lines.
std::string flat_set(std::string_view url, std::string_view version, const Members& members);
// Takes one off the text; the URL with it, also where the text is cut off.
std::pair<std::string_view, SetLines> take_set(std::string_view& text);
// All of it again.
Members members_of(const SetLines& set);

}  // namespace paraneo::terminology

#include "json/known.h"

namespace paraneo::json {

Known known_of(std::string_view text) {
  auto known = text.empty() ? Known::plain : Known::word;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\') return Known::nothing;
    if (c == ' ') known = Known::plain;
  }
  return known;
}

}  // namespace paraneo::json

#include "xml/write.h"

namespace paraneo::xml {
namespace {

std::string_view reference_for(char c) {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\t': return "&#9;";
    case '\n': return "&#10;";
    case '\r': return "&#13;";
    default: return {};
  }
}

}  // namespace

void append_attribute_value(std::string& to, std::string_view text) {
  constexpr std::string_view kReferred = "&<>\"\t\n\r";
  for (std::size_t at = 0;;) {
    const auto end = text.find_first_of(kReferred, at);
    to += text.substr(at, end - at);
    if (end == std::string_view::npos) return;
    to += reference_for(text[end]);
    at = end + 1;
  }
}

std::size_t first_unwritable(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return i;
    // U+FFFE and U+FFFF.
    if (c == 0xEF && text.substr(i).starts_with("\xEF\xBF") && i + 2 < text.size() &&
        static_cast<unsigned char>(text[i + 2]) >= 0xBE)
      return i;
  }
  return std::string_view::npos;
}

}  // namespace paraneo::xml

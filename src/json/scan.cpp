#include "json/scan.h"

#include <rapidjson/reader.h>

#include "base/utf8.h"
#include "json/in_place_stream.h"

namespace paraneo::json {
namespace {

struct TheString : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, TheString> {
  std::string_view text;
  bool String(const char* chars, unsigned length, bool) {
    text = {chars, length};
    return true;
  }
};

}  // namespace

const char* decode_string(const char* at, Arena& arena, std::string_view& text) {
  const auto* end = skip_plain(at + 1);
  while (*end == '\\' && end[1] != '\0') end = skip_plain(end + 2);
  if (*end != '"') return nullptr;
  InPlaceStream stream(arena.copy_terminated({at, end + 1}, kSlack));
  TheString handler;
  if (!rapidjson::Reader().Parse<rapidjson::kParseInsituFlag>(stream, handler)) return nullptr;
  text = handler.text;
  // RapidJSON takes the second half of a surrogate pair for a character.
  return utf8::first_invalid(text) == std::string_view::npos ? end + 1 : nullptr;
}

}  // namespace paraneo::json

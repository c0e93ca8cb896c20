#include "base/source.h"

#include <algorithm>
#include <cstring>

#include "base/locator.h"

namespace paraneo {
namespace {

std::size_t line_begin(std::string_view text, std::size_t offset) {
  if (offset == 0) return 0;
  // Many times faster than std::string_view::rfind(), and a line may be a whole document.
  const auto* newline = static_cast<const char*>(::memrchr(text.data(), '\n', offset));
  return newline == nullptr ? 0 : static_cast<std::size_t>(newline - text.data()) + 1;
}

// Of the last known place that is not behind it.
std::uint32_t place_in_original(const Source& source, std::uint32_t offset) {
  const auto& places = source.original->places;
  const auto behind =
      std::upper_bound(places.begin(), places.end(), offset + source.begin_in_made,
                       [](std::uint32_t at, const auto& place) { return at < place.first; });
  return behind == places.begin() ? 0 : std::prev(behind)->second;
}

bool starts_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

}  // namespace

LineColumn locate(const Source& source, std::uint32_t offset) {
  if (source.original != nullptr)
    return locate(source.original->written, place_in_original(source, offset));
  const std::string_view text = source.text;
  const auto at = std::min<std::size_t>(offset, text.size());
  const auto begin = line_begin(text, at);
  const auto lines =
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(begin), '\n');
  const auto before = text.substr(begin, at - begin);
  const auto points = std::count_if(before.begin(), before.end(), starts_code_point);
  return {source.first_line + static_cast<std::uint32_t>(lines),
          (lines == 0 ? source.first_column : 1) + static_cast<std::uint32_t>(points)};
}

Locator::Locator(const Source& source)
    : source_(source), written_(source.original == nullptr ? source : source.original->written),
      place_{written_.first_line, written_.first_column} {}

LineColumn Locator::at(std::uint32_t offset) {
  const auto wanted = source_.original == nullptr ? offset : place_in_original(source_, offset);
  const auto to = std::min<std::size_t>(wanted, written_.text.size());
  if (to < offset_) {
    offset_ = 0;
    place_ = {written_.first_line, written_.first_column};
  }
  for (; offset_ < to; ++offset_) {
    const char c = written_.text[offset_];
    if (c == '\n') {
      ++place_.line;
      place_.column = 1;
    } else if (starts_code_point(c)) {
      ++place_.column;
    }
  }
  return place_;
}

std::string_view line_at(const Source& source, std::uint32_t offset) {
  if (source.original != nullptr)
    return line_at(source.original->written, place_in_original(source, offset));
  const std::string_view text = source.text;
  const auto begin = line_begin(text, std::min<std::size_t>(offset, text.size()));
  const auto end = text.find('\n', begin);
  auto line = text.substr(begin, end == std::string_view::npos ? end : end - begin);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace paraneo

// The files of mappings/ that the build put into the binary.
#pragma once

#include <span>
#include <string_view>

namespace paraneo::record {

struct EmbeddedFile {
  std::string_view name;  // "mappings/export/record.map"
  const char* begin;
  const char* end;

  std::string_view text() const { return {begin, static_cast<std::size_t>(end - begin)}; }
};

std::span<const EmbeddedFile> embedded_files();

}  // namespace paraneo::record

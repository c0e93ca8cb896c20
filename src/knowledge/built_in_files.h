// What the build put into the binary as it stands in the repository: maps and concept maps
// (mappings/), code systems and value sets of the case record (profiles/built), the rules and the
// style of pictures (profiles/view).
#pragma once

#include <span>
#include <string_view>

namespace paraneo::knowledge {

// What the URLs of the program's own maps begin with.
inline constexpr std::string_view kBuiltInMaps = "https://paraneo.github.io/fhir/StructureMap/";

struct BuiltInFile {
  std::string_view name;  // "mappings/record/export/record.map"
  const char* begin;
  const char* end;

  std::string_view text() const { return {begin, static_cast<std::size_t>(end - begin)}; }
};

// All of them; they live as long as the program.
std::span<const BuiltInFile> built_in_files();
// Of that name; empty: there is none.
std::string_view built_in_text(std::string_view name);

}  // namespace paraneo::knowledge

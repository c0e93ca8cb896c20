// Any bytes as a FHIR package (.tgz): read within its limits, or an error; no path leaves it. What
// can be read is the same the second time, and its manifest is read as any text is.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "fuzz.h"
#include "package/manifest.h"

namespace {

using namespace paraneo;
namespace fs = std::filesystem;

struct Read {
  bool is_whole = false;
  std::vector<std::pair<std::string, std::string>> files;
  bool operator==(const Read&) const = default;
};

Read read(const fs::path& file, const Limits& limits) {
  Read out;
  const auto done = package::read_files(
      file, limits, [](std::string_view) { return true; },
      [&](std::string_view path, std::string text) -> Result<void> {
        fuzz::require(text.size() <= limits.package_file_bytes_max);
        fuzz::require(!path.starts_with('/') && path.find("../") == std::string_view::npos);
        out.files.emplace_back(path, std::move(text));
        return {};
      });
  out.is_whole = static_cast<bool>(done);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto limits = fuzz::limits();
  limits.package_bytes_max = std::size_t{8} << 20;
  limits.package_file_bytes_max = std::size_t{1} << 20;
  limits.package_files_max = 200;
  static const auto file =
      fs::temp_directory_path() / ("paraneo-fuzz-" + std::to_string(getpid()) + ".tgz");
  const auto text = fuzz::text(data, size);
  std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
  const auto first = read(file, limits);
  fuzz::require(read(file, limits) == first);
  for (const auto& [path, content] : first.files) package::parse_manifest(content, path);
  package::parse_manifest(text, "fuzz");
  fs::remove(file);
  return 0;
}

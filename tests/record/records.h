// The committed case records, for the tests of the adapter.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

#include "record/mappings.h"
#include "base/source.h"
#include "diag/render.h"

namespace paraneo::record {

inline std::vector<Source> committed_records() {
  namespace fs = std::filesystem;
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(PARANEO_SOURCE_DIR) / "tests/records"))
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<Source> records;
  for (const auto& path : paths) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    records.push_back({path.string(), std::move(text).str()});
  }
  return records;
}

inline const Mappings& builtin_mappings() {
  static const auto mappings = [] {
    diag::Sink sink;
    auto made = Mappings::builtin(sink);
    if (made == nullptr) throw std::runtime_error(render(sink, diag::RenderOptions{}));
    return made;
  }();
  return *mappings;
}

}  // namespace paraneo::record

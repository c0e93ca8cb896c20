// The committed case records, for the tests of this folder and of properties.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

#include "base/source.h"
#include "diag/render.h"
#include "record/record_maps.h"

namespace paraneo::record {

inline std::vector<Source> committed_records() {
  namespace fs = std::filesystem;
  std::vector<fs::path> paths;
  for (const auto& entry :
       fs::recursive_directory_iterator(fs::path(PARANEO_SOURCE_DIR) / "tests/records"))
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

inline const RecordMaps& record_maps() {
  static const auto maps = [] {
    diag::Sink sink;
    auto made = RecordMaps::compile(*knowledge::Knowledge::load({.records = true}, sink), sink);
    if (made == nullptr) throw std::runtime_error(render(sink, diag::RenderOptions{}));
    return made;
  }();
  return *maps;
}

}  // namespace paraneo::record

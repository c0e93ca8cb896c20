// Build step: indexer OUTPUT FOLDER... lists the codes of the value sets and code systems that
// stand in the folders, as CodeSystem-*.json and ValueSet-*.json.
#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include "json/read.h"
#include "terminology/value_set.h"

namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return std::move(text).str();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: paraneo_value_set_indexer OUTPUT FOLDER...\n";
    return 2;
  }
  paraneo::terminology::ValueSets sets;
  paraneo::Arena arena;
  std::deque<paraneo::Source> sources;
  for (int i = 2; i < argc; ++i) {
    if (!fs::is_directory(argv[i])) continue;
    std::set<fs::path> files;
    for (const auto& entry : fs::directory_iterator(argv[i])) files.insert(entry.path());
    for (const auto& file : files) {
      const auto name = file.filename().string();
      if (!name.starts_with("ValueSet-") && !name.starts_with("CodeSystem-")) continue;
      paraneo::diag::Sink sink;
      auto& source = sources.emplace_back(paraneo::Source{file.string(), text_of(file)});
      const auto* json = paraneo::json::read(source, arena, {}, sink);
      if (json != nullptr) sets.add(*json);
    }
  }
  sets.finish();
  std::ofstream(argv[1], std::ios::binary) << sets.serialize();
  return 0;
}

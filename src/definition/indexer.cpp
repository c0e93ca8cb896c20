// Build step: indexer INDEX PROFILES FOLDER... reads every StructureDefinition-*.json of the
// folders and writes what the binary carries: the index of the types, and the profiles. A profile
// is written without its snapshot where what it stands on is there: a tree is made of its
// differential as well.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "definition/definitions.h"
#include "definition/profiles.h"
#include "diag/render.h"
#include "json/read.h"

namespace fs = std::filesystem;

namespace {

std::vector<fs::path> definition_files(int count, char** folders) {
  std::vector<fs::path> files;
  for (int i = 0; i < count; ++i) {
    if (!fs::is_directory(folders[i])) continue;
    for (const auto& entry : fs::directory_iterator(folders[i])) {
      const auto name = entry.path().filename().string();
      if (name.starts_with("StructureDefinition-") && name.ends_with(".json"))
        files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

struct Index {
  paraneo::definition::Definitions definitions;
  paraneo::definition::Profiles profiles;
};

bool add_file(const fs::path& file, Index& index) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  const paraneo::Source source{file.string(), std::move(text).str()};
  paraneo::Arena arena;
  paraneo::diag::Sink sink;
  const auto* json = paraneo::json::read(source, arena, {}, sink);
  if (json != nullptr) {
    index.definitions.add(*json, sink);
    index.profiles.add(*json);
  }
  std::cerr << render(sink, paraneo::diag::RenderOptions{});
  return sink.ok();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: paraneo_indexer INDEX PROFILES FOLDER...\n";
    return 2;
  }
  Index index;
  auto& definitions = index.definitions;
  bool ok = true;
  for (const auto& file : definition_files(argc - 3, argv + 3)) ok = add_file(file, index) && ok;
  paraneo::diag::Sink sink;
  definitions.link(sink);
  index.profiles.drop_snapshots(definitions);
  std::ofstream(argv[2], std::ios::binary) << index.profiles.serialize();
  std::cerr << render(sink, paraneo::diag::RenderOptions{});
  const auto bytes = definitions.serialize();
  std::ofstream(argv[1], std::ios::binary) << bytes;
  std::cerr << definitions.type_count() << " types, " << bytes.size() << " bytes\n";
  return ok && sink.ok() ? 0 : 1;
}

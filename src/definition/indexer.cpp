// Build step: indexer OUTPUT FOLDER... reads every StructureDefinition-*.json of the folders and
// writes the index that the binary carries.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "definition/definitions.h"
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

bool add_file(const fs::path& file, paraneo::definition::Definitions& definitions) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  const paraneo::Source source{file.string(), std::move(text).str()};
  paraneo::Arena arena;
  paraneo::diag::Sink sink;
  const auto* json = paraneo::json::read(source, arena, {}, sink);
  if (json != nullptr) definitions.add(*json, sink);
  std::cerr << render(sink, paraneo::diag::RenderOptions{});
  return sink.ok();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: paraneo_indexer OUTPUT FOLDER...\n";
    return 2;
  }
  paraneo::definition::Definitions definitions;
  bool ok = true;
  for (const auto& file : definition_files(argc - 2, argv + 2)) ok = add_file(file, definitions) && ok;
  paraneo::diag::Sink sink;
  definitions.link(sink);
  std::cerr << render(sink, paraneo::diag::RenderOptions{});
  const auto bytes = definitions.serialize();
  std::ofstream(argv[1], std::ios::binary) << bytes;
  std::cerr << definitions.type_count() << " types, " << bytes.size() << " bytes\n";
  return ok && sink.ok() ? 0 : 1;
}

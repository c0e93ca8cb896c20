// Build step: indexer DEFINITIONS OUTPUT FOLDER... lists the codes of every value set that a
// definition binds as required, or a logical model as extensible, and of each one that stands in the last
// folder, from the CodeSystem-*.json and ValueSet-*.json of the folders.
#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "definition/definitions.h"
#include "json/read.h"
#include "terminology/value_set.h"

namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return std::move(text).str();
}

std::set<std::string> judged(const paraneo::definition::Definitions& definitions) {
  using paraneo::definition::BindingStrength;
  std::set<std::string> urls;
  for (paraneo::definition::TypeId id = 1; id < definitions.type_count(); ++id) {
    for (const auto& element : definitions.elements(id)) {
      const auto is_model = definitions.type(id).kind == paraneo::definition::TypeKind::logical;
      const auto is_judged = element.strength == BindingStrength::required || definitions.is_place_of_codes(element) ||
                             (is_model && element.strength == BindingStrength::extensible);
      if (is_judged && element.binding != 0) urls.emplace(definitions.text(element.binding));
    }
  }
  return urls;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: paraneo_value_set_indexer DEFINITIONS OUTPUT FOLDER...\n";
    return 2;
  }
  paraneo::terminology::ValueSets sets;
  paraneo::Arena arena;
  std::deque<paraneo::Source> sources;
  auto urls = judged(paraneo::definition::Definitions::deserialize(text_of(argv[1])));
  for (int i = 3; i < argc; ++i) {
    if (!fs::is_directory(argv[i])) continue;
    for (const auto& entry : fs::directory_iterator(argv[i])) {
      const auto name = entry.path().filename().string();
      if (!name.starts_with("ValueSet-") && !name.starts_with("CodeSystem-")) continue;
      paraneo::diag::Sink sink;
      auto& source = sources.emplace_back(paraneo::Source{entry.path().string(), text_of(entry.path())});
      const auto* json = paraneo::json::read(source, arena, {}, sink);
      if (json == nullptr) continue;
      sets.add(*json);
      if (i + 1 == argc) urls.emplace(json->text_of("url"));
    }
  }
  sets.finish();
  std::ofstream(argv[2], std::ios::binary) << sets.serialize(urls);
  for (const auto& url : urls)
    if (!sets.knows(url)) std::cerr << "not listed: " << url << "\n";
  return 0;
}

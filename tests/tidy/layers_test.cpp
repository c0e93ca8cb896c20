// Holds every include in src/ to the list of layers in CMakeLists.txt.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Layer {
  int rank = 0;
  std::set<std::string> uses;
};

struct Layers {
  std::map<std::string, Layer> by_folder;
  std::map<std::string, std::string> owner_of;  // third-party prefix -> folder
};

std::string text_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == by) parts.emplace_back();
    else parts.back().push_back(c);
  }
  if (parts.size() == 1 && parts[0].empty()) parts.clear();
  return parts;
}

Layers read_layers() {
  Layers layers;
  const auto cmake = text_of(fs::path(PARANEO_SOURCE_DIR) / "CMakeLists.txt");
  const std::regex row(R"re("(\d+)\|(\w+)\|([\w,]*)\|([\w/,]*)")re");
  for (std::sregex_iterator it(cmake.begin(), cmake.end(), row), end; it != end; ++it) {
    auto& layer = layers.by_folder[(*it)[2]];
    layer.rank = std::stoi((*it)[1]);
    for (const auto& used : split((*it)[3], ',')) layer.uses.insert(used);
    for (const auto& owned : split((*it)[4], ',')) layers.owner_of[owned] = (*it)[2];
  }
  return layers;
}

template <class Visit>
void each_include(const Visit& visit) {
  const auto src = fs::path(PARANEO_SOURCE_DIR) / "src";
  const std::regex include(R"re(#include\s+[<"]([^>"]+)[>"])re");
  for (const auto& entry : fs::recursive_directory_iterator(src)) {
    const auto extension = entry.path().extension();
    if (extension != ".cpp" && extension != ".h") continue;
    const auto relative = fs::relative(entry.path(), src);
    const auto text = text_of(entry.path());
    for (std::sregex_iterator it(text.begin(), text.end(), include), end; it != end; ++it)
      visit(relative, relative.begin()->string(), (*it)[1].str());
  }
}

TEST(Layers, EveryFolderIsOnTheListAndUsesOnlyLowerRanks) {
  const auto layers = read_layers();
  ASSERT_GE(layers.by_folder.size(), 10U);
  for (const auto& entry : fs::directory_iterator(fs::path(PARANEO_SOURCE_DIR) / "src"))
    if (entry.is_directory()) {
      EXPECT_TRUE(layers.by_folder.contains(entry.path().filename().string())) << entry.path();
    }
  for (const auto& [folder, layer] : layers.by_folder)
    for (const auto& used : layer.uses) {
      ASSERT_TRUE(layers.by_folder.contains(used)) << folder << " uses " << used;
      EXPECT_LT(layers.by_folder.at(used).rank, layer.rank) << folder << " uses " << used;
    }
}

TEST(Layers, EveryIncludeIsAllowed) {
  const auto layers = read_layers();
  int seen = 0;
  each_include([&](const fs::path& file, const std::string& folder, const std::string& included) {
    const auto slash = included.find('/');
    const auto target = included.substr(0, slash);
    if (slash == std::string::npos || !layers.by_folder.contains(target)) return;
    ++seen;
    EXPECT_TRUE(target == folder || layers.by_folder.at(folder).uses.contains(target))
        << file << " includes " << included;
  });
  EXPECT_GT(seen, 10);
}

TEST(Layers, ThirdPartyHeadersStayWithTheirOwner) {
  const auto layers = read_layers();
  each_include([&](const fs::path& file, const std::string& folder, const std::string& included) {
    for (const auto& [prefix, owner] : layers.owner_of) {
      if (included == prefix || included.starts_with(prefix + "/") ||
          included.starts_with(prefix + ".") || included.starts_with(prefix + "_")) {
        EXPECT_EQ(folder, owner) << file << " includes " << included;
      }
    }
  });
}

}  // namespace

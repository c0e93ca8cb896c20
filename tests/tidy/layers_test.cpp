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
  std::set<std::string> third_parties;  // headers, and folders of headers
};

struct Layers {
  std::map<std::string, Layer> by_folder;
};

// What C++20 and POSIX have, as far as it is used; C's headers by their C++ names.
const std::set<std::string> kSystemHeaders = {
    "arpa/inet.h",  "fcntl.h",     "signal.h",  "sys/file.h", "sys/prctl.h", "sys/resource.h",
    "sys/socket.h", "sys/stat.h",  "sys/un.h",  "sys/wait.h", "sys/ioctl.h", "regex.h",
    "unistd.h",     "emmintrin.h", "termios.h", "poll.h",     "dirent.h",
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
  const std::regex row(R"re("(\d+)\|(\w+)\|([\w,]*)\|([\w/,+.-]*)")re");
  for (std::sregex_iterator it(cmake.begin(), cmake.end(), row), end; it != end; ++it) {
    auto& layer = layers.by_folder[(*it)[2]];
    layer.rank = std::stoi((*it)[1]);
    for (const auto& used : split((*it)[3], ',')) layer.uses.insert(used);
    for (const auto& header : split((*it)[4], ',')) layer.third_parties.insert(header);
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

// A header of C++ has neither an ending nor a folder.
bool is_system_header(const std::string& header) {
  return header.find_first_of("./") == std::string::npos || kSystemHeaders.contains(header);
}

// The header itself, or a folder that it stands in.
bool is_allowed(const Layer& layer, const std::string& header) {
  if (layer.third_parties.contains(header)) return true;
  for (auto slash = header.find('/'); slash != std::string::npos;
       slash = header.find('/', slash + 1))
    if (layer.third_parties.contains(header.substr(0, slash))) return true;
  return false;
}

TEST(Layers, ThirdPartyHeadersOnlyWhereTheListAllowsThem) {
  const auto layers = read_layers();
  std::set<std::string> seen;
  each_include([&](const fs::path& file, const std::string& folder, const std::string& included) {
    const auto slash = included.find('/');
    const auto is_ours =
        slash != std::string::npos && layers.by_folder.contains(included.substr(0, slash));
    if (is_ours || is_system_header(included)) return;
    EXPECT_TRUE(layers.by_folder.contains(folder) &&
                is_allowed(layers.by_folder.at(folder), included))
        << file << " includes " << included
        << ", which the list in CMakeLists.txt does not allow in " << folder;
    seen.insert(folder + " " + included);
  });
  EXPECT_GT(seen.size(), 20U);
}

TEST(Layers, TheListHasNoThirdPartyThatNobodyIncludes) {
  const auto layers = read_layers();
  for (const auto& [folder, layer] : layers.by_folder)
    for (const auto& allowed : layer.third_parties) {
      bool used = false;
      each_include([&, &name = folder](const fs::path&, const std::string& in,
                                       const std::string& included) {
        used = used || (in == name && (included == allowed || included.starts_with(allowed + "/") ||
                                       included.starts_with(allowed + ".")));
      });
      EXPECT_TRUE(used) << folder << " may include " << allowed << " and does not";
    }
}

TEST(Layers, ARuleThatIsBrokenIsSeen) {
  Layer layer;
  layer.third_parties = {"boost/url", "zlib.h"};
  EXPECT_TRUE(is_allowed(layer, "boost/url/parse.hpp"));
  EXPECT_TRUE(is_allowed(layer, "zlib.h"));
  EXPECT_FALSE(is_allowed(layer, "boost/json.hpp"));
  EXPECT_FALSE(is_allowed(layer, "libpq-fe.h"));
  EXPECT_FALSE(is_system_header("toml++/toml.h"));
  EXPECT_FALSE(is_system_header("zlib.h"));
  EXPECT_TRUE(is_system_header("vector"));
}

}  // namespace

#include "package/package.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <fstream>
#include <map>

namespace paraneo::package {
namespace {

namespace fs = std::filesystem;

struct Folder {
  Folder()
      : path(fs::temp_directory_path() /
             ("paraneo-package-" + std::to_string(::getpid()) + "-" + std::to_string(++count))) {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  static inline int count = 0;
  fs::path path;
};

struct Entry {
  std::string path, text;
  bool link = false;
};

fs::path make_archive(const fs::path& file, const std::vector<Entry>& entries) {
  auto* a = archive_write_new();
  archive_write_add_filter_gzip(a);
  archive_write_set_format_ustar(a);
  archive_write_open_filename(a, file.c_str());
  for (const auto& e : entries) {
    auto* entry = archive_entry_new();
    archive_entry_set_pathname(entry, e.path.c_str());
    archive_entry_set_filetype(entry, e.link ? AE_IFLNK : AE_IFREG);
    if (e.link) archive_entry_set_symlink(entry, "/etc/passwd");
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, e.link ? 0 : static_cast<la_int64_t>(e.text.size()));
    archive_write_header(a, entry);
    archive_write_data(a, e.text.data(), e.text.size());
    archive_entry_free(entry);
  }
  archive_write_close(a);
  archive_write_free(a);
  return file;
}

const Entry kManifest{"package/package.json", R"({"name":"a.b","version":"1.2.0"})"};

std::map<std::string, std::string> files_of(const fs::path& package, std::string* problem = nullptr,
                                            Limits limits = {}) {
  std::map<std::string, std::string> out;
  const auto done = read_files(
      package, limits, [](auto path) { return path.ends_with(".json"); },
      [&](auto path, std::string text) -> Result<void> {
        out.emplace(path, std::move(text));
        return {};
      });
  if (!done && problem != nullptr) *problem = done.error().what;
  return out;
}

TEST(Package, NamesAndVersions) {
  EXPECT_TRUE(is_package_name("hl7.fhir.r5.core#5.0.0"));
  EXPECT_TRUE(is_package_name("hl7.fhir.r5.core@latest"));
  EXPECT_FALSE(is_package_name("maps/a.map"));
  EXPECT_FALSE(is_package_name("a/b#1"));
  EXPECT_FALSE(is_package_name("..#1"));
  EXPECT_TRUE(version_less("1.9.0", "1.10.0"));
  EXPECT_TRUE(version_less("1.0.0-beta", "1.0.0"));
  EXPECT_TRUE(version_less("1.0.0-beta.2", "1.0.0-beta.11"));
  EXPECT_FALSE(version_less("1.0.0", "1.0.0"));
}

TEST(Package, ReadsArchiveAndFolderAlike) {
  const Folder folder;
  const auto archive = make_archive(folder.path / "p.tgz",
                                    {kManifest, {"package/X.json", "{}"}, {"package/x.txt", "no"}});
  const auto cache = Cache(folder.path / "cache");
  const auto name = cache.install(archive, {}, false);
  ASSERT_TRUE(name.has_value());
  EXPECT_EQ(name->text(), "a.b#1.2.0");
  EXPECT_EQ(files_of(archive).size(), 2U);
  EXPECT_EQ(files_of(*cache.find({"a.b", ""})), files_of(archive));
  EXPECT_FALSE(
      fs::exists(folder.path / "cache" / (".part-" + std::to_string(::getpid()) + "-a.b#1.2.0")));
}

TEST(Package, FindsTheNewestThatFits) {
  const Folder folder;
  const auto cache = Cache(folder.path / "cache");
  for (const auto* version : {"1.2.0", "1.2.11", "1.10.0", "2.0.0-beta"})
    ASSERT_TRUE(cache.install(
        make_archive(folder.path / "p.tgz",
                     {{"package/package.json",
                       std::string(R"({"name":"a.b","version":")") + version + "\"}"}}),
        {}, false));
  const auto found = [&](const std::string& version) {
    const auto path = cache.find({"a.b", version});
    return path ? path->filename().string() : path.error().what + "; " + path.error().advice;
  };
  EXPECT_EQ(found("1.2.0"), "a.b#1.2.0");
  EXPECT_EQ(found("1.2.x"), "a.b#1.2.11");
  EXPECT_EQ(found("latest"), "a.b#2.0.0-beta");
  EXPECT_EQ(found("3.0.0"), "the package a.b#3.0.0 is not in " + cache.root().string() +
                                "; there is: 1.2.0, 1.2.11, 1.10.0, 2.0.0-beta");
  EXPECT_EQ(cache.list().size(), 4U);
}

TEST(Package, RefusesWhatWouldLeaveThePackage) {
  const Folder folder;
  for (const auto& bad : {Entry{"../out.json", "x"}, Entry{"/etc/out.json", "x"},
                          Entry{"package/link.json", "", true}}) {
    std::string problem;
    files_of(make_archive(folder.path / "p.tgz", {kManifest, bad}), &problem);
    EXPECT_EQ(problem, "the archive has a file that is none of a package: " + bad.path);
  }
}

TEST(Package, KeepsToItsLimits) {
  const Folder folder;
  const auto archive =
      make_archive(folder.path / "p.tgz", {kManifest, {"package/X.json", std::string(5000, ' ')}});
  std::string problem;
  Limits small;
  small.package_bytes_max = 1000;
  files_of(archive, &problem, small);
  EXPECT_EQ(problem, "the package is larger than 1000 bytes unpacked");
  small = {};
  small.package_files_max = 1;
  files_of(archive, &problem, small);
  EXPECT_EQ(problem, "the package has more than 1 file");
}

// What is passed over counts, too.
TEST(Package, IsNoBomb) {
  const Folder folder;
  const auto archive = make_archive(folder.path / "p.tgz",
                                    {kManifest, {"other/zeros.txt", std::string(50'000, ' ')}});
  const auto packed = fs::file_size(archive);
  std::string problem;
  Limits small;
  small.package_file_bytes_max = 40'000;
  EXPECT_TRUE(files_of(archive, &problem, small).contains("package/package.json"));
  EXPECT_EQ(problem, "the package has a file of more than 40000 bytes: other/zeros.txt");
  small = {};
  small.package_bytes_max = 50'000;
  files_of(archive, &problem, small);
  EXPECT_EQ(problem, "the package is larger than 50000 bytes unpacked");
  small = {};
  small.package_file_bytes_max = 50'000;
  small.package_ratio_max = 50'000 / packed - 1;
  files_of(archive, &problem, small);
  EXPECT_EQ(problem, "the package is more than " + std::to_string(small.package_ratio_max) +
                         " times as large unpacked");
  small.package_ratio_max = 50'000 / packed + 1;
  problem.clear();
  files_of(archive, &problem, small);
  EXPECT_EQ(problem, "");
  const auto cache = Cache(folder.path / "cache");
  small.package_file_bytes_max = 1000;
  EXPECT_EQ(cache.install(archive, small, false).error().fault, Fault::limit);
  EXPECT_TRUE(cache.list().empty());
}

TEST(Package, TellsABrokenArchive) {
  const Folder folder;
  std::ofstream(folder.path / "p.tgz") << "no archive at all";
  std::string problem;
  files_of(folder.path / "p.tgz", &problem);
  EXPECT_EQ(problem.substr(0, 31), "the archive cannot be read: Unr") << problem;
  const auto unnamed =
      Cache(folder.path / "cache")
          .install(make_archive(folder.path / "q.tgz", {{"package/X.json", "{}"}}), {}, false);
  EXPECT_EQ(unnamed.error().what, "the package has no package/package.json");
}

}  // namespace
}  // namespace paraneo::package

// Files of a package, from a folder or a .tgz. Entry point: read_files().
#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>

#include "diag/counted.h"
#include "package/package.h"

namespace paraneo::package {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlockBytes = std::size_t{64} << 10;

// Counts what a package has against the limits.
class Budget {
 public:
  Budget(const fs::path& package, const Limits& limits) : package_(package), limits_(limits) {}

  Result<void> file() {
    if (++files_ <= limits_.package_files_max) return {};
    return fail(Fault::limit, "the package has more than " + diag::counted(limits_.package_files_max, "file"), package_.string());
  }
  Result<void> bytes(std::size_t count) {
    bytes_ += count;
    if (bytes_ <= limits_.package_bytes_max) return {};
    return fail(Fault::limit, "the package is larger than " + std::to_string(limits_.package_bytes_max) + " bytes unpacked", package_.string());
  }

 private:
  const fs::path& package_;
  const Limits& limits_;
  std::size_t files_ = 0;
  std::size_t bytes_ = 0;
};

// The path inside the package, cleaned; empty when it would leave the package.
std::string inner_path(const std::string& path) {
  const auto clean = fs::path(path).lexically_normal();
  if (clean.empty() || clean.is_absolute() || *clean.begin() == "..") return {};
  return clean.generic_string();
}

Result<void> read_folder(const fs::path& folder, const Limits& limits, const FileFilter& wanted, const FileVisitor& visit) {
  std::vector<std::string> paths;
  std::error_code error;
  for (auto it = fs::recursive_directory_iterator(folder, error); !error && it != fs::recursive_directory_iterator(); it.increment(error))
    if (it->is_regular_file(error)) paths.push_back(it->path().lexically_relative(folder).generic_string());
  if (error) return fail(Fault::io, "the folder cannot be read: " + error.message(), folder.string());
  std::sort(paths.begin(), paths.end());
  Budget budget(folder, limits);
  for (const auto& path : paths) {
    if (const auto ok = budget.file(); !ok) return ok.error();
    if (!wanted(path)) continue;
    std::ifstream file(folder / path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file && !file.eof()) return fail(Fault::io, "the file cannot be read", (folder / path).string());
    if (const auto ok = budget.bytes(text.size()); !ok) return ok.error();
    if (const auto done = visit(path, std::move(text)); !done) return done.error();
  }
  return {};
}

struct CloseArchive {
  void operator()(archive* a) const { archive_read_free(a); }
};

Error broken(archive* a, const fs::path& file) {
  const auto* why = archive_error_string(a);
  return fail(Fault::data, std::string("the archive cannot be read: ") + (why == nullptr ? "unknown error" : why), file.string(),
              "fetch the package again");
}

Result<std::string> entry_text(archive* a, const fs::path& file, Budget& budget) {
  std::string text;
  std::vector<char> block(kBlockBytes);
  for (;;) {
    const auto count = archive_read_data(a, block.data(), block.size());
    if (count < 0) return broken(a, file);
    if (count == 0) return text;
    if (const auto ok = budget.bytes(static_cast<std::size_t>(count)); !ok) return ok.error();
    text.append(block.data(), static_cast<std::size_t>(count));
  }
}

Result<void> read_archive(const fs::path& file, const Limits& limits, const FileFilter& wanted, const FileVisitor& visit) {
  const std::unique_ptr<archive, CloseArchive> a(archive_read_new());
  archive_read_support_filter_gzip(a.get());
  archive_read_support_format_tar(a.get());
  if (archive_read_open_filename(a.get(), file.c_str(), kBlockBytes) != ARCHIVE_OK) return broken(a.get(), file);
  Budget budget(file, limits);
  archive_entry* entry = nullptr;
  for (;;) {
    const auto status = archive_read_next_header(a.get(), &entry);
    if (status == ARCHIVE_EOF) return {};
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return broken(a.get(), file);
    if (const auto ok = budget.file(); !ok) return ok.error();
    const auto* raw = archive_entry_pathname(entry);
    const auto path = inner_path(raw == nullptr ? "" : raw);
    if (archive_entry_filetype(entry) == AE_IFDIR) continue;
    if (path.empty() || archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr)
      return fail(Fault::data, "the archive has a file that is none of a package: " + std::string(raw == nullptr ? "" : raw), file.string(),
                  "a package has plain files only, below its own folder");
    if (!wanted(path)) continue;
    auto text = entry_text(a.get(), file, budget);
    if (!text) return text.error();
    if (const auto done = visit(path, std::move(*text)); !done) return done.error();
  }
}

}  // namespace

bool is_archive(const fs::path& file) {
  const auto name = file.filename().string();
  return name.ends_with(".tgz") || name.ends_with(".tar.gz");
}

Result<void> read_files(const fs::path& package, const Limits& limits, const FileFilter& wanted, const FileVisitor& visit) {
  std::error_code error;
  if (fs::is_directory(package, error)) return read_folder(package, limits, wanted, visit);
  if (!fs::is_regular_file(package, error)) return fail(Fault::io, "there is no such package", package.string());
  return read_archive(package, limits, wanted, visit);
}

}  // namespace paraneo::package

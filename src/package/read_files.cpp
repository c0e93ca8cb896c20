// Files of a package, from a folder or a .tgz. Entry point: read_files().
#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>

#include "base/budget.h"
#include "base/folder.h"
#include "diag/counted.h"
#include "package/package.h"

namespace paraneo::package {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlockBytes = std::size_t{64} << 10;

// Counts what a package has against the limits: each file before it is read, or passed over.
class UnpackMeter {
 public:
  // `packed_bytes`: of the archive; 0 for a folder.
  UnpackMeter(const fs::path& package, const Limits& limits, std::size_t packed_bytes)
      : package_(package), limits_(limits), packed_bytes_(packed_bytes) {}

  Result<void> file(const std::string& path, std::size_t bytes) {
    if (++files_ > limits_.package_files_max)
      return refuse("the package has more than " + diag::counted(limits_.package_files_max, "file"),
                    "package-files");
    if (bytes > limits_.package_file_bytes_max)
      return refuse("the package has a file of more than " +
                        std::to_string(limits_.package_file_bytes_max) + " bytes: " + path,
                    "package-file");
    bytes_ += bytes;
    if (bytes_ > limits_.package_bytes_max)
      return refuse("the package is larger than " + std::to_string(limits_.package_bytes_max) +
                        " bytes unpacked",
                    "package-size");
    // What is small may be as well packed as it likes.
    if (packed_bytes_ > 0 && bytes_ > limits_.package_file_bytes_max &&
        bytes_ / packed_bytes_ >= limits_.package_ratio_max)
      return refuse("the package is more than " + std::to_string(limits_.package_ratio_max) +
                        " times as large unpacked",
                    "package-ratio");
    return {};
  }

 private:
  Result<void> refuse(std::string what, std::string_view limit) const {
    return fail(ErrorCode::limit_size, std::move(what), package_.string(),
                "packages are not like this: fetch it again; " + limit_advice(limit));
  }

  const fs::path& package_;
  const Limits& limits_;
  std::size_t packed_bytes_;
  std::size_t files_ = 0;
  std::size_t bytes_ = 0;
};

// The path inside the package, cleaned; empty when it would leave the package.
std::string inner_path(const std::string& path) {
  const auto clean = fs::path(path).lexically_normal();
  if (clean.empty() || clean.is_absolute() || *clean.begin() == "..") return {};
  return clean.generic_string();
}

Result<void> read_folder(const fs::path& folder, const Limits& limits, const FileFilter& wanted,
                         const FileVisitor& visit) {
  const auto found = files_below(folder, limits.package_files_max);
  if (!found) return found.error();
  if (!found->unread.empty())
    return fail(ErrorCode::folder_unreadable,
                "the folder cannot be read: " + found->unread.front().why,
                found->unread.front().path.string());
  UnpackMeter meter(folder, limits, 0);
  for (const auto& whole : found->files) {
    const auto path = whole.lexically_relative(folder).generic_string();
    std::error_code error;
    const auto size = fs::file_size(whole, error);
    if (error)
      return fail(ErrorCode::file_unreadable, "the file cannot be read: " + error.message(),
                  whole.string());
    if (const auto ok = meter.file(path, size); !ok) return ok.error();
    if (!wanted(path)) continue;
    std::ifstream file(whole, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file && !file.eof())
      return fail(ErrorCode::file_unreadable, "the file cannot be read", whole.string());
    if (const auto done = visit(path, std::move(text)); !done) return done.error();
  }
  return {};
}

struct CloseArchive {
  void operator()(archive* a) const { archive_read_free(a); }
};

Error broken(archive* a, const fs::path& file) {
  const auto* why = archive_error_string(a);
  return fail(
      ErrorCode::package_damaged,
      std::string("the archive cannot be read: ") + (why == nullptr ? "unknown error" : why),
      file.string(), "fetch the package again");
}

Result<std::string> entry_text(archive* a, const fs::path& file, std::size_t bytes) {
  std::string text(bytes, '\0');
  const auto count = archive_read_data(a, text.data(), text.size());
  if (count < 0) return broken(a, file);
  text.resize(static_cast<std::size_t>(count));
  return text;
}

Result<void> read_archive(const fs::path& file, const Limits& limits, const FileFilter& wanted,
                          const FileVisitor& visit) {
  const std::unique_ptr<archive, CloseArchive> a(archive_read_new());
  archive_read_support_filter_gzip(a.get());
  archive_read_support_format_tar(a.get());
  if (archive_read_open_filename(a.get(), file.c_str(), kBlockBytes) != ARCHIVE_OK)
    return broken(a.get(), file);
  std::error_code error;
  const auto packed_bytes = fs::file_size(file, error);
  if (error)
    return fail(ErrorCode::file_unreadable, "the archive cannot be read: " + error.message(),
                file.string());
  UnpackMeter meter(file, limits, packed_bytes);
  archive_entry* entry = nullptr;
  for (;;) {
    const auto status = archive_read_next_header(a.get(), &entry);
    if (status == ARCHIVE_EOF) return {};
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return broken(a.get(), file);
    const auto* raw = archive_entry_pathname(entry);
    const auto path = inner_path(raw == nullptr ? "" : raw);
    const auto bytes = static_cast<std::size_t>(std::max<la_int64_t>(0, archive_entry_size(entry)));
    if (const auto ok = meter.file(path, bytes); !ok) return ok.error();
    if (archive_entry_filetype(entry) == AE_IFDIR) continue;
    if (path.empty() || archive_entry_filetype(entry) != AE_IFREG ||
        archive_entry_hardlink(entry) != nullptr)
      return fail(ErrorCode::package_damaged,
                  "the archive has a file that is none of a package: " +
                      std::string(raw == nullptr ? "" : raw),
                  file.string(), "a package has plain files only, below its own folder");
    if (!wanted(path)) continue;
    auto text = entry_text(a.get(), file, bytes);
    if (!text) return text.error();
    if (const auto done = visit(path, std::move(*text)); !done) return done.error();
  }
}

}  // namespace

bool is_archive(const fs::path& file) {
  const auto name = file.filename().string();
  return name.ends_with(".tgz") || name.ends_with(".tar.gz");
}

Result<void> read_files(const fs::path& package, const Limits& limits, const FileFilter& wanted,
                        const FileVisitor& visit) {
  std::error_code error;
  if (fs::is_directory(package, error)) return read_folder(package, limits, wanted, visit);
  if (!fs::is_regular_file(package, error))
    return fail(ErrorCode::file_unreadable, "there is no such package", package.string());
  return read_archive(package, limits, wanted, visit);
}

}  // namespace paraneo::package

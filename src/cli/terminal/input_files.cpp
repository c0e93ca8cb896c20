#include "cli/terminal/input_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <utility>

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kJsonKinds = ".json or .ndjson";
constexpr std::string_view kDataKinds = ".json, .ndjson or .xml";

std::string_view without_packing(std::string_view name) {
  for (const std::string_view end : {".gz", ".bz2", ".xz", ".zst", ".zip"})
    if (name.ends_with(end)) return name.substr(0, name.size() - end.size());
  return name;
}

bool is_json_name(std::string_view name) {
  return without_packing(name).ends_with(".json") || is_lines_name(name);
}
bool is_data_name(std::string_view name) {
  return without_packing(name).ends_with(".xml") || is_json_name(name);
}

// One folder with all that is below it.
class Walk {
 public:
  using IsWanted = bool (*)(std::string_view name);

  Walk(InputFiles& out, IsWanted is_wanted, std::string_view kinds)
      : out_(out), is_wanted_(is_wanted), kinds_(kinds) {}

  Result<void> run(const std::string& folder) {
    struct stat place{};
    if (stat(folder.c_str(), &place) == 0) seen_.emplace(place.st_dev, place.st_ino);
    std::error_code ec;
    auto entries = entries_of(folder, ec);
    if (ec)
      return fail(ErrorCode::folder_unreadable, "the folder cannot be read: " + ec.message(),
                  folder, "check its permissions");
    // No recursion over what others made; the next one last.
    std::vector<std::string> waiting(entries.rbegin(), entries.rend());
    while (!waiting.empty()) {
      const auto path = std::move(waiting.back());
      waiting.pop_back();
      if (!take(path)) continue;
      entries = entries_of(path, ec);
      if (ec)
        unreadable(path, "the folder cannot be read: " + ec.message(), "check its permissions");
      else folders_.push_back(path);
      waiting.insert(waiting.end(), entries.rbegin(), entries.rend());
    }
    std::sort(found_.begin(), found_.end());
    note_empty_folders();
    if (found_.empty() && unreadable_ == 0)
      return fail(ErrorCode::input_missing, "the folder holds no " + std::string(kinds_) + " file",
                  folder, "name the files, or rename them");
    out_.files.insert(out_.files.end(), found_.begin(), found_.end());
    return {};
  }

 private:
  static std::vector<std::string> entries_of(const std::string& folder, std::error_code& ec) {
    std::vector<std::string> paths;
    for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec))
      paths.push_back(it->path().string());
    std::sort(paths.begin(), paths.end());
    return paths;
  }

  // A mount point may hold a note that nothing is mounted there.
  void note_empty_folders() {
    for (auto& folder : folders_) {
      const auto first = std::lower_bound(found_.begin(), found_.end(), folder + "/");
      if (first == found_.end() || !first->starts_with(folder + "/"))
        out_.empty_folders.push_back(std::move(folder));
    }
  }

  // True for a folder to be entered.
  bool take(const std::string& path) {
    struct stat place{};
    if (stat(path.c_str(), &place) != 0) {
      const bool is_link = errno == ENOENT || errno == ELOOP;
      unreadable(path,
                 is_link ? "the link leads nowhere"
                         : "cannot be opened: " + std::string(std::strerror(errno)),
                 is_link ? "mend it or remove it" : "check its permissions");
      return false;
    }
    const bool is_folder = S_ISDIR(place.st_mode);
    if (!is_folder && !is_wanted_(path)) {
      // What is hidden is another program's, or our own mark.
      if (!fs::path(path).filename().string().starts_with('.')) out_.skipped.push_back(path);
      out_.empty_folders.push_back(path);
      return false;
    }
    if (!is_folder && !S_ISREG(place.st_mode)) {
      unreadable(path, "this is neither a file nor a folder",
                 "name it by itself if it is to be read");
      return false;
    }
    if (!seen_.emplace(place.st_dev, place.st_ino).second) return false;
    if (is_folder) return true;
    out_.bytes_total += static_cast<std::uint64_t>(place.st_size);
    found_.push_back(path);
    return false;
  }

  void unreadable(const std::string& path, std::string what, std::string advice) {
    ++unreadable_;
    out_.unreadable.push_back(
        fail(ErrorCode::file_unreadable, std::move(what), path, std::move(advice)));
  }

  InputFiles& out_;
  IsWanted is_wanted_;
  std::string_view kinds_;
  std::set<std::pair<dev_t, ino_t>> seen_;
  std::vector<std::string> found_;
  std::vector<std::string> folders_;  // below the first
  std::size_t unreadable_ = 0;
};

Result<void> add(const std::string& input, TextForms forms, InputFiles& out) {
  if (input == "-") {
    if (std::exchange(out.has_stdin, true))
      return fail(ErrorCode::option_combination, "standard input (-) is given twice");
    out.only_files = false;
    out.files.push_back(input);
    return {};
  }
  struct stat place{};
  if (stat(input.c_str(), &place) != 0) {
    const bool missing = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
    return fail(ErrorCode::file_unreadable,
                missing ? "there is no such file or folder"
                        : "cannot be opened: " + std::string(std::strerror(errno)),
                input, missing ? "check the path" : "check its permissions");
  }
  if (S_ISDIR(place.st_mode))
    return forms == TextForms::json ? Walk(out, is_json_name, kJsonKinds).run(input)
                                    : Walk(out, is_data_name, kDataKinds).run(input);
  out.only_files = out.only_files && S_ISREG(place.st_mode);
  if (S_ISREG(place.st_mode)) out.bytes_total += static_cast<std::uint64_t>(place.st_size);
  out.files.push_back(input);
  return {};
}

}  // namespace

bool is_lines_name(std::string_view name) {
  name = without_packing(name);
  return name.ends_with(".ndjson") || name.ends_with(".jsonl");
}

Result<InputFiles> find_files(const std::string& folder, bool (*is_wanted)(std::string_view name),
                              std::string_view kinds) {
  InputFiles out;
  if (const auto walked = Walk(out, is_wanted, kinds).run(folder); !walked) return walked.error();
  return out;
}

Result<InputFiles> find_input_files(const std::vector<std::string>& inputs, TextForms forms) {
  if (inputs.empty())
    return fail(ErrorCode::input_missing, "no input is given", {},
                "name files or folders, or - to read from a pipe");
  InputFiles out;
  for (const auto& input : inputs)
    if (const auto added = add(input, forms, out); !added) return added.error();
  return out;
}

}  // namespace paraneo::cli

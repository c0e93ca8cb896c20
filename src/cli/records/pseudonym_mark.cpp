#include "cli/records/pseudonym_mark.h"

#include <filesystem>

#include "base/folder.h"
#include "cli/terminal/state_file.h"

namespace paraneo::cli {
namespace {

constexpr std::size_t kFilesMax = 10'000'000;

std::string file_in(const std::string& folder) { return folder + "/.paraneo-pseudonyms"; }

Result<bool> holds_imported(const std::string& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) return false;
  const auto files = files_below(folder, kFilesMax);
  if (!files) return files.error();
  for (const auto& file : files->files) {
    if (file.extension() != ".json") continue;
    const auto text = read_file(file.string());
    if (!text) return text.error();
    if (*text && (*text)->find("\"origin\"") != std::string::npos) return true;
  }
  return false;
}

}  // namespace

Result<void> check_pseudonym_mark(const std::string& folder, const std::string& mark) {
  const auto kept = read_file(file_in(folder));
  if (!kept) return kept.error();
  if (*kept) {
    if (**kept == mark + "\n") return {};
    return mark.empty() ? fail(ErrorCode::state_of_another,
                               "the records there have pseudonyms, and no key is given", folder,
                               "give --pseudonym-key-file, or another folder")
                        : fail(ErrorCode::state_of_another,
                               "the records there have the pseudonyms of another key", folder,
                               "give the key that they were made with, or another folder");
  }
  if (mark.empty()) return {};
  const auto imported = holds_imported(folder);
  if (!imported) return imported.error();
  if (*imported)
    return fail(ErrorCode::state_of_another,
                "the records there have the senders' own ids, and a key is given", folder,
                "give a folder of its own to records with pseudonyms");
  return {};
}

Result<void> keep_pseudonym_mark(const std::string& folder, const std::string& mark) {
  if (mark.empty()) return {};
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  return write_state_file(file_in(folder), mark + "\n");
}

}  // namespace paraneo::cli

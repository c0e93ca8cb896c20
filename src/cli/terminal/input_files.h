// The files that the INPUTs of a verb stand for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace paraneo::cli {

// What the files of a folder may be: .json, .ndjson, .jsonl; and .xml.
enum class TextForms { json, json_and_xml };

// What INPUT... of a command line stands for.
struct InputFiles {
  std::vector<std::string> files;    // in the order of the inputs; those of a folder sorted by path
  std::vector<std::string> skipped;  // of folders, because of their names
  std::vector<Error> unreadable;     // of folders: links that lead nowhere, sub-folders without
                                     // permission
  std::vector<std::string> empty_folders;  // sub-folders without any such file, and files of
                                           // other names: what lay below these paths is away
  std::uint64_t bytes_total = 0;           // as stored
  bool has_stdin = false;
  bool only_files = true;  // that can be read again: no pipes
};

// Folders are walked with their sub-folders; links to files and folders are followed. What a folder
// has twice, by links, is taken once, so that a link to a folder above ends there. An input that is
// not there, a folder that cannot be read at all or holds no data is an error.
Result<InputFiles> find_input_files(const std::vector<std::string>& inputs, TextForms forms);

// One folder in the same way, for files of other names. `kinds` says which: ".map".
Result<InputFiles> find_files(const std::string& folder, bool (*is_wanted)(std::string_view name),
                              std::string_view kinds);

// By its name: .ndjson, .jsonl, packed or not.
bool is_lines_name(std::string_view name);

}  // namespace paraneo::cli

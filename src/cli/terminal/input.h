// INPUT of every verb: files, folders and "-" (standard input) as a stream of JSON and XML texts.
// What is packed (gzip, bzip2, xz, zstd) is unpacked by its content, whatever its name. A folder
// gives its .json, .ndjson, .jsonl and .xml files (packed ones, too), with its sub-folders, sorted
// by path.
//
// NDJSON (by name, or by a first line that is a whole JSON object) comes line by line, as soon as a
// pipe has a whole line, and is never in memory as a whole; a text may have at most
// Limits::json_bytes_max bytes, an XML document (known by its first character) xml_bytes_max.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "base/source.h"
#include "cli/terminal/input_files.h"

namespace paraneo::cli {

// What the INPUT of a verb says of itself in --help.
inline constexpr const char* kInputsHelp =
    "Files, folders or -: .json, .ndjson, .xml, packed or not (.gz, .bz2, .xz, .zst)";

// Not thread-safe; the Sources it hands out are the caller's.
class Input {
 public:
  // Checks that each exists; opens none yet. No inputs at all is a usage error.
  static Result<Input> open(const std::vector<std::string>& inputs, const Limits& limits,
                            TextForms forms = TextForms::json_and_xml);
  ~Input();
  Input(Input&&) noexcept;
  Input& operator=(Input&&) noexcept;

  // The next text, or null at the end. An error stands for one file, one line that is too long, or
  // something in a folder that cannot be read; the next call goes on behind it.
  Result<std::unique_ptr<Source>> next();

  // No pipe is among them.
  bool can_be_read_again() const;

  std::uint64_t bytes_total() const;  // as stored (packed); 0 when standard input is among them
  std::uint64_t bytes_done() const;
  std::size_t files_total() const;
  // Whether the text or error that came last was a file's only one: not a line among others.
  bool was_whole_file() const;
  // As InputFiles says.
  const std::vector<std::string>& empty_folders() const;
  // All that are read, folders resolved; "-" for standard input.
  const std::vector<std::string>& files() const;
  // Files of folders that are left out because of their name.
  const std::vector<std::string>& skipped() const;

 private:
  struct State;
  explicit Input(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace paraneo::cli

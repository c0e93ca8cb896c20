// Where the data of a verb goes: standard output, -o FILE or -o DIR. Standard output and a FILE
// get one text a line (NDJSON), or indented texts with --pretty; a DIR gets NAME.json for each.
// FILE.gz is packed. Files are written as base/atomic_file.h says: a FILE, and each file of a DIR,
// is the old one or the whole new one; another run cannot write there meanwhile.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace paraneo::cli {

// Where results go, and how.
struct OutputOptions {
  std::string path = {};  // empty or "-": standard output; a folder that exists or ends in "/"
  bool pretty = false;
  std::string_view extension = ".json";  // of the files of a DIR
  bool holds_patients = true;            // a new file is for its owner only
  bool is_prompt = true;                 // to a pipe or a terminal each text goes as it comes
  bool keeps_names = false;   // the names are those of files that are there: they stay as they are
  bool keeps_unread = false;  // a FILE that holds something is not replaced, but refused
};

// Not thread-safe.
class Output {
 public:
  // `inputs`: files that the verb reads; to write over one of them is a usage error, whatever name
  // it is called by.
  static Result<Output> open(const OutputOptions& options,
                             const std::vector<std::string>& inputs = {});
  ~Output();
  Output(Output&&) noexcept;
  Output& operator=(Output&&) noexcept;

  // `json`: one JSON text without line breaks. `name`: what the file of a DIR is called (without
  // its extension); letters outside A-Z a-z 0-9 . _ - become "_"; a name that was used before in
  // this run gets -2, -3 ...
  Result<void> write(std::string_view name, std::string_view json);
  // For texts that are not JSON (CSV, HTML, maps): written as it is.
  Result<void> write_text(std::string_view text);
  // Writes out what is buffered and puts files in their place, on the disk. Call it once, last.
  // Without it a FILE stays as it was; of a DIR those files are new that were already whole.
  Result<void> finish();

  // Whether each text gets a file of its own.
  bool is_folder() const;
  // Texts of write() that are where they are to be, whatever comes after: of a FILE all of them
  // after finish(), and none before; of standard output those that it took.
  std::size_t kept() const;

 private:
  struct State;
  explicit Output(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace paraneo::cli

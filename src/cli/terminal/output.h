// Where the data of a verb goes: standard output, -o FILE or -o DIR. Standard output and a FILE
// get one text a line (NDJSON), or indented texts with --pretty; a DIR gets NAME.json for each.
// FILE.gz is packed. A FILE appears under its name only when finish() succeeded; until then it
// is FILE.part beside it. Not thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace paraneo::cli {

struct OutputOptions {
  std::string path;     // empty or "-": standard output; a folder that exists or ends in "/"
  bool pretty = false;
};

class Output {
 public:
  static Result<Output> open(const OutputOptions& options);
  ~Output();
  Output(Output&&) noexcept;
  Output& operator=(Output&&) noexcept;

  // `json`: one JSON text without line breaks. `name`: what the file of a DIR is called (without
  // .json); letters outside A-Z a-z 0-9 . _ - become "_"; a name that was used before in this run
  // gets -2, -3 ...
  Result<void> write(std::string_view name, std::string_view json);
  // For texts that are not JSON (CSV, HTML, maps): written as it is.
  Result<void> write_text(std::string_view text);
  // Writes out what is buffered and puts a FILE in its place. Call it once, last.
  Result<void> finish();

  bool is_folder() const;

 private:
  struct State;
  explicit Output(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace paraneo::cli

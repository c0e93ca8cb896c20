// A source as it is read: a file of lines, or a folder of files, that is changed while it is read.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sync/intake.h"

namespace paraneo::simulation {

// A record as it stands there.
struct Line {
  std::string text;
  std::uint32_t number = 1;
  bool unreadable = false;  // as a line that is cut off, or a link to nowhere
  std::string file = "list";
};

// One reading. Of lines in one file their numbers are all that is known of where they stand; a file
// of its own is one record's.
class Reading final : public sync::RecordSource {
 public:
  explicit Reading(std::vector<Line> lines, bool is_folder = false,
                   std::vector<std::string> empty_folders = {})
      : lines_(std::move(lines)), is_folder_(is_folder), empty_folders_(std::move(empty_folders)) {}

  Result<std::unique_ptr<Source>> next() override {
    if (at_ == lines_.size()) return std::unique_ptr<Source>();
    const auto& line = lines_[at_++];
    // As cli's input says it of a file as a whole, and of a line.
    if (line.unreadable)
      return fail(ErrorCode::entry_refused, "this cannot be read",
                  is_folder_ ? line.file : line.file + ":" + std::to_string(line.number));
    return std::make_unique<Source>(Source{line.file, line.text, line.number});
  }
  Result<void> rewind() override {
    at_ = 0;
    return {};
  }
  bool place_is_one_records() const override { return is_folder_; }
  std::vector<std::string> empty_folders() const override { return empty_folders_; }

 private:
  std::vector<Line> lines_;
  bool is_folder_;
  std::vector<std::string> empty_folders_;
  std::size_t at_ = 0;
};

}  // namespace paraneo::simulation

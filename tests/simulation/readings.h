// A source as it is read: a file of lines that is changed while it is read.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sync/intake.h"

namespace paraneo::simulation {

// A line of the file.
struct Line {
  std::string text;
  std::uint32_t number = 1;
  bool unreadable = false;
};

// One reading. Lines are records; their numbers are all that is known of where they stand.
class Reading final : public sync::RecordSource {
 public:
  explicit Reading(std::vector<Line> lines) : lines_(std::move(lines)) {}

  Result<std::unique_ptr<Source>> next() override {
    if (at_ == lines_.size()) return std::unique_ptr<Source>();
    const auto& line = lines_[at_++];
    if (line.unreadable)
      return fail(Fault::data, "this is not JSON", "list:" + std::to_string(line.number));
    auto source = std::make_unique<Source>();
    source->name = "list";
    source->text = line.text;
    source->first_line = line.number;
    return source;
  }
  Result<void> rewind() override {
    at_ = 0;
    return {};
  }

 private:
  std::vector<Line> lines_;
  std::size_t at_ = 0;
};

}  // namespace paraneo::simulation

// Entry point: Input::next(). A file goes through: bytes -> unpack -> texts.
#include "cli/terminal/input.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/budget.h"
#include "base/gzip.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPieceBytes = std::size_t{256} << 10;
constexpr std::string_view kBom = "\xef\xbb\xbf";

bool is_lines_name(std::string_view name) {
  return name.ends_with(".ndjson") || name.ends_with(".jsonl");
}

std::string_view without_gz(std::string_view name) {
  if (name.ends_with(".gz")) name.remove_suffix(3);
  return name;
}

bool is_data_name(std::string_view name) {
  name = without_gz(name);
  return name.ends_with(".json") || is_lines_name(name);
}

// A line that is an object from its first to its last character: the first of an NDJSON.
bool is_whole_object(std::string_view line) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (in_string) {
      if (c == '\\') ++i;
      else if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0)
      return line.find_first_not_of(" \t\r", i + 1) == std::string_view::npos;
    if (depth == 0 && c != ' ' && c != '\t') return false;
  }
  return false;
}

// One file, unpacked as it is read.
class File {
 public:
  static Result<File> open(const std::string& name, std::size_t bytes_max) {
    File file;
    file.name_ = name;
    file.bytes_max_ = bytes_max;
    file.handle_.reset(name == "-" ? stdin : std::fopen(name.c_str(), "rb"));
    if (!file.handle_)
      return fail(Fault::io, "cannot be opened", name, "check that it is there and may be read");
    return file;
  }

  // Appends more text to `text`; false at the end.
  Result<bool> read(std::string& text, std::uint64_t& bytes_done) {
    std::string piece(kPieceBytes, '\0');
    const auto got = std::fread(piece.data(), 1, piece.size(), handle_.get());
    piece.resize(got);
    bytes_done += got;
    if (std::ferror(handle_.get()) != 0)
      return fail(Fault::io, "reading failed", name_, "check the disk, and that it is a file");
    const bool first = std::exchange(first_, false);
    if (first && looks_like_gzip(piece))
      inflater_.emplace(Packing::gzip, bytes_unpacked_max());
    if (got == 0) {
      if (inflater_ && !inflater_->complete())
        return fail(Fault::data, "the compressed data ends too early", name_, "copy the file again");
      return false;
    }
    if (!inflater_) {
      text += piece;
    } else if (auto fed = inflater_->feed(piece, text); !fed) {
      auto error = fed.error();
      error.where = name_;
      return error;
    }
    return true;
  }

  const std::string& name() const { return name_; }

 private:
  // A text is held to bytes_max where it is put together; this only stops endless archives.
  std::size_t bytes_unpacked_max() const { return bytes_max_ * 4096; }

  struct Close {
    void operator()(std::FILE* file) const {
      if (file != stdin) std::fclose(file);
    }
  };
  std::string name_;
  std::size_t bytes_max_ = 0;
  std::unique_ptr<std::FILE, Close> handle_;
  std::optional<Inflater> inflater_;
  bool first_ = true;
};

}  // namespace

struct Input::State {
  Limits limits;
  std::vector<std::string> files;
  std::vector<std::string> skipped;
  std::uint64_t bytes_total = 0;
  std::uint64_t bytes_done = 0;
  bool has_stdin = false;

  std::size_t next_file = 0;
  std::optional<File> file;
  std::string text;             // read and not yet handed out
  std::size_t text_begin = 0;
  std::uint32_t line = 1;       // of text[text_begin]
  std::optional<bool> by_line;  // once it is known
  bool at_end = false;
  bool text_given = false;      // of the file

  Result<void> add(const std::string& input);
  Result<void> open_next();
  Result<void> fill_line();
  Result<std::unique_ptr<Source>> next_of_file();
  std::unique_ptr<Source> take(std::size_t size);
  bool begins_with_whole_object() const;
  Error too_long() const {
    return fail(Fault::limit,
                "has a JSON text of more than " + std::to_string(limits.json_bytes_max) + " bytes",
                file->name(), "split it; " + limit_advice("json-size"));
  }
};

Result<void> Input::State::add(const std::string& input) {
  if (input == "-") {
    if (has_stdin) return fail(Fault::usage, "standard input (-) is given twice");
    has_stdin = true;
    files.push_back(input);
    return {};
  }
  std::error_code ec;
  const auto status = fs::status(input, ec);
  if (ec || !fs::exists(status))
    return fail(Fault::io, "there is no such file or folder", input, "check the path");
  if (!fs::is_directory(status)) {
    const auto size = fs::is_regular_file(status) ? fs::file_size(input, ec) : 0;
    bytes_total += ec ? 0 : size;
    files.push_back(input);
    return {};
  }
  std::vector<std::string> found;
  for (fs::recursive_directory_iterator it(input, ec), end; !ec && it != end; it.increment(ec)) {
    if (!it->is_regular_file(ec)) continue;
    auto path = it->path().string();
    if (!is_data_name(path)) {
      skipped.push_back(std::move(path));
      continue;
    }
    bytes_total += it->file_size(ec);
    found.push_back(std::move(path));
  }
  if (ec) return fail(Fault::io, "the folder cannot be read: " + ec.message(), input);
  if (found.empty())
    return fail(Fault::usage, "the folder holds no .json or .ndjson file", input,
                "name the files, or rename them");
  std::sort(found.begin(), found.end());
  files.insert(files.end(), found.begin(), found.end());
  return {};
}

Result<void> Input::State::open_next() {
  text.clear();
  text_begin = 0;
  line = 1;
  at_end = false;
  text_given = false;
  by_line.reset();
  const auto& name = files[next_file++];
  auto opened = File::open(name, limits.json_bytes_max);
  if (!opened) return opened.error();
  file = std::move(*opened);
  if (is_lines_name(without_gz(name))) by_line = true;
  return {};
}

// Reads until the text at text_begin has a whole line that is not blank, or the file ends.
Result<void> Input::State::fill_line() {
  for (std::size_t searched = text_begin;;) {
    const auto newline = text.find('\n', searched);
    if (newline != std::string::npos) {
      const std::string_view found(text.data() + text_begin, newline - text_begin);
      if (found.find_first_not_of(" \t\r") != std::string_view::npos) return {};
      text_begin = searched = newline + 1;
      ++line;
      continue;
    }
    if (at_end) return {};
    if (text.size() - text_begin > limits.json_bytes_max) return too_long();
    text.erase(0, text_begin);
    text_begin = 0;
    searched = text.size();
    const auto more = file->read(text, bytes_done);
    if (!more) return more.error();
    at_end = !*more;
    if (searched == 0 && text.starts_with(kBom)) text.erase(0, kBom.size());
  }
}

bool Input::State::begins_with_whole_object() const {
  const auto newline = text.find('\n', text_begin);
  const auto end = newline == std::string::npos ? text.size() : newline;
  return is_whole_object(std::string_view(text).substr(text_begin, end - text_begin));
}

std::unique_ptr<Source> Input::State::take(std::size_t size) {
  auto source = std::make_unique<Source>();
  source->name = file->name();
  source->first_line = line;
  source->text = text.substr(text_begin, size);
  text_begin += size;
  text_given = true;
  return source;
}

// Null at the end of the file.
Result<std::unique_ptr<Source>> Input::State::next_of_file() {
  if (const auto filled = fill_line(); !filled) return filled.error();
  if (!by_line) by_line = begins_with_whole_object();
  if (*by_line) {
    auto newline = text.find('\n', text_begin);
    const bool ended = newline == std::string::npos;
    if (ended) newline = text.size();
    if (newline - text_begin > limits.json_bytes_max) return too_long();
    auto source = take(newline - text_begin);
    if (!ended) {
      ++text_begin;
      ++line;
    }
    const bool blank = source->text.find_first_not_of(" \t\r\n") == std::string::npos;
    return blank ? nullptr : std::move(source);
  }
  while (!at_end) {
    const auto more = file->read(text, bytes_done);
    if (!more) return more.error();
    at_end = !*more;
    if (text.size() - text_begin > limits.json_bytes_max) return too_long();
  }
  const bool is_begun = text_given;
  auto source = take(text.size() - text_begin);
  const bool blank = source->text.find_first_not_of(" \t\r\n") == std::string::npos;
  if (!blank) return source;
  if (is_begun || file->name() == "-") return nullptr;
  return fail(Fault::data, "the file is empty", file->name(), "write or fetch it again");
}

Input::Input(std::unique_ptr<State> state) : state_(std::move(state)) {}
Input::~Input() = default;
Input::Input(Input&&) noexcept = default;
Input& Input::operator=(Input&&) noexcept = default;

Result<Input> Input::open(const std::vector<std::string>& inputs, const Limits& limits) {
  auto state = std::make_unique<State>();
  state->limits = limits;
  if (inputs.empty())
    return fail(Fault::usage, "no input is given", {}, "name files or folders, or - to read from a pipe");
  for (const auto& input : inputs)
    if (const auto added = state->add(input); !added) return added.error();
  return Input(std::move(state));
}

Result<std::unique_ptr<Source>> Input::next() {
  auto& s = *state_;
  for (;;) {
    if (!s.file) {
      if (s.next_file == s.files.size()) return std::unique_ptr<Source>();
      if (const auto opened = s.open_next(); !opened) return opened.error();
    }
    auto source = s.next_of_file();
    if (!source || *source == nullptr) s.file.reset();
    if (!source || *source != nullptr) return source;
  }
}

std::uint64_t Input::bytes_total() const { return state_->has_stdin ? 0 : state_->bytes_total; }
std::uint64_t Input::bytes_done() const { return state_->bytes_done; }
std::size_t Input::files_total() const { return state_->files.size(); }
const std::vector<std::string>& Input::skipped() const { return state_->skipped; }

}  // namespace paraneo::cli

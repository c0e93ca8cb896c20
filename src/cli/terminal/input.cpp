// Entry point: Input::next(). A file goes through: bytes -> unpack -> texts.
#include "cli/terminal/input.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "base/budget.h"
#include "base/gzip.h"
#include "cli/terminal/input_files.h"
#include "package/unpack.h"

namespace paraneo::cli {
namespace {

using package::Wrapping;

constexpr std::size_t kPieceBytes = std::size_t{256} << 10;
// A text is held to its limit where it is put together; this only stops endless archives.
constexpr std::size_t kUnpackedBytesMax = std::size_t{1} << 40;
constexpr std::string_view kBom = "\xef\xbb\xbf";
constexpr std::string_view kBlanks = " \t\r\n";

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
  static Result<File> open(const std::string& name) {
    File file;
    file.name_ = name;
    file.handle_ = name == "-" ? STDIN_FILENO : ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
    if (file.handle_ < 0)
      return fail(ErrorCode::file_unreadable,
                  "cannot be opened: " + std::string(std::strerror(errno)), name,
                  "check that it is there and may be read");
    return file;
  }
  File(File&& other) noexcept { swap(other); }
  File& operator=(File&& other) noexcept {
    swap(other);
    return *this;
  }
  ~File() {
    if (handle_ > STDIN_FILENO) ::close(handle_);
  }

  // Appends more text to `text`, what there is without waiting for more; false at the end.
  Result<bool> read(std::string& text, std::uint64_t& bytes_done) {
    if (!begun_)
      if (const auto begun = begin(bytes_done); !begun) return begun.error();
    if (wrapping_ == Wrapping::gzip) return inflate(text, bytes_done);
    if (wrapping_ != Wrapping::none) return unpack(text, bytes_done);
    const auto piece = bytes(bytes_done);
    if (!piece) return piece.error();
    text += *piece;
    return !piece->empty();
  }

  const std::string& name() const { return name_; }
  // At the end: bytes that belong to nothing.
  bool has_rest() const { return inflater_ && inflater_->has_rest(); }

 private:
  File() = default;
  void swap(File& other) noexcept {
    std::swap(name_, other.name_);
    std::swap(handle_, other.handle_);
    std::swap(piece_, other.piece_);
    std::swap(kept_, other.kept_);
    std::swap(begun_, other.begun_);
    std::swap(wrapping_, other.wrapping_);
    std::swap(inflater_, other.inflater_);
    std::swap(unpacker_, other.unpacker_);
    std::swap(unpacked_, other.unpacked_);
  }

  // As stored; empty at the end.
  Result<std::string_view> bytes(std::uint64_t& bytes_done) {
    if (std::exchange(kept_, false)) return std::string_view(piece_);
    piece_.resize(kPieceBytes);
    ssize_t got = 0;
    do got = ::read(handle_, piece_.data(), piece_.size());
    while (got < 0 && errno == EINTR);
    if (got < 0)
      return fail(ErrorCode::file_unreadable,
                  "reading failed: " + std::string(std::strerror(errno)), name_,
                  "check the disk, and that it is a file");
    piece_.resize(static_cast<std::size_t>(got));
    bytes_done += static_cast<std::uint64_t>(got);
    return std::string_view(piece_);
  }

  Result<void> begin(std::uint64_t& bytes_done) {
    begun_ = true;
    if (const auto first = bytes(bytes_done); !first) return first.error();
    kept_ = true;
    wrapping_ = package::wrapping_of(piece_);
    if (wrapping_ == Wrapping::zip)
      return fail(ErrorCode::file_damaged, "is a zip archive, which is not read", name_,
                  "unpack it (unzip), then name the files or their folder");
    if (wrapping_ == Wrapping::gzip) inflater_.emplace(Packing::gzip, kUnpackedBytesMax);
    return {};
  }

  Result<bool> inflate(std::string& text, std::uint64_t& bytes_done) {
    const auto piece = bytes(bytes_done);
    if (!piece) return piece.error();
    if (piece->empty()) {
      if (!inflater_->complete())
        return fail(ErrorCode::file_damaged, "the compressed data ends too early", name_,
                    "copy the file again");
      return false;
    }
    if (const auto fed = inflater_->feed(*piece, text); !fed) return here(fed.error());
    return true;
  }

  Result<bool> unpack(std::string& text, std::uint64_t& bytes_done) {
    // This file may have moved since the last piece.
    if (!unpacker_) unpacker_.emplace([this, &bytes_done] { return bytes(bytes_done); });
    const auto before = text.size();
    const auto more = unpacker_->read(text);
    if (!more) return here(more.error());
    unpacked_ += text.size() - before;
    if (unpacked_ > kUnpackedBytesMax)
      return fail(ErrorCode::limit_size,
                  "unpacks to more than " + std::to_string(kUnpackedBytesMax) + " bytes", name_);
    return *more;
  }

  Error here(Error error) const {
    error.where = name_;
    return error;
  }

  std::string name_;
  int handle_ = -1;
  std::string piece_;
  bool kept_ = false;  // the piece is to be given again
  bool begun_ = false;
  Wrapping wrapping_ = Wrapping::none;
  std::optional<Inflater> inflater_;
  std::optional<package::Unpacker> unpacker_;
  std::size_t unpacked_ = 0;
};

}  // namespace

struct Input::State {
  Limits limits;
  InputFiles files;

  std::size_t next_file = 0;
  std::size_t next_unreadable = 0;
  std::uint64_t bytes_done = 0;
  std::unique_ptr<File> file;
  std::string text;  // read and not yet handed out
  std::size_t text_begin = 0;
  std::uint32_t line = 1;            // of text[text_begin]
  std::optional<bool> by_line;       // once it is known
  std::optional<bool> ends_with_cr;  // lines end with a bare carriage return; once it is known
  bool at_end = false;
  bool text_given = false;  // of the file
  bool failed = false;      // no more can be had of the file
  bool was_whole_file = false;

  Result<void> open_next();
  Result<void> read_more();
  bool find_line_ends(std::size_t searched);
  std::size_t line_end(std::size_t from) const;
  Result<void> fill_line();
  Result<void> pass_over_line();
  Result<std::unique_ptr<Source>> next_line();
  Result<std::unique_ptr<Source>> next_of_file();
  std::unique_ptr<Source> take(std::size_t size);
  Error too_long(const std::string& what, const std::string& where) const {
    return fail(ErrorCode::limit_size,
                what + " of more than " + std::to_string(limits.json_bytes_max) + " bytes", where,
                "split it; " + limit_advice("json-size"));
  }
};

Result<void> Input::State::open_next() {
  text.clear();
  text_begin = 0;
  line = 1;
  at_end = false;
  text_given = failed = false;
  by_line.reset();
  ends_with_cr.reset();
  const auto& name = files.files[next_file++];
  auto opened = File::open(name);
  if (!opened) return opened.error();
  file = std::make_unique<File>(std::move(*opened));
  if (is_lines_name(name)) by_line = true;
  return {};
}

Result<void> Input::State::read_more() {
  text.erase(0, text_begin);
  text_begin = 0;
  const bool first = text.empty() && line == 1 && !text_given;
  const auto more = file->read(text, bytes_done);
  failed = !more;
  if (failed) return more.error();
  at_end = !*more;
  if (first && text.starts_with(kBom)) text.erase(0, kBom.size());
  return {};
}

// Whether it is known how lines end. A bare carriage return ends them where the first one does so:
// in other files it is a blank inside of a text. What stands before `searched` has no line's end
// but for a carriage return as its last character.
bool Input::State::find_line_ends(std::size_t searched) {
  if (ends_with_cr) return true;
  const auto begin = text.find_first_not_of(kBlanks, text_begin);
  if (begin == std::string::npos) return false;
  const auto from = std::max(begin, searched == 0 ? 0 : searched - 1);
  const auto end = std::min(text.find('\r', from), text.find('\n', from));
  if (end == std::string::npos || (text[end] == '\r' && end + 1 == text.size() && !at_end))
    return false;
  const bool bare = text[end] == '\r' && end + 1 < text.size() && text[end + 1] != '\n';
  ends_with_cr = bare && is_whole_object(std::string_view(text).substr(begin, end - begin));
  return true;
}

std::size_t Input::State::line_end(std::size_t from) const {
  return ends_with_cr.value_or(false) ? text.find_first_of("\r\n", from) : text.find('\n', from);
}

// Reads until the text at text_begin has a whole line that is not blank, or the file ends.
Result<void> Input::State::fill_line() {
  for (std::size_t searched = text_begin;;) {
    const auto end = find_line_ends(searched) ? line_end(searched) : text.find('\n', searched);
    if (end != std::string::npos) {
      const std::string_view found(text.data() + text_begin, end - text_begin);
      if (found.find_first_not_of(kBlanks) != std::string_view::npos) return {};
      text_begin = searched = end + 1;
      ++line;
      continue;
    }
    if (at_end) return {};
    if (text.size() - text_begin > limits.json_bytes_max) return pass_over_line();
    searched = text.size() - text_begin;
    if (const auto more = read_more(); !more) return more;
  }
}

// Of a line that is too long for memory only its end is wanted; the error is the caller's to give
// on.
Result<void> Input::State::pass_over_line() {
  const auto where = file->name() + ":" + std::to_string(line);
  auto error = too_long(by_line.value_or(false) ? "is a line" : "has a JSON text", where);
  text_given = true;  // the file is not empty
  for (;;) {
    const auto end = line_end(text_begin);
    if (end != std::string::npos) {
      text_begin = end + 1;
      ++line;
      return error;
    }
    text_begin = text.size();
    if (at_end) return error;
    if (const auto more = read_more(); !more) return more;
  }
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
Result<std::unique_ptr<Source>> Input::State::next_line() {
  const auto end = std::min(line_end(text_begin), text.size());
  if (end - text_begin > limits.json_bytes_max) return pass_over_line().error();
  const bool ended = end == text.size();
  auto source = take(end - text_begin);
  if (!ended) {
    ++text_begin;
    ++line;
  }
  const bool blank = source->text.find_first_not_of(kBlanks) == std::string::npos;
  return blank ? nullptr : std::move(source);
}

// Null at the end of the file.
Result<std::unique_ptr<Source>> Input::State::next_of_file() {
  if (const auto filled = fill_line(); !filled) return filled.error();
  const auto end = std::min(line_end(text_begin), text.size());
  if (!by_line)
    by_line = is_whole_object(std::string_view(text).substr(text_begin, end - text_begin));
  if (*by_line) return next_line();
  while (!at_end) {
    if (const auto more = read_more(); !more) return more.error();
    const auto is_xml =
        text.compare(std::min(text.size(), text.find_first_not_of(kBlanks, text_begin)), 1, "<") ==
        0;
    if (text.size() - text_begin <= (is_xml ? limits.xml_bytes_max : limits.json_bytes_max))
      continue;
    failed = true;
    if (is_xml)
      return fail(
          ErrorCode::limit_size,
          "has an XML document of more than " + std::to_string(limits.xml_bytes_max) + " bytes",
          file->name(), "split it; " + limit_advice("xml-size"));
    return too_long("has a JSON text", file->name());
  }
  const bool is_begun = text_given;
  auto source = take(text.size() - text_begin);
  const bool blank = source->text.find_first_not_of(kBlanks) == std::string::npos;
  if (!blank) return source;
  if (is_begun || file->name() == "-") return nullptr;
  return fail(ErrorCode::file_damaged, "the file is empty", file->name(),
              "write or fetch it again");
}

Input::Input(std::unique_ptr<State> state) : state_(std::move(state)) {}
Input::~Input() = default;
Input::Input(Input&&) noexcept = default;
Input& Input::operator=(Input&&) noexcept = default;

Result<Input> Input::open(const std::vector<std::string>& inputs, const Limits& limits,
                          TextForms forms) {
  auto files = find_input_files(inputs, forms);
  if (!files) return files.error();
  auto state = std::make_unique<State>();
  state->limits = limits;
  state->files = std::move(*files);
  return Input(std::move(state));
}

Result<std::unique_ptr<Source>> Input::next() {
  auto& s = *state_;
  s.was_whole_file = false;
  if (s.next_unreadable < s.files.unreadable.size()) return s.files.unreadable[s.next_unreadable++];
  for (;;) {
    if (!s.file) {
      if (s.next_file == s.files.files.size()) return std::unique_ptr<Source>();
      if (const auto opened = s.open_next(); !opened) {
        s.was_whole_file = !is_lines_name(s.files.files[s.next_file - 1]);
        return opened.error();
      }
    }
    auto source = s.next_of_file();
    s.was_whole_file = !s.by_line.value_or(false);
    if (source && *source != nullptr) return source;
    if (!source && !s.failed) return source;
    const auto ended = std::exchange(s.file, nullptr);
    if (!source) return source;
    if (ended->has_rest())
      return fail(ErrorCode::file_damaged,
                  "has bytes behind its compressed data that belong to nothing; they are left out",
                  ended->name(), "copy or pack the file again");
  }
}

bool Input::can_be_read_again() const { return state_->files.only_files; }
std::uint64_t Input::bytes_total() const {
  return state_->files.has_stdin ? 0 : state_->files.bytes_total;
}
std::uint64_t Input::bytes_done() const { return state_->bytes_done; }
std::size_t Input::files_total() const { return state_->files.files.size(); }
bool Input::was_whole_file() const { return state_->was_whole_file; }
const std::vector<std::string>& Input::empty_folders() const { return state_->files.empty_folders; }
const std::vector<std::string>& Input::files() const { return state_->files.files; }
const std::vector<std::string>& Input::skipped() const { return state_->files.skipped; }

}  // namespace paraneo::cli

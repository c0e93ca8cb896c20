#include "cli/terminal/output.h"

#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "base/arena.h"
#include "base/atomic_file.h"
#include "base/gzip.h"
#include "base/limits.h"
#include "base/source.h"
#include "cli/terminal/input.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "json/write.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferBytes = std::size_t{256} << 10;
constexpr std::size_t kNameCharsMax = 200;
// Files of a DIR that get their names together: the disk is flushed once for all of them.
constexpr std::size_t kFilesAtOnce = 128;

std::string safe(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, kNameCharsMax)) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '_' || c == '-';
    out.push_back(plain ? c : '_');
  }
  if (out.empty() || out.front() == '.') out.insert(out.begin(), '_');
  return out;
}

Result<std::string> indented(std::string_view text) {
  Source source{"output", std::string(text)};
  Arena arena;
  diag::Sink sink;
  const auto* value = json::read(source, arena, Limits{}, sink);
  if (value == nullptr) return fail(ErrorCode::internal, "the output is not JSON");
  std::string out;
  json::Writer(out, true).value(*value);
  return out;
}

// A reader waits at the other end, or a person: lines are to come as they are made.
bool is_read_at_once(int file) {
  struct stat status{};
  return ::fstat(file, &status) == 0 && !S_ISREG(status.st_mode);
}

Result<void> write_to_standard_output(std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EPIPE) {
      // The reader has what it wanted (| head): we end as every filter does.
      std::signal(SIGPIPE, SIG_DFL);
      std::raise(SIGPIPE);
    }
    if (written <= 0)
      return fail(ErrorCode::file_unwritable,
                  std::string("cannot be written: ") + std::strerror(errno), "standard output",
                  "check where it leads, and the space on the disk");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// A packed file may hold nothing, too.
bool holds_something(const std::string& path) {
  FileIdentity regular;
  if (!identity_of(path, regular)) return false;
  auto input = Input::open({path}, Limits{});
  if (!input) return true;
  const auto first = input->next();
  return first ? *first != nullptr : first.error().fault != Fault::data;
}

// The files that a verb reads, by what they are and not by their names.
class Inputs {
 public:
  explicit Inputs(const std::vector<std::string>& paths) {
    FileIdentity identity;
    for (const auto& path : paths)
      if (identity_of(path, identity)) files_.insert(identity);
  }

  // The draft beside a file must be none of them either.
  Result<void> refuse(const std::string& path) const {
    FileIdentity identity;
    std::error_code ignored;
    const auto place = fs::weakly_canonical(path, ignored).string();
    for (const auto& each : {path, place + ".part"})
      if (!files_.empty() && identity_of(each, identity) && files_.contains(identity))
        return fail(ErrorCode::output_unusable, "is read and would be written over", each,
                    "give the output another name");
    return {};
  }

 private:
  std::set<FileIdentity> files_;
};

}  // namespace

struct Output::State {
  State(const OutputOptions& options_in, const std::vector<std::string>& inputs_in)
      : options(options_in), inputs(inputs_in) {}

  OutputOptions options;
  Inputs inputs;
  std::optional<FolderLock> folder;
  std::optional<AtomicFile> file;  // neither: standard output
  std::vector<AtomicFile> whole;   // files of the folder that wait for their names
  std::string buffer;
  bool is_prompt = false;
  std::optional<Deflater> deflater;
  std::unordered_map<std::string, int> names;
  std::size_t texts = 0;  // of write()
  std::size_t kept = 0;

  unsigned permissions() const {
    return options.holds_patients ? AtomicFile::kPrivate : AtomicFile::kShared;
  }

  Result<void> flush(bool last) {
    std::string packed;
    std::string_view bytes = buffer;
    if (deflater) {
      deflater->feed(buffer, last, packed);
      bytes = packed;
    }
    const auto written = file ? file->write(bytes) : write_to_standard_output(bytes);
    buffer.clear();
    if (written && !file) kept = texts;
    return written;
  }

  std::string unused_name(std::string_view wanted) {
    const auto name = options.keeps_names ? std::string(wanted) : safe(wanted);
    const int count = ++names[name];
    return count == 1 ? name : unused_name(name + "-" + std::to_string(count));
  }

  Result<void> write_file(std::string_view name, std::string_view text) {
    const auto path =
        (fs::path(options.path) / unused_name(name)).string() + std::string(options.extension);
    if (const auto allowed = inputs.refuse(path); !allowed) return allowed;
    auto made = AtomicFile::open(path, permissions());
    if (!made) return made.error();
    for (const auto piece : {text, std::string_view("\n")})
      if (const auto written = made->write(piece); !written) return written;
    whole.push_back(std::move(*made));
    return whole.size() < kFilesAtOnce ? Result<void>() : commit_whole();
  }

  Result<void> commit_whole() {
    const auto count = whole.size();
    auto committed = AtomicFile::commit_all(whole);
    kept += count - whole.size();
    return committed;
  }
};

Output::Output(std::unique_ptr<State> state) : state_(std::move(state)) {}
Output::~Output() = default;
Output::Output(Output&&) noexcept = default;
Output& Output::operator=(Output&&) noexcept = default;

Result<Output> Output::open(const OutputOptions& options, const std::vector<std::string>& inputs) {
  auto state = std::make_unique<State>(options, inputs);
  std::error_code ec;
  if (options.path.empty() || options.path == "-") {
    state->is_prompt = options.is_prompt && is_read_at_once(STDOUT_FILENO);
    return Output(std::move(state));
  }
  if (options.path.ends_with('/') || fs::is_directory(options.path, ec)) {
    auto folder = FolderLock::take(options.path);
    if (!folder) return folder.error();
    state->folder = std::move(*folder);
    return Output(std::move(state));
  }
  if (const auto allowed = state->inputs.refuse(options.path); !allowed) return allowed.error();
  auto file = AtomicFile::open(options.path, state->permissions());
  if (!file) return file.error();
  if (options.keeps_unread && holds_something(options.path))
    return fail(
        ErrorCode::output_unusable, "holds something already, which may not come again",
        options.path,
        "move it away, give each run a name of its own, like new-$(date +%F-%H%M%S).ndjson, or --overwrite where "
        "all is fetched");
  state->file = std::move(*file);
  if (options.path.ends_with(".gz")) state->deflater.emplace();
  return Output(std::move(state));
}

Result<void> Output::write(std::string_view name, std::string_view json) {
  std::string pretty;
  if (state_->options.pretty) {
    auto text = indented(json);
    if (!text) return text.error();
    pretty = std::move(*text);
    json = pretty;
  }
  if (state_->folder) return state_->write_file(name, json);
  state_->buffer += json;
  ++state_->texts;
  return write_text("\n");
}

Result<void> Output::write_text(std::string_view text) {
  if (state_->folder)
    return fail(ErrorCode::output_unusable, "this output is one text and cannot go to a folder",
                state_->options.path, "name a file");
  state_->buffer += text;
  return state_->is_prompt || state_->buffer.size() > kBufferBytes ? state_->flush(false)
                                                                   : Result<void>();
}

Result<void> Output::finish() {
  auto& s = *state_;
  if (s.folder) return s.commit_whole();
  if (const auto flushed = s.flush(true); !flushed) return flushed;
  if (!s.file) return {};
  if (const auto committed = s.file->commit(); !committed) return committed;
  s.kept = s.texts;
  return {};
}

std::size_t Output::kept() const { return state_->kept; }

bool Output::is_folder() const { return state_->folder.has_value(); }

}  // namespace paraneo::cli

#include "cli/terminal/output.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/arena.h"
#include "base/limits.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "json/write.h"
#include "base/gzip.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferBytes = std::size_t{256} << 10;
constexpr std::size_t kNameCharsMax = 200;

Error cannot_write(const std::string& path) {
  return fail(Fault::io, std::string("cannot be written: ") + std::strerror(errno), path,
              "check the path, its permissions and the space on the disk");
}

std::string safe(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, kNameCharsMax)) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
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
  if (value == nullptr) return fail(Fault::internal, "the output is not JSON");
  std::string out;
  json::Writer(out, true).value(*value);
  return out;
}

Result<void> write_file(const std::string& path, std::string_view text) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wb"), &std::fclose);
  if (!file || std::fwrite(text.data(), 1, text.size(), file.get()) != text.size())
    return cannot_write(path);
  if (std::fclose(file.release()) != 0) return cannot_write(path);
  return {};
}

}  // namespace

struct Output::State {
  OutputOptions options;
  bool folder = false;
  std::FILE* file = nullptr;  // stdout or ours
  std::string part;           // path of the unfinished FILE
  std::string buffer;
  std::optional<Deflater> deflater;
  std::unordered_map<std::string, int> names;

  ~State() {
    if (file != nullptr && file != stdout) {
      std::fclose(file);
      std::error_code ignored;
      fs::remove(part, ignored);
    }
  }

  Result<void> flush(bool last) {
    std::string packed;
    std::string_view bytes = buffer;
    if (deflater) {
      deflater->feed(buffer, last, packed);
      bytes = packed;
    }
    const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
    buffer.clear();
    if (!written || (last && std::fflush(file) != 0))
      return cannot_write(file == stdout ? "standard output" : options.path);
    return {};
  }

  std::string unused_name(std::string_view wanted) {
    const auto name = safe(wanted);
    const int count = ++names[name];
    return count == 1 ? name : unused_name(name + "-" + std::to_string(count));
  }
};

Output::Output(std::unique_ptr<State> state) : state_(std::move(state)) {}
Output::~Output() = default;
Output::Output(Output&&) noexcept = default;
Output& Output::operator=(Output&&) noexcept = default;

Result<Output> Output::open(const OutputOptions& options) {
  auto state = std::make_unique<State>();
  state->options = options;
  std::error_code ec;
  if (options.path.empty() || options.path == "-") {
    state->file = stdout;
    return Output(std::move(state));
  }
  if (options.path.ends_with('/') || fs::is_directory(options.path, ec)) {
    fs::create_directories(options.path, ec);
    if (ec) return fail(Fault::io, "the folder cannot be made: " + ec.message(), options.path);
    state->folder = true;
    return Output(std::move(state));
  }
  state->part = options.path + ".part";
  state->file = std::fopen(state->part.c_str(), "wb");
  if (state->file == nullptr) return cannot_write(options.path);
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
  if (!state_->folder) {
    if (const auto written = write_text(json); !written) return written;
    return write_text("\n");
  }
  const auto path = (fs::path(state_->options.path) / (state_->unused_name(name) + ".json")).string();
  return write_file(path, std::string(json) + "\n");
}

Result<void> Output::write_text(std::string_view text) {
  if (state_->folder)
    return fail(Fault::usage, "this output is one text and cannot go to a folder",
                state_->options.path, "name a file");
  state_->buffer += text;
  // A person or a pipe wants to see lines as they come.
  const bool interactive = state_->file == stdout && isatty(STDOUT_FILENO) != 0;
  return interactive || state_->buffer.size() > kBufferBytes ? state_->flush(false) : Result<void>();
}

Result<void> Output::finish() {
  auto& s = *state_;
  if (s.folder) return {};
  if (const auto flushed = s.flush(true); !flushed) return flushed;
  if (s.file == stdout) return {};
  const bool closed = fsync(fileno(s.file)) == 0;
  const bool written = std::fclose(s.file) == 0 && closed;
  s.file = nullptr;
  if (!written || std::rename(s.part.c_str(), s.options.path.c_str()) != 0) {
    const auto error = cannot_write(s.options.path);
    std::remove(s.part.c_str());
    return error;
  }
  return {};
}

bool Output::is_folder() const { return state_->folder; }

}  // namespace paraneo::cli

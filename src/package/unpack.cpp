#include "package/unpack.h"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <cerrno>
#include <optional>

namespace paraneo::package {
namespace {

using namespace std::string_view_literals;

constexpr std::pair<std::string_view, Wrapping> kFirstBytes[] = {
    {"\x1f\x8b"sv, Wrapping::gzip},
    {"BZh"sv, Wrapping::bzip2},
    {"\xfd"
     "7zXZ\0"sv,
     Wrapping::xz},
    {"\x28\xb5\x2f\xfd"sv, Wrapping::zstd},
    {"PK\x03\x04"sv, Wrapping::zip},
};

}  // namespace

Wrapping wrapping_of(std::string_view first_bytes) {
  for (const auto& [begin, wrapping] : kFirstBytes)
    if (first_bytes.starts_with(begin)) return wrapping;
  return Wrapping::none;
}

std::string_view name_of(Wrapping wrapping) {
  switch (wrapping) {
    case Wrapping::none: return "plain";
    case Wrapping::gzip: return "gzip";
    case Wrapping::bzip2: return "bzip2";
    case Wrapping::xz: return "xz";
    case Wrapping::zstd: return "zstd";
    case Wrapping::zip: return "zip";
  }
  return "plain";
}

struct Unpacker::State {
  explicit State(Feed bytes) : feed(std::move(bytes)), archive(archive_read_new()) {}
  ~State() { archive_read_free(archive); }

  static la_ssize_t give(struct archive* archive, void* self, const void** bytes) {
    auto& state = *static_cast<State*>(self);
    const auto piece = state.feed();
    if (!piece) {
      state.error = piece.error();
      archive_set_error(archive, EIO, "reading failed");
      return -1;
    }
    *bytes = piece->data();
    return static_cast<la_ssize_t>(piece->size());
  }

  // False when the text is empty.
  Result<bool> open() {
    archive_read_support_filter_bzip2(archive);
    archive_read_support_filter_xz(archive);
    archive_read_support_filter_zstd(archive);
    archive_read_support_format_raw(archive);
    archive_read_support_format_empty(archive);
    if (archive_read_open2(archive, this, nullptr, &State::give, nullptr, nullptr) != ARCHIVE_OK)
      return failed();
    struct archive_entry* entry = nullptr;
    const int code = archive_read_next_header(archive, &entry);
    if (code == ARCHIVE_EOF) return false;
    return code == ARCHIVE_OK ? Result<bool>(true) : failed();
  }

  Error failed() const {
    if (error) return *error;
    const auto* why = archive_error_string(archive);
    return fail(ErrorCode::package_damaged,
                "the compressed data is damaged: " +
                    std::string(why == nullptr ? "no reason is given" : why),
                {}, "fetch or write it again");
  }

  Feed feed;
  struct archive* archive;
  std::optional<Error> error;  // of the feed
  bool opened = false;
  bool ended = false;
};

Unpacker::Unpacker(Feed feed) : state_(std::make_unique<State>(std::move(feed))) {}
Unpacker::~Unpacker() = default;
Unpacker::Unpacker(Unpacker&&) noexcept = default;
Unpacker& Unpacker::operator=(Unpacker&&) noexcept = default;

Result<bool> Unpacker::read(std::string& out) {
  constexpr std::size_t kPieceBytes = std::size_t{64} << 10;
  auto& s = *state_;
  if (!s.opened) {
    const auto more = s.open();
    if (!more) return more.error();
    s.opened = true;
    s.ended = !*more;
  }
  if (s.ended) return false;
  std::array<char, kPieceBytes> piece;
  const auto got = archive_read_data(s.archive, piece.data(), piece.size());
  if (got < 0) return s.failed();
  s.ended = got == 0;
  out.append(piece.data(), static_cast<std::size_t>(got));
  return !s.ended;
}

}  // namespace paraneo::package

#include "base/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>

namespace paraneo {
namespace {

constexpr int kGzipWindow = 15 + 16;
constexpr int kZlibWindow = 15;
constexpr int kBareWindow = -15;
constexpr Bytef kGzipFirstByte = 0x1f;
constexpr std::size_t kPieceBytes = std::size_t{64} << 10;

Bytef* bytes_of(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

}  // namespace

struct Inflater::State {
  z_stream stream{};
  std::size_t bytes_max = 0;
  std::size_t produced = 0;
  bool gzip = true;
  bool started = false;
  bool member_open = false;
  bool member_done = false;
  bool output_waits = false;
  bool ended = false;  // no member follows
  bool rest = false;

  ~State() {
    if (started) inflateEnd(&stream);
  }

  // Keeps the input that is waiting in the stream.
  bool start_member() {
    auto* const in = stream.next_in;
    const auto size = stream.avail_in;
    if (started) inflateEnd(&stream);
    stream = {};
    stream.next_in = in;
    stream.avail_in = size;
    // The first byte of a zlib header says method 8 (deflate) in its low half; bare deflate of a
    // text does not begin so.
    const bool zlib_header = (*in & 0x0FU) == 8;
    started = inflateInit2(&stream, gzip          ? kGzipWindow
                                    : zlib_header ? kZlibWindow
                                                  : kBareWindow) == Z_OK;
    member_open = started;
    return started;
  }
};

Inflater::Inflater(Packing packing, std::size_t bytes_max) : state_(std::make_unique<State>()) {
  state_->gzip = packing == Packing::gzip;
  state_->bytes_max = bytes_max;
}
Inflater::~Inflater() = default;
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;

bool Inflater::complete() const { return state_->member_done && !state_->member_open; }
bool Inflater::has_rest() const { return state_->rest; }

Result<void> Inflater::feed(std::string_view packed, std::string& out) {
  auto& s = *state_;
  const auto broken = [] {
    return fail(ErrorCode::file_damaged, "the compressed data is damaged", {},
                "fetch or write it again");
  };
  if (packed.size() > std::numeric_limits<uInt>::max()) return broken();
  s.stream.next_in = bytes_of(packed);
  s.stream.avail_in = static_cast<uInt>(packed.size());
  std::array<char, kPieceBytes> piece;
  while (s.stream.avail_in > 0 || s.output_waits) {
    if (!s.member_open) {
      // What follows the end (padding of tapes, say) is not part of the text.
      if (s.ended || (s.member_done && !(s.gzip && *s.stream.next_in == kGzipFirstByte))) {
        s.ended = true;
        s.rest = s.rest || std::any_of(s.stream.next_in, s.stream.next_in + s.stream.avail_in,
                                       [](Bytef byte) { return byte != 0; });
        return {};
      }
      if (!s.start_member()) return broken();
    }
    s.stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    s.stream.avail_out = static_cast<uInt>(piece.size());
    const int code = inflate(&s.stream, Z_NO_FLUSH);
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return broken();
    const auto got = piece.size() - s.stream.avail_out;
    s.produced += got;
    if (s.produced > s.bytes_max)
      return fail(ErrorCode::limit_size,
                  "unpacks to more than " + std::to_string(s.bytes_max) + " bytes");
    out.append(piece.data(), got);
    s.output_waits = code == Z_OK && s.stream.avail_out == 0;
    if (code == Z_STREAM_END) {
      s.member_done = true;
      s.member_open = false;
    }
  }
  return {};
}

struct Deflater::State {
  z_stream stream{};
  ~State() { deflateEnd(&stream); }
};

Deflater::Deflater() : state_(std::make_unique<State>()) {
  constexpr int kMemoryLevel = 8;
  deflateInit2(&state_->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemoryLevel,
               Z_DEFAULT_STRATEGY);
}
Deflater::~Deflater() = default;
Deflater::Deflater(Deflater&&) noexcept = default;
Deflater& Deflater::operator=(Deflater&&) noexcept = default;

void Deflater::feed(std::string_view text, bool last, std::string& out) {
  auto& stream = state_->stream;
  std::array<char, kPieceBytes> piece;
  do {
    const auto part = std::min<std::size_t>(text.size(), std::size_t{1} << 30);
    stream.next_in = bytes_of(text);
    stream.avail_in = static_cast<uInt>(part);
    text.remove_prefix(part);
    const int flush = last && text.empty() ? Z_FINISH : Z_NO_FLUSH;
    do {
      stream.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream.avail_out = static_cast<uInt>(piece.size());
      deflate(&stream, flush);
      out.append(piece.data(), piece.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  } while (!text.empty());
}

bool looks_like_gzip(std::string_view first_bytes) {
  return first_bytes.size() >= 2 && first_bytes[0] == '\x1f' && first_bytes[1] == '\x8b';
}

}  // namespace paraneo

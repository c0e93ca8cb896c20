// RapidJSON's reader as events, for what becomes a tree of another kind than json::Value. The text is
// decoded in place, in a copy in the arena: texts stay there. Text that is no JSON is not reported, and
// no limit is kept: read() does both.
//
// A Handler has these, each of which says whether to go on; offsets are those of the source:
//   bool null(std::uint32_t offset), boolean(bool truth, std::uint32_t offset),
//   bool number(std::string_view digits, std::uint32_t offset),
//   bool string(std::string_view text, bool plain, std::uint32_t offset),  // plain as in Value
//   bool key(std::string_view name, bool plain, std::uint32_t offset),
//   bool begin(Kind kind, std::uint32_t offset), end(Kind kind)
// RapidJSON recurses as deep as begin() lets it.
#pragma once

#include <rapidjson/reader.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/arena.h"
#include "base/source.h"
#include "json/in_place_stream.h"
#include "json/value.h"

namespace paraneo::json {

template <class Handler>
class Events {
 public:
  Events(const Source& source, Arena& arena, Handler& handler)
      : source_(source), begin_(arena.copy_terminated(source.text, InPlaceStream::kSlack)), stream_(begin_), handler_(handler),
        next_escape_(std::min(source.text.find('\\'), source.text.size())) {}

  // Of a text that is valid UTF-8. An error is RapidJSON's, or the handler's: kParseErrorTermination.
  rapidjson::ParseResult read() {
    rapidjson::Reader reader;
    return reader.Parse<rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag>(stream_, *this);
  }
  // Behind the value: the end of the text, unless there is a NUL.
  std::size_t end() const { return stream_.Tell(); }

  // What RapidJSON calls. It has consumed a word when it tells of it; texts it shows where they stand.
  bool Null() { return handler_.null(told() - 4); }
  bool Bool(bool truth) { return handler_.boolean(truth, told() - (truth ? 4 : 5)); }
  bool RawNumber(const char* chars, unsigned length, bool) { return handler_.number({chars, length}, offset_of(chars)); }
  bool String(const char* chars, unsigned length, bool) {
    const auto offset = offset_of(chars);
    return handler_.string({chars, length}, is_plain(offset, length), offset - 1);
  }
  bool Key(const char* chars, unsigned length, bool) {
    const auto offset = offset_of(chars);
    return handler_.key({chars, length}, is_plain(offset, length), offset - 1);
  }
  bool StartObject() { return handler_.begin(Kind::object, told() - 1); }
  bool StartArray() { return handler_.begin(Kind::array, told() - 1); }
  bool EndObject(unsigned) { return handler_.end(Kind::object); }
  bool EndArray(unsigned) { return handler_.end(Kind::array); }
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

 private:
  std::uint32_t told() const { return static_cast<std::uint32_t>(stream_.Tell()); }
  std::uint32_t offset_of(const char* chars) const { return static_cast<std::uint32_t>(chars - begin_); }

  // No escape in the source: then nothing in the string needs one.
  bool is_plain(std::size_t begin, std::size_t size) {
    if (next_escape_ < begin) next_escape_ = std::min(source_.text.find('\\', begin), source_.text.size());
    return next_escape_ >= begin + size;
  }

  const Source& source_;
  char* begin_;
  InPlaceStream stream_;
  Handler& handler_;
  std::size_t next_escape_;  // the first backslash that is not yet behind the reader
};

}  // namespace paraneo::json

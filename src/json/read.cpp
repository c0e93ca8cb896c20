// RapidJSON's iterative SAX reader, turned into a tree. Entry point: read().
#include "json/read.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/utf8.h"

namespace paraneo::json {
namespace {

constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag |
                            rapidjson::kParseValidateEncodingFlag;

class TreeBuilder {
 public:
  TreeBuilder(const Source& source, const rapidjson::MemoryStream& stream, Arena& arena,
              const Limits& limits, diag::Sink& sink)
      : source_(source), stream_(stream), arena_(arena), limits_(limits), sink_(sink) {}

  bool Null() { return add(scalar(Kind::null)); }
  bool Bool(bool truth) {
    auto value = scalar(Kind::boolean);
    value.truth = truth;
    return add(value);
  }
  bool RawNumber(const char* chars, unsigned length, bool) {
    if (length > limits_.number_chars_max) {
      const auto begin = token_begin();
      return refuse(diag::Code::json_number_length, begin, begin + length,
                    "a number of " + std::to_string(length) + " characters; the limit is " +
                        std::to_string(limits_.number_chars_max),
                    "write it as a string, or round it to what was measured");
    }
    return add(text(Kind::number, chars, length));
  }
  bool String(const char* chars, unsigned length, bool) {
    return add(text(Kind::string, chars, length));
  }
  bool Key(const char* chars, unsigned length, bool) {
    const auto name = text(Kind::string, chars, length);
    keys_.push_back({name.text(), name.offset, {}});
    return true;
  }
  bool StartObject() { return open(Kind::object); }
  bool StartArray() { return open(Kind::array); }

  bool EndArray(unsigned) {
    const auto begin = close();
    const auto count = values_.size() - begin;
    auto items = arena_.make_array<Value>(count);
    std::copy(values_.begin() + static_cast<std::ptrdiff_t>(begin), values_.end(), items.begin());
    values_.resize(begin);
    auto& value = values_.back();
    value.first_item = items.data();
    value.size = static_cast<std::uint32_t>(count);
    return true;
  }

  bool EndObject(unsigned) {
    const auto begin = close();
    const auto count = values_.size() - begin;
    auto members = arena_.make_array<Member>(count);
    const auto first_key = keys_.size() - count;
    for (std::size_t i = 0; i < count; ++i) {
      members[i] = keys_[first_key + i];
      members[i].value = values_[begin + i];
    }
    values_.resize(begin);
    keys_.resize(first_key);
    auto& value = values_.back();
    value.first_member = members.data();
    value.size = static_cast<std::uint32_t>(count);
    return unique(members);
  }

  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

  const Value* root() { return arena_.make<Value>(values_.front()); }

 private:
  // The place of the token that the reader has just consumed: after the last token there is only
  // white space and at most one comma or colon.
  std::uint32_t token_begin() {
    auto at = last_end_;
    const std::string_view all = source_.text;
    while (at < all.size() && (all[at] == ' ' || all[at] == '\t' || all[at] == '\r' ||
                               all[at] == '\n' || all[at] == ',' || all[at] == ':'))
      ++at;
    return static_cast<std::uint32_t>(at);
  }

  Value scalar(Kind kind) {
    Value value;
    value.kind = kind;
    value.offset = token_begin();
    last_end_ = stream_.Tell();
    return value;
  }

  Value text(Kind kind, const char* chars, unsigned length) {
    auto value = scalar(kind);
    value.size = length;
    const std::string_view decoded(chars, length);
    const auto raw_begin = value.offset + (kind == Kind::string ? 1U : 0U);
    const auto raw = std::string_view(source_.text).substr(raw_begin, length);
    value.chars = raw == decoded ? raw.data() : arena_.copy(decoded).data();
    return value;
  }

  bool open(Kind kind) {
    Value value;
    value.kind = kind;
    value.offset = token_begin();
    last_end_ = value.offset + 1;
    if (begins_.size() >= limits_.json_depth_max)
      return refuse(diag::Code::json_depth, value.offset, value.offset + 1,
                    "nested deeper than " + std::to_string(limits_.json_depth_max) + " levels",
                    "no FHIR resource needs this depth; look at what wrote the file");
    values_.push_back(value);
    begins_.push_back(values_.size());
    return true;
  }

  std::size_t close() {
    const auto begin = begins_.back();
    begins_.pop_back();
    last_end_ = token_begin() + 1;
    return begin;
  }

  bool add(const Value& value) {
    values_.push_back(value);
    return true;
  }

  bool unique(std::span<const Member> members) {
    if (members.size() <= kPairwiseMax) {
      for (std::size_t i = 1; i < members.size(); ++i)
        for (std::size_t k = 0; k < i; ++k)
          if (members[i].name == members[k].name) return twice(members[i]);
      return true;
    }
    std::vector<const Member*> sorted;
    for (const auto& member : members) sorted.push_back(&member);
    std::sort(sorted.begin(), sorted.end(), [](const Member* a, const Member* b) {
      return a->name != b->name ? a->name < b->name : a->name_offset < b->name_offset;
    });
    for (std::size_t i = 1; i < sorted.size(); ++i)
      if (sorted[i]->name == sorted[i - 1]->name) return twice(*sorted[i]);
    return true;
  }

  bool twice(const Member& member) {
    return refuse(diag::Code::json_duplicate_key, member.name_offset,
                  member.name_offset + static_cast<std::uint32_t>(member.name.size()) + 2,
                  "the name \"" + std::string(member.name) + "\" is there twice in one object",
                  "keep one of the two");
  }

  bool refuse(diag::Code code, std::uint32_t begin, std::uint32_t end, std::string message,
              std::string advice) {
    sink_.report(code, std::move(message), {&source_, begin, end}, {}, std::move(advice));
    return false;
  }

  static constexpr std::size_t kPairwiseMax = 16;

  const Source& source_;
  const rapidjson::MemoryStream& stream_;
  Arena& arena_;
  const Limits& limits_;
  diag::Sink& sink_;
  std::size_t last_end_ = 0;
  std::vector<Value> values_;         // finished values of the open containers, and the containers
  std::vector<Member> keys_;          // names of the open objects
  std::vector<std::size_t> begins_;   // where each open container's values begin
};

void report_syntax(const Source& source, const rapidjson::ParseResult& result, diag::Sink& sink) {
  const auto at = static_cast<std::uint32_t>(result.Offset());
  const Span span{&source, at, at + 1};
  if (result.Code() == rapidjson::kParseErrorStringInvalidEncoding) {
    sink.report(diag::Code::json_encoding, "this is not valid UTF-8", span, {},
                "save the file as UTF-8");
    return;
  }
  if (result.Code() == rapidjson::kParseErrorNumberTooBig) {
    sink.report(diag::Code::json_number_length, "the number is too big", span, {},
                "write it as a string, or round it to what was measured");
    return;
  }
  if (at >= source.text.size()) {
    sink.report(diag::Code::json_syntax, "the text ends in the middle of a value", span, {},
                "the file is cut off; write or fetch it again");
    return;
  }
  std::string message = rapidjson::GetParseError_En(result.Code());
  while (message.ends_with('.')) message.pop_back();
  sink.report(diag::Code::json_syntax, message, span);
}

}  // namespace

const Value* read(const Source& source, Arena& arena, const Limits& limits, diag::Sink& sink) {
  if (source.text.size() > limits.json_bytes_max) {
    sink.report(diag::Code::json_size,
                "the text has " + std::to_string(source.text.size()) + " bytes; the limit is " +
                    std::to_string(limits.json_bytes_max),
                {&source, 0, 0});
    return nullptr;
  }
  std::string_view text = source.text;
  rapidjson::MemoryStream stream(text.data(), text.size());
  TreeBuilder builder(source, stream, arena, limits, sink);
  rapidjson::Reader reader;
  const auto errors_before = sink.errors();
  const auto result = reader.Parse<kFlags>(stream, builder);
  if (!result) {
    if (sink.errors() == errors_before) report_syntax(source, result, sink);
    return nullptr;
  }
  return builder.root();
}

}  // namespace paraneo::json

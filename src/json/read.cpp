// RapidJSON's SAX reader, turned into a tree. Entry point: read().
#include "json/read.h"

#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/budget.h"
#include "base/utf8.h"
#include "json/in_place_stream.h"
#include "json/write.h"

namespace paraneo::json {
namespace {

class TreeBuilder {
 public:
  TreeBuilder(const Source& source, Arena& arena, const Limits& limits, diag::Sink& sink,
              const Budget* budget)
      : source_(source), arena_(arena), limits_(limits), sink_(sink), budget_(budget),
        time_(budget) {
    open_.reserve(kUsualValues);
  }

  bool null(std::uint32_t offset) { return add(scalar(Kind::null, offset)); }
  bool boolean(bool truth, std::uint32_t offset) {
    auto value = scalar(Kind::boolean, offset);
    value.truth = truth;
    return add(value);
  }
  bool number(std::string_view digits, std::uint32_t offset) {
    if (digits.size() > limits_.number_chars_max)
      return refuse(diag::Code::json_number_length, offset,
                    offset + static_cast<std::uint32_t>(digits.size()),
                    "a number of " + std::to_string(digits.size()) + " characters; the limit is " +
                        std::to_string(limits_.number_chars_max),
                    "round it to what was measured; " + limit_advice("digits"));
    return add(text(Kind::number, digits, offset));
  }
  bool string(std::string_view chars, bool plain, std::uint32_t offset) {
    return (plain || is_text(chars, offset)) && add(text(Kind::string, chars, offset));
  }
  bool key(std::string_view name, bool plain, std::uint32_t offset) {
    name_ = name;
    name_offset_ = offset;
    return plain || is_text(name, offset);
  }
  bool begin(Kind kind, std::uint32_t offset) {
    if (begins_.size() >= limits_.json_depth_max)
      return refuse(diag::Code::json_depth, offset, offset + 1,
                    "nested deeper than " + std::to_string(limits_.json_depth_max) + " levels",
                    "no FHIR resource needs this depth; " + limit_advice("json-depth"));
    if (!add(scalar(kind, offset))) return false;
    begins_.push_back(open_.size());
    return true;
  }
  bool end(Kind kind) { return kind == Kind::array ? end_array() : end_object(); }

  const Value* root() { return arena_.make<Value>(open_.front().value); }

 private:
  bool end_array() {
    const auto all = close();
    auto items = arena_.make_array<Value>(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) items[i] = all[i].value;
    open_.resize(open_.size() - all.size());
    auto& value = open_.back().value;
    value.first_item = items.data();
    value.size = static_cast<std::uint32_t>(items.size());
    return true;
  }

  bool end_object() {
    const auto all = close();
    const auto members = arena_.copy_array<Member>(all);
    open_.resize(open_.size() - all.size());
    auto& value = open_.back().value;
    value.first_member = members.data();
    value.size = static_cast<std::uint32_t>(members.size());
    return unique(members);
  }

  // RapidJSON takes the second half of a surrogate pair for a character.
  bool is_text(std::string_view decoded, std::uint32_t offset) {
    if (utf8::first_invalid(decoded) == std::string_view::npos) return true;
    return refuse(diag::Code::json_syntax, offset, offset + 1,
                  "an escape in the string is half a character",
                  "write the character itself, or both of its \\u escapes");
  }

  static Value scalar(Kind kind, std::size_t offset) {
    Value value;
    value.kind = kind;
    value.offset = static_cast<std::uint32_t>(offset);
    return value;
  }

  static Value text(Kind kind, std::string_view chars, std::size_t offset) {
    auto value = scalar(kind, offset);
    value.size = static_cast<std::uint32_t>(chars.size());
    value.chars = chars.data();
    return value;
  }

  // The finished values of the innermost container.
  std::span<const Member> close() {
    const auto begin = begins_.back();
    begins_.pop_back();
    return std::span(open_).subspan(begin);
  }

  bool add(const Value& value) {
    if (++values_ > limits_.json_values_max)
      return refuse(diag::Code::json_size, value.offset, value.offset + 1,
                    "more than " + std::to_string(limits_.json_values_max) + " values in one text",
                    limit_advice("json-values"));
    open_.push_back({name_, name_offset_, value});
    if (!time_.is_late()) return true;
    report_late(source_, *budget_, sink_);
    return false;
  }

  bool unique(std::span<const Member> members) {
    if (members.size() <= kPairwiseMax) {
      std::uint64_t marks = 0;
      for (std::size_t i = 0; i < members.size(); ++i) {
        const auto mark = mark_of(members[i].name);
        if ((marks & mark) != 0)
          for (std::size_t k = 0; k < i; ++k)
            if (members[k].name == members[i].name) return twice(members[i]);
        marks |= mark;
      }
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

  // One of 64 bits. Most names differ in length, at the beginning or at the end.
  static std::uint64_t mark_of(std::string_view name) {
    if (name.empty()) return 1;
    const auto byte = [](char c) { return std::uint32_t{static_cast<unsigned char>(c)}; };
    const auto mixed = (static_cast<std::uint32_t>(name.size()) << 16 | byte(name.front()) << 8 |
                        byte(name.back())) *
                       0x9E3779B1U;
    return std::uint64_t{1} << (mixed >> 26);
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
  static constexpr std::size_t kUsualValues = 128;

  const Source& source_;
  Arena& arena_;
  const Limits& limits_;
  diag::Sink& sink_;
  const Budget* budget_;
  TimeCheck time_;
  std::string_view name_;  // the last one, and where it stands
  std::uint32_t name_offset_ = 0;
  std::vector<Member> open_;  // finished values of the open containers, and the containers; names
                              // are for objects
  std::size_t values_ = 0;
  std::vector<std::size_t> begins_;  // where each open container's values begin
};

// RapidJSON's events, with what they do not say: where they are, and whether a text is plain. The
// text is decoded in place, in a copy in the arena.
class Events {
 public:
  Events(const Source& source, Arena& arena, TreeBuilder& tree)
      : source_(source), begin_(arena.copy_terminated(source.text, kSlack)), stream_(begin_),
        tree_(tree), next_escape_(std::min(source.text.find('\\'), source.text.size())) {}

  // An error is RapidJSON's, or the tree's, which has reported it: kParseErrorTermination.
  rapidjson::ParseResult read() {
    rapidjson::Reader reader;
    return reader.Parse < rapidjson::kParseInsituFlag |
           rapidjson::kParseNumbersAsStringsFlag > (stream_, *this);
  }
  // Behind the value: the end of the text, unless there is a NUL.
  std::size_t end() const { return stream_.Tell(); }

  // What RapidJSON calls. It has consumed a word when it tells of it; texts it shows where they
  // stand.
  bool Null() { return tree_.null(told() - 4); }
  bool Bool(bool truth) { return tree_.boolean(truth, told() - (truth ? 4 : 5)); }
  bool RawNumber(const char* chars, unsigned length, bool) {
    return tree_.number({chars, length}, offset_of(chars));
  }
  bool String(const char* chars, unsigned length, bool) {
    const auto offset = offset_of(chars);
    return tree_.string({chars, length}, is_plain(offset, length), offset - 1);
  }
  bool Key(const char* chars, unsigned length, bool) {
    const auto offset = offset_of(chars);
    return tree_.key({chars, length}, is_plain(offset, length), offset - 1);
  }
  bool StartObject() { return tree_.begin(Kind::object, told() - 1); }
  bool StartArray() { return tree_.begin(Kind::array, told() - 1); }
  bool EndObject(unsigned) { return tree_.end(Kind::object); }
  bool EndArray(unsigned) { return tree_.end(Kind::array); }
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

 private:
  std::uint32_t told() const { return static_cast<std::uint32_t>(stream_.Tell()); }
  std::uint32_t offset_of(const char* chars) const {
    return static_cast<std::uint32_t>(chars - begin_);
  }

  // No escape in the source: then nothing in the string needs one.
  bool is_plain(std::size_t begin, std::size_t size) {
    if (next_escape_ < begin)
      next_escape_ = std::min(source_.text.find('\\', begin), source_.text.size());
    return next_escape_ >= begin + size;
  }

  const Source& source_;
  char* begin_;
  InPlaceStream stream_;
  TreeBuilder& tree_;
  std::size_t next_escape_;  // the first backslash that is not yet behind the reader
};

// RapidJSON's word for it is that of a wrong escape, and for a NUL that of a string without an end.
bool is_control_in_string(rapidjson::ParseErrorCode code) {
  return code == rapidjson::kParseErrorStringEscapeInvalid ||
         code == rapidjson::kParseErrorStringMissQuotationMark;
}

void report_syntax(const Source& source, const rapidjson::ParseResult& result, diag::Sink& sink) {
  const auto at = static_cast<std::uint32_t>(result.Offset());
  const Span span{&source, at, at + 1};
  if (is_control_in_string(result.Code()) && at < source.text.size() &&
      static_cast<unsigned char>(source.text[at]) < 0x20) {
    const auto c = source.text[at];
    std::string escaped;
    append_string(escaped, {&c, 1});
    const auto* what = c == '\n' || c == '\r' ? "a line break"
                       : c == '\t'            ? "a tab"
                                              : "a control character";
    sink.report(diag::Code::json_syntax, std::string(what) + " inside a string", span, {},
                "write it as " + escaped.substr(1, escaped.size() - 2));
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

void report_late(const Source& source, const Budget& budget, diag::Sink& sink) {
  sink.report(diag::Code::json_time,
              "to read the input takes more than " + std::to_string(budget.time_ms_max()) + " ms",
              {&source, 0, 0}, {}, limit_advice("time"));
}

const Value* read(const Source& source, Arena& arena, const Limits& limits, diag::Sink& sink,
                  const Budget* budget) {
  if (source.text.size() > limits.json_bytes_max) {
    sink.report(diag::Code::json_size,
                "the text has " + std::to_string(source.text.size()) + " bytes; the limit is " +
                    std::to_string(limits.json_bytes_max),
                {&source, 0, 0}, {}, limit_advice("json-size"));
    return nullptr;
  }
  if (const auto at = utf8::first_invalid(source.text); at != std::string_view::npos) {
    const auto begin = static_cast<std::uint32_t>(at);
    sink.report(diag::Code::json_encoding, "this is not valid UTF-8", {&source, begin, begin + 1},
                {}, "save the file as UTF-8");
    return nullptr;
  }
  TreeBuilder builder(source, arena, limits, sink, budget);
  Events events(source, arena, builder);
  const auto errors_before = sink.errors();
  if (const auto result = events.read(); !result) {
    if (sink.errors() == errors_before) report_syntax(source, result, sink);
    return nullptr;
  }
  if (const auto end = static_cast<std::uint32_t>(events.end()); end != source.text.size()) {
    sink.report(diag::Code::json_syntax, "a NUL character behind the value",
                {&source, end, end + 1});
    return nullptr;
  }
  return builder.root();
}

}  // namespace paraneo::json

#include "json/repair.h"

#include <algorithm>

#include "base/budget.h"
#include "base/utf8.h"

namespace paraneo::json {
namespace {

constexpr std::string_view kWhite = " \t\r\n";
constexpr auto kNone = std::string_view::npos;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The number of a \u escape; nothing when it is none.
std::optional<unsigned> escaped_unit(std::string_view text, std::size_t at) {
  if (text.size() < at + 6 || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  unsigned unit = 0;
  for (std::size_t i = at + 2; i < at + 6; ++i) {
    const char c = text[i];
    const auto digit = is_digit(c)            ? c - '0'
                       : c >= 'a' && c <= 'f' ? c - 'a' + 10
                       : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                              : -1;
    if (digit < 0) return std::nullopt;
    unit = unit * 16 + static_cast<unsigned>(digit);
  }
  return unit;
}

struct Complaint {
  diag::Code code = diag::Code::json_syntax;
  std::string message;
  std::string advice;
};

enum class Verdict { fine, repairable, no_json };

// Of a string, given with its quotes.
Verdict judge_string(std::string_view token) {
  auto verdict = Verdict::fine;
  for (std::size_t i = 1; i + 1 < token.size(); ++i) {
    if (static_cast<unsigned char>(token[i]) < 0x20) return Verdict::no_json;
    if (token[i] != '\\') continue;
    if (token[i + 1] != 'u') {
      if (std::string_view("\"\\/bfnrt").find(token[++i]) == kNone) return Verdict::no_json;
      continue;
    }
    const auto unit = escaped_unit(token, i);
    if (!unit) return Verdict::no_json;
    i += 5;
    if (*unit < 0xD800 || *unit > 0xDFFF) continue;
    const auto next = *unit < 0xDC00 ? escaped_unit(token, i + 1) : std::nullopt;
    if (next && *next >= 0xDC00 && *next <= 0xDFFF) i += 6;
    else verdict = Verdict::repairable;
  }
  return utf8::first_invalid(token) != kNone ? Verdict::no_json : verdict;
}

// Behind the digits at `at`.
std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// Of a value that is no string, list or object; `complaint` is set where it is to be repaired.
Verdict judge_word(std::string_view word, const Limits& limits, Complaint& complaint) {
  constexpr int kExponentMax = 308;  // RapidJSON's, of a number without a fraction
  if (word == "null" || word == "true" || word == "false") return Verdict::fine;
  const std::size_t begin = word.starts_with('-') ? 1 : 0;
  auto at = skip_digits(word, begin);
  if (at == begin || (word[begin] == '0' && at > begin + 1)) return Verdict::no_json;
  std::size_t fraction = 0;
  if (at < word.size() && word[at] == '.') {
    const auto end = skip_digits(word, at + 1);
    fraction = end - at - 1;
    if (fraction == 0) return Verdict::no_json;
    at = end;
  }
  auto exponent = std::string_view();
  if (at < word.size() && (word[at] == 'e' || word[at] == 'E')) {
    ++at;
    const auto is_negative = at < word.size() && word[at] == '-';
    if (at < word.size() && (word[at] == '-' || word[at] == '+')) ++at;
    const auto end = skip_digits(word, at);
    if (end == at) return Verdict::no_json;
    if (!is_negative) exponent = word.substr(at, end - at);
    at = end;
  }
  if (at != word.size()) return Verdict::no_json;
  if (word.size() > limits.number_chars_max) {
    complaint = {diag::Code::json_number_length,
                 "a number of " + std::to_string(word.size()) + " characters; the limit is " +
                     std::to_string(limits.number_chars_max),
                 "round it to what was measured; " + limit_advice("digits")};
    return Verdict::repairable;
  }
  while (exponent.starts_with('0')) exponent.remove_prefix(1);
  if (exponent.size() <= 3 && (exponent.empty() || std::stoi(std::string(exponent)) <=
                                                       kExponentMax + static_cast<int>(fraction)))
    return Verdict::fine;
  complaint = {diag::Code::json_number_length, "the number is too big",
               "write it as a string, or round it to what was measured"};
  return Verdict::repairable;
}

class Repairer {
 public:
  Repairer(std::string_view text, const Limits& limits)
      : text_(text), limits_(limits), out_{std::string(text), {}} {}

  std::optional<Repaired> run() {
    if (!value()) return std::nullopt;
    while (!open_.empty())
      if (!(open_.back().is_object ? member() : item())) return std::nullopt;
    skip_white();
    if (at_ != text_.size() || out_.faults.empty()) return std::nullopt;
    std::sort(out_.faults.begin(), out_.faults.end(),
              [](const Fault& a, const Fault& b) { return a.begin < b.begin; });
    return std::move(out_);
  }

 private:
  struct Member {
    std::string_view name;  // as written
    std::size_t begin = 0;  // of the name
    std::size_t value = 0;
    std::size_t end = 0;        // of the value
    std::size_t comma = kNone;  // behind it
  };
  struct Container {
    bool is_object = false;
    std::size_t items = 0;  // begun, of a list
    std::vector<Member> members;
  };

  void skip_white() { at_ = std::min(text_.find_first_not_of(kWhite, at_), text_.size()); }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  // Behind the string that begins here; npos when it has no end.
  std::size_t end_of_string(std::size_t at) const {
    for (++at; at < text_.size(); ++at) {
      if (text_[at] == '"') return at + 1;
      if (text_[at] == '\\') ++at;
    }
    return kNone;
  }

  // Behind the list or object that begins here.
  std::size_t end_of_container(std::size_t at) const {
    for (std::size_t depth = 0; at < text_.size();) {
      const char c = text_[at];
      if (c == '"') {
        at = end_of_string(at);
        continue;
      }
      ++at;
      if (c == '{' || c == '[') ++depth;
      else if ((c == '}' || c == ']') && --depth == 0) return at;
    }
    return kNone;
  }

  // A value, or the beginning of a list or object. False: not to be repaired.
  bool value() {
    skip_white();
    const auto begin = at_;
    const char c = peek();
    if (c == '{' || c == '[') {
      if (open_.size() < limits_.json_depth_max) {
        ++at_;
        open_.push_back({c == '{', 0, {}});
        return true;
      }
      at_ = end_of_container(begin);
      if (at_ == kNone) return false;
      replace(begin, {diag::Code::json_depth,
                      "nested deeper than " + std::to_string(limits_.json_depth_max) + " levels",
                      "no FHIR resource needs this depth; " + limit_advice("json-depth")});
      return true;
    }
    if (c == '"') {
      at_ = end_of_string(begin);
      if (at_ == kNone) return false;
      const auto verdict = judge_string(text_.substr(begin, at_ - begin));
      if (verdict == Verdict::repairable)
        replace(begin, {diag::Code::json_syntax, "an escape in the string is half a character",
                        "write the character itself, or both of its \\u escapes"});
      return verdict != Verdict::no_json;
    }
    at_ = std::min(text_.find_first_of(",:[]{}\" \t\r\n", begin), text_.size());
    if (at_ == begin) return false;
    Complaint complaint;
    const auto verdict = judge_word(text_.substr(begin, at_ - begin), limits_, complaint);
    if (verdict == Verdict::repairable) replace(begin, std::move(complaint));
    return verdict != Verdict::no_json;
  }

  // The next item of the list, or its end.
  bool item() {
    auto& list = open_.back();
    skip_white();
    if (peek() == ']') {
      ++at_;
      close();
      return true;
    }
    if (list.items > 0) {
      if (peek() != ',') return false;
      ++at_;
    }
    ++list.items;
    return value();
  }

  // The next member of the object, or its end.
  bool member() {
    auto& object = open_.back();
    if (!object.members.empty() && object.members.back().end == 0) object.members.back().end = at_;
    skip_white();
    if (peek() == '}') {
      ++at_;
      blank_repeated(object.members);
      close();
      return true;
    }
    if (!object.members.empty()) {
      if (peek() != ',') return false;
      object.members.back().comma = at_++;
      skip_white();
    }
    if (peek() != '"') return false;
    const auto end = end_of_string(at_);
    if (end == kNone || judge_string(text_.substr(at_, end - at_)) != Verdict::fine) return false;
    object.members.push_back({text_.substr(at_ + 1, end - at_ - 2), at_, 0, 0, kNone});
    at_ = end;
    skip_white();
    if (peek() != ':') return false;
    ++at_;
    skip_white();
    object.members.back().value = at_;
    return value();
  }

  void close() { open_.pop_back(); }

  void blank_repeated(const std::vector<Member>& members) {
    std::vector<std::size_t> order(members.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return members[a].name < members[b].name;
    });
    std::vector<bool> is_blank(members.size());
    bool any = false;
    for (std::size_t i = 0, end = 0; i < order.size(); i = end) {
      const auto& first = members[order[i]];
      const auto value_of = [&](std::size_t which) {
        return text_.substr(members[which].value, members[which].end - members[which].value);
      };
      bool same = true;
      for (end = i + 1; end < order.size() && members[order[end]].name == first.name; ++end)
        same = same && value_of(order[end]) == value_of(order[i]);
      for (auto k = same ? i + 1 : i; k < end && end > i + 1; ++k) any = is_blank[order[k]] = true;
      if (end == i + 1) continue;
      const auto& second = members[order[i + 1]];
      tell(second.begin, second.begin + second.name.size() + 2,
           {diag::Code::json_duplicate_key,
            "the name \"" + std::string(first.name) + "\" is there twice in one object",
            "keep one of the two"},
           "." + std::string(first.name));
    }
    if (!any) return;
    std::size_t comma_of_last = kNone;
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (!is_blank[i]) {
        comma_of_last = members[i].comma;
        continue;
      }
      std::fill(out_.text.begin() + static_cast<std::ptrdiff_t>(members[i].begin),
                out_.text.begin() + static_cast<std::ptrdiff_t>(members[i].end), ' ');
      if (members[i].comma != kNone) out_.text[members[i].comma] = ' ';
    }
    if (comma_of_last != kNone && is_blank.back()) out_.text[comma_of_last] = ' ';
  }

  // [begin, at_) by a value of its length.
  void replace(std::size_t begin, Complaint complaint) {
    const auto size = at_ - begin;
    std::string stand_in = size >= 4 ? "null" : size >= 2 ? "\"\"" : "0";
    stand_in.resize(size, ' ');
    out_.text.replace(begin, size, stand_in);
    tell(begin, at_, std::move(complaint), {});
  }

  void tell(std::size_t begin, std::size_t end, Complaint complaint, const std::string& inner) {
    std::string path;
    for (const auto& each : open_) {
      if (!each.is_object) path += "[" + std::to_string(each.items - 1) + "]";
      else if (!inner.empty() && &each == &open_.back()) path += inner;
      else path += "." + std::string(each.members.back().name);
    }
    out_.faults.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end),
                           complaint.code, std::move(complaint.message),
                           std::move(complaint.advice),
                           path.starts_with('.') ? path.substr(1) : path});
  }

  std::string_view text_;
  const Limits& limits_;
  Repaired out_;
  std::size_t at_ = 0;
  std::vector<Container> open_;
};

}  // namespace

std::optional<Repaired> repair(std::string_view text, const Limits& limits) {
  if (text.size() > limits.json_bytes_max) return std::nullopt;
  return Repairer(text, limits).run();
}

}  // namespace paraneo::json

// String manipulation (FHIRPath 2.0 5.6) and its trial-use additions. Positions count code points.
#include <algorithm>
#include <cctype>
#include <cstring>
#include <vector>

#include "base/utf8.h"
#include "fhirpath/functions/functions.h"
#include "fhirpath/regex.h"
#include "fhirpath/text_case.h"

namespace paraneo::fhirpath {
namespace {

std::optional<std::string_view> input(Run& run, const Node& node, const Collection& in) {
  return run.string(node, in);
}

std::optional<std::string_view> argument(Run& run, const Node& node, std::uint32_t i,
                                         const Scope& scope) {
  return run.string(node, run.eval(node, i, scope));
}

std::size_t byte_of(std::string_view text, std::int64_t point) {
  std::size_t at = 0;
  for (; point > 0 && at < text.size(); --point) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  }
  return at;
}

std::int64_t point_of(std::string_view text, std::size_t byte) {
  return byte == std::string_view::npos
             ? -1
             : static_cast<std::int64_t>(utf8::length(text.substr(0, byte)));
}

// memmem() is linear whatever the texts are; string_view::find() is not.
std::size_t find(std::string_view text, std::string_view part, std::size_t from = 0) {
  const auto rest = text.substr(from);
  if (part.empty()) return from;
  if (rest.empty()) return std::string_view::npos;  // it may have no address
  const auto* at =
      static_cast<const char*>(memmem(rest.data(), rest.size(), part.data(), part.size()));
  return at == nullptr ? std::string_view::npos : static_cast<std::size_t>(at - text.data());
}

std::size_t find_last(std::string_view text, std::string_view part) {
  const std::string text_backwards(text.rbegin(), text.rend());
  const std::string part_backwards(part.rbegin(), part.rend());
  const auto at = find(text_backwards, part_backwards);
  return at == std::string_view::npos ? at : text.size() - part.size() - at;
}

Collection index_of(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto text = input(run, node, in);
  const auto part = argument(run, node, 1, scope);
  return text && part ? run.of_integer(point_of(*text, find(*text, *part))) : Collection();
}

Collection last_index_of(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto text = input(run, node, in);
  const auto part = argument(run, node, 1, scope);
  return text && part ? run.of_integer(point_of(*text, find_last(*text, *part))) : Collection();
}

Collection substring(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto text = input(run, node, in);
  const auto start = run.integer(node, run.eval(node, 1, scope));
  if (!text || !start || *start < 0 || *start >= static_cast<std::int64_t>(utf8::length(*text)))
    return {};
  auto rest = text->substr(byte_of(*text, *start));
  if (node.operand_count > 2)
    if (const auto length = run.integer(node, run.eval(node, 2, scope)))
      rest = rest.substr(0, byte_of(rest, std::max<std::int64_t>(0, *length)));
  return run.of_text(rest);
}

std::optional<bool> starts_with(Run& run, const Node& node, const Collection& in,
                                const Scope& scope) {
  const auto text = input(run, node, in);
  const auto part = argument(run, node, 1, scope);
  return text && part ? std::optional(text->starts_with(*part)) : std::nullopt;
}

std::optional<bool> ends_with(Run& run, const Node& node, const Collection& in,
                              const Scope& scope) {
  const auto text = input(run, node, in);
  const auto part = argument(run, node, 1, scope);
  return text && part ? std::optional(text->ends_with(*part)) : std::nullopt;
}

std::optional<bool> contains_text(Run& run, const Node& node, const Collection& in,
                                  const Scope& scope) {
  const auto text = input(run, node, in);
  const auto part = argument(run, node, 1, scope);
  return text && part ? std::optional(find(*text, *part) != std::string_view::npos) : std::nullopt;
}

template <std::string (*kMap)(std::string_view)>
Collection cased(Run& run, const Node& node, const Collection& in, const Scope&) {
  const auto text = input(run, node, in);
  return text && run.has_room(text->size()) ? run.of_copy(kMap(*text)) : Collection();
}

Collection replace(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto text = input(run, node, in);
  const auto pattern = argument(run, node, 1, scope);
  const auto by = argument(run, node, 2, scope);
  if (!text || !pattern || !by) return {};
  // Before the copies are made: one text inside another may be as long as their product.
  const auto places = pattern->empty() ? text->size() + 1 : text->size() / pattern->size();
  if (!run.has_room(text->size() + places * by->size())) return {};
  std::string out;
  if (pattern->empty()) {
    for (std::size_t at = 0; at < text->size();) {
      const auto next = at + byte_of(text->substr(at), 1);
      out.append(*by).append(*text, at, next - at);
      at = next;
    }
    return run.of_copy(out + std::string(*by));
  }
  std::size_t begin = 0;
  for (auto at = find(*text, *pattern); at != std::string_view::npos;
       at = find(*text, *pattern, begin)) {
    out.append(*text, begin, at - begin).append(*by);
    begin = at + pattern->size();
  }
  return run.of_copy(out.append(*text, begin));
}

std::string_view flags(Run& run, const Node& node, std::uint32_t i, const Scope& scope) {
  return node.operand_count > i ? argument(run, node, i, scope).value_or("") : std::string_view();
}

template <bool kWhole>
std::optional<bool> matches(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto text = input(run, node, in);
  const auto pattern = argument(run, node, 1, scope);
  const auto how = flags(run, node, 2, scope);
  if (!text || !pattern || run.failed()) return std::nullopt;
  const auto* regex = Regex::of(run, node, *pattern, how);
  return regex == nullptr ? std::nullopt : regex->matches(run, node, *text, kWhole);
}

Collection replace_matches(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto text = input(run, node, in);
  const auto pattern = argument(run, node, 1, scope);
  const auto by = argument(run, node, 2, scope);
  const auto how = flags(run, node, 3, scope);
  if (!text || !pattern || !by || run.failed()) return {};
  if (pattern->empty()) return run.of_text(*text);
  const auto* regex = Regex::of(run, node, *pattern, how);
  if (regex == nullptr || !run.has_room(text->size() + (text->size() + 1) * by->size())) return {};
  const auto out = regex->replaced(run, node, *text, *by);
  return out ? run.of_copy(*out) : Collection();
}

Collection length(Run& run, const Node& node, const Collection& in, const Scope&) {
  const auto text = input(run, node, in);
  return text ? run.of_integer(static_cast<std::int64_t>(utf8::length(*text))) : Collection();
}

Collection to_chars(Run& run, const Node& node, const Collection& in, const Scope&) {
  Collection out;
  auto text = input(run, node, in).value_or("");
  if (!run.has_room(text.size() * 2 * sizeof(Item))) return out;
  while (!text.empty()) {
    const auto next = byte_of(text, 1);
    out.push(run.arena, Item::of_string(text.substr(0, next)));
    text.remove_prefix(next);
  }
  return out;
}

Collection trim(Run& run, const Node& node, const Collection& in, const Scope&) {
  auto text = input(run, node, in);
  if (!text) return {};
  constexpr std::string_view kSpace = " \t\r\n";  // the lexical category "Whitespace"
  const auto begin = text->find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return run.of_text("");
  return run.of_text(text->substr(begin, text->find_last_not_of(kSpace) - begin + 1));
}

Collection split(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto text = input(run, node, in);
  const auto by = argument(run, node, 1, scope);
  if (!text || !by) return {};
  if (by->empty()) return to_chars(run, node, in, scope);
  Collection out;
  std::size_t begin = 0;
  for (auto at = find(*text, *by); at != std::string_view::npos; at = find(*text, *by, begin)) {
    out.push(run.arena, Item::of_string(text->substr(begin, at - begin)));
    begin = at + by->size();
  }
  out.push(run.arena, Item::of_string(text->substr(begin)));
  return out;
}

Collection join(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  if (in.empty()) return {};
  const auto by =
      node.operand_count > 1 ? argument(run, node, 1, scope).value_or("") : std::string_view();
  std::string out;
  bool is_first = true;
  for (const auto& item : in) {
    const auto text = run.string(node, run.of(item));
    if (run.failed()) return {};
    if (!text) continue;  // it has no value
    if (!is_first) out += by;
    is_first = false;
    out += *text;
    if (!run.has_room(out.size())) return {};
  }
  return is_first ? Collection() : run.of_copy(out);
}

struct Escape {
  char plain;
  std::string_view json, html;
};
constexpr Escape kEscapes[] = {{'"', "\\\"", "&quot;"}, {'\\', "\\\\", ""}, {'\n', "\\n", ""},
                               {'\r', "\\r", ""},       {'\t', "\\t", ""},  {'&', "", "&amp;"},
                               {'<', "", "&lt;"},       {'>', "", "&gt;"},  {'\'', "", "&#39;"}};

template <bool kEscape>
Collection escaped(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto text = input(run, node, in);
  const auto target = argument(run, node, 1, scope);
  if (!text || !target) return {};
  constexpr std::size_t kLongestEscape = 6;
  if (!run.has_room(text->size() * kLongestEscape)) return {};
  const auto html = *target == "html";
  std::string out;
  for (std::size_t i = 0; i < text->size(); ++i) {
    bool done = false;
    for (const auto& escape : kEscapes) {
      const auto code = html ? escape.html : escape.json;
      if (code.empty()) continue;
      if (kEscape ? (*text)[i] == escape.plain : text->substr(i).starts_with(code)) {
        if (kEscape) out += code;
        else out.push_back(escape.plain), i += code.size() - 1;
        done = true;
        break;
      }
    }
    if (!done) out.push_back((*text)[i]);
  }
  return run.of_copy(out);
}

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string base64(std::string_view text, std::string_view alphabet) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8 | (i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out.push_back(i + k > text.size() ? '=' : alphabet[bits >> (18 - 6 * k) & 63U]);
  }
  return out;
}

std::optional<std::string> from_base64(std::string_view text, std::string_view alphabet) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) out.push_back(static_cast<char>(bits >> (count -= 8) & 255U));
  }
  return out;
}

std::string hex(std::string_view text) {
  std::string out;
  for (const char character : text) {
    const auto c = static_cast<unsigned char>(character);
    out.push_back("0123456789abcdef"[c >> 4]);
    out.push_back("0123456789abcdef"[c & 15]);
  }
  return out;
}

std::optional<std::string> from_hex(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const auto high = kDigits.find(static_cast<char>(std::tolower(text[i])));
    const auto low = kDigits.find(static_cast<char>(std::tolower(text[i + 1])));
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
  }
  return text.size() % 2 == 0 ? std::optional(out) : std::nullopt;
}

// Each character beyond ASCII as a question mark.
std::string ascii(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) out.push_back(c);
    else if ((byte & 0xC0U) != 0x80U) out.push_back('?');
  }
  return out;
}

template <bool kEncode>
Collection coded(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto text = input(run, node, in);
  const auto format = argument(run, node, 1, scope);
  if (!text || !format || !run.has_room(text->size() * 2)) return {};
  std::optional<std::string> out;
  if (*format == "hex") out = kEncode ? hex(*text) : from_hex(*text);
  if (*format == "base64") out = kEncode ? base64(*text, kBase64) : from_base64(*text, kBase64);
  if (kEncode && *format == "ascii") out = ascii(*text);
  if (*format == "urlbase64")
    out = kEncode ? base64(*text, kUrlBase64) : from_base64(*text, kUrlBase64);
  // What is decoded to something else than UTF-8 is no text.
  return out && (kEncode || utf8::first_invalid(*out) == std::string_view::npos) ? run.of_copy(*out)
                                                                                 : Collection();
}

constexpr Function kFunctions[] = {
    {"indexOf", 1, 1, index_of},
    {"lastIndexOf", 1, 1, last_index_of},
    {"substring", 1, 2, substring},
    test_function<starts_with>("startsWith", 1, 1),
    test_function<ends_with>("endsWith", 1, 1),
    test_function<contains_text>("contains", 1, 1),
    {"upper", 0, 0, cased<upper>},
    {"lower", 0, 0, cased<lower>},
    {"replace", 2, 2, replace},
    test_function<matches<false>>("matches", 1, 2),
    test_function<matches<true>>("matchesFull", 1, 2),
    {"replaceMatches", 2, 3, replace_matches},
    {"length", 0, 0, length},
    {"toChars", 0, 0, to_chars},
    {"trim", 0, 0, trim},
    {"split", 1, 1, split},
    {"join", 0, 1, join},
    {"escape", 1, 1, escaped<true>},
    {"unescape", 1, 1, escaped<false>},
    {"encode", 1, 1, coded<true>},
    {"decode", 1, 1, coded<false>},
};

}  // namespace

std::span<const Function> string_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath

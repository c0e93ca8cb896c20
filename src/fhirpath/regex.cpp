#define PCRE2_CODE_UNIT_WIDTH 8
#include "fhirpath/regex.h"

#include <pcre2.h>
#include <re2/re2.h>

#include <algorithm>
#include <vector>

#include "base/utf8.h"

namespace paraneo::fhirpath {
namespace {

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

struct FreeCode {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
struct FreeData {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct FreeContext {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

struct Flags {
  bool ignores_case = false;
  bool has_lines = false;
};

std::unique_ptr<re2::RE2> compile_re2(std::string_view pattern, Flags flags) {
  constexpr std::int64_t kMemoryMax = std::int64_t{8} << 20;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMemoryMax);
  options.set_dot_nl(true);
  options.set_case_sensitive(!flags.ignores_case);
  const auto text = flags.has_lines ? "(?m)" + std::string(pattern) : std::string(pattern);
  return std::make_unique<re2::RE2>(text, options);
}

// As RE2 reads it: a point is any character, $ is the very end, \d and \w are ASCII.
std::unique_ptr<pcre2_code, FreeCode> compile_pcre2(std::string_view pattern, Flags flags) {
  const auto options = PCRE2_UTF | PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C |
                       (flags.ignores_case ? PCRE2_CASELESS : 0U) |
                       (flags.has_lines ? PCRE2_MULTILINE : 0U);
  int error = 0;
  PCRE2_SIZE at = 0;
  return std::unique_ptr<pcre2_code, FreeCode>(pcre2_compile(
      reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), options, &error, &at, nullptr));
}

std::optional<Flags> flags_of(std::string_view text) {
  Flags out;
  for (const char c : text) {
    if (c == 'i') out.ignores_case = true;
    else if (c == 'm') out.has_lines = true;
    else return std::nullopt;
  }
  return out;
}

}  // namespace

struct Regex::Engines {
  std::unique_ptr<re2::RE2> linear;
  std::unique_ptr<pcre2_code, FreeCode> backtracking;  // where RE2 has no such pattern
};

Regex::Regex(std::unique_ptr<Engines> engines) : engines_(std::move(engines)) {}
Regex::~Regex() = default;

const Regex* Regex::of(Run& run, const Node& at, std::string_view pattern, std::string_view flags) {
  constexpr std::size_t kKeptMax = 256;
  struct Kept {
    std::string pattern, flags;
    std::unique_ptr<Regex> compiled;
  };
  thread_local std::vector<Kept> kept;
  for (const auto& known : kept)
    if (known.pattern == pattern && known.flags == flags) return known.compiled.get();
  const auto options = flags_of(flags);
  if (!options) {
    run.fail(at, "\"" + std::string(flags) +
                     "\" are no flags of a regular expression: these are i and m");
    return nullptr;
  }
  auto engines = std::make_unique<Engines>();
  engines->linear = compile_re2(pattern, *options);
  if (!engines->linear->ok()) engines->backtracking = compile_pcre2(pattern, *options);
  if (!engines->linear->ok() && engines->backtracking == nullptr) {
    run.fail(at, "the regular expression cannot be used: " + engines->linear->error());
    return nullptr;
  }
  if (kept.size() >= kKeptMax) kept.clear();
  kept.push_back({std::string(pattern), std::string(flags),
                  std::unique_ptr<Regex>(new Regex(std::move(engines)))});
  return kept.back().compiled.get();
}

// The next match at or behind `from`.
std::optional<bool> Regex::find(Run& run, const Node& at, std::string_view text, std::size_t from,
                                bool whole, Groups& groups) const {
  if (engines_->backtracking == nullptr) {
    re2::StringPiece found[kGroups];
    const auto count = std::min(kGroups, 1 + engines_->linear->NumberOfCapturingGroups());
    const auto anchor = whole ? re2::RE2::ANCHOR_BOTH : re2::RE2::UNANCHORED;
    if (!engines_->linear->Match(piece(text), from, text.size(), anchor, found, count))
      return false;
    for (int i = 0; i < count; ++i)
      groups[static_cast<std::size_t>(i)] = {found[i].data(), found[i].size()};
    return true;
  }
  constexpr std::uint32_t kStepsMin = 100'000;
  constexpr std::uint32_t kStepsForByte = 16;
  constexpr std::uint32_t kHeapKilobytesMax = 8192;
  constexpr std::uint64_t kWork = 64;  // of a search that takes all that it may
  const auto bytes = text.size() - from;
  if (!run.work(kWork + bytes / kStepsForByte)) return std::nullopt;
  const std::unique_ptr<pcre2_match_context, FreeContext> context(
      pcre2_match_context_create(nullptr));
  const std::unique_ptr<pcre2_match_data, FreeData> data(pcre2_match_data_create(kGroups, nullptr));
  pcre2_set_match_limit(
      context.get(), kStepsMin + kStepsForByte * static_cast<std::uint32_t>(std::min<std::size_t>(
                                                     bytes, UINT32_MAX / 64)));
  pcre2_set_heap_limit(context.get(), kHeapKilobytesMax);
  const auto result = pcre2_match(
      engines_->backtracking.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), from,
      whole ? PCRE2_ANCHORED | PCRE2_ENDANCHORED : 0U, data.get(), context.get());
  if (result == PCRE2_ERROR_NOMATCH) return false;
  if (result < 0) {
    run.fail(at, "the regular expression takes too many steps on this text",
             ErrorCode::limit_steps);
    return std::nullopt;
  }
  const auto* ends = pcre2_get_ovector_pointer(data.get());
  const auto count = result == 0 ? kGroups : result;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
    groups[i] = ends[2 * i] == PCRE2_UNSET
                    ? std::string_view()
                    : text.substr(ends[2 * i], ends[2 * i + 1] - ends[2 * i]);
  return true;
}

int Regex::group_named(std::string_view name) const {
  if (engines_->backtracking != nullptr)
    return std::max(0, pcre2_substring_number_from_name(
                           engines_->backtracking.get(),
                           reinterpret_cast<PCRE2_SPTR>(std::string(name).c_str())));
  const auto& groups = engines_->linear->NamedCapturingGroups();
  const auto found = groups.find(std::string(name));
  return found == groups.end() ? 0 : found->second;
}

int Regex::group_count() const {
  if (engines_->backtracking == nullptr) return engines_->linear->NumberOfCapturingGroups();
  std::uint32_t count = 0;
  pcre2_pattern_info(engines_->backtracking.get(), PCRE2_INFO_CAPTURECOUNT, &count);
  return static_cast<int>(count);
}

namespace {

// At worst every byte of the text meets every instruction of the pattern.
bool can_search(Run& run, const re2::RE2& pattern, std::size_t bytes,
                std::uint64_t instructions_in_step) {
  return run.work(1 +
                  bytes * static_cast<std::uint64_t>(pattern.ProgramSize()) / instructions_in_step);
}

}  // namespace

std::optional<bool> Regex::matches(Run& run, const Node& at, std::string_view text,
                                   bool whole) const {
  constexpr std::uint64_t kInstructionsInStep = 64;
  if (engines_->backtracking == nullptr) {
    if (!can_search(run, *engines_->linear, text.size(), kInstructionsInStep)) return std::nullopt;
    return whole ? re2::RE2::FullMatch(piece(text), *engines_->linear)
                 : re2::RE2::PartialMatch(piece(text), *engines_->linear);
  }
  Groups groups;
  return find(run, at, text, 0, whole, groups);
}

// A search may look at all that is left and then match one character: each of them counts.
std::optional<std::string> Regex::replaced(Run& run, const Node& at, std::string_view text,
                                           std::string_view by) const {
  constexpr std::uint64_t kInstructionsInStep = 4096;
  // Texts of the substitution, and the groups that follow them; -1 for none.
  std::vector<std::pair<std::string, int>> parts(1, {{}, -1});
  const auto add_group = [&](int group) {
    parts.back().second = group;
    parts.emplace_back(std::string(), -1);
  };
  for (std::size_t i = 0; i < by.size(); ++i) {
    const auto next = by[i] == '$' && i + 1 < by.size() ? by[i + 1] : '\0';
    if (next >= '0' && next <= '9') {
      if (next - '0' > group_count()) return std::string(text);
      add_group(next - '0');
      ++i;
      continue;
    }
    const auto close = next == '{' ? by.find('}', i) : std::string_view::npos;
    const auto named =
        close == std::string_view::npos ? 0 : group_named(by.substr(i + 2, close - i - 2));
    if (named > 0 && named < kGroups) {
      add_group(named);
      i = close;
    } else {
      parts.back().first.push_back(by[i]);
    }
  }
  std::string out;
  std::size_t begin = 0;
  auto last_end = std::string_view::npos;
  while (true) {
    if (engines_->backtracking == nullptr &&
        !can_search(run, *engines_->linear, text.size() - begin, kInstructionsInStep))
      return std::nullopt;
    Groups groups;
    const auto found = find(run, at, text, begin, false, groups);
    if (!found) return std::nullopt;
    if (!*found) break;
    const auto start = static_cast<std::size_t>(groups[0].data() - text.data());
    out += text.substr(begin, start - begin);
    begin = start + groups[0].size();
    // Nothing is no match where the last one ended: the next character stays.
    if (begin != last_end || !groups[0].empty()) {
      for (const auto& [literal, group] : parts) {
        out += literal;
        if (group >= 0) out += groups[static_cast<std::size_t>(group)];
      }
      last_end = begin;
      if (!run.has_room(out.size())) return std::nullopt;
      continue;
    }
    if (begin == text.size()) break;
    const auto next = std::max<std::size_t>(1, utf8::first_length(text.substr(begin)));
    out += text.substr(begin, next);
    begin += next;
  }
  return out += text.substr(begin);
}

}  // namespace paraneo::fhirpath

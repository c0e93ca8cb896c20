#include "codebook/candidates.h"

#include <algorithm>
#include <tuple>

namespace paraneo::codebook {
namespace {

Digest digest_of_code(std::string_view system, std::string_view code) {
  std::string text(system);
  text.append("\n").append(code);
  return digest_of(text);
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

bool is_near(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const auto first = std::mismatch(a.begin(), a.end(), b.begin());
  const auto at = static_cast<std::size_t>(first.first - a.begin());
  if (at == a.size()) return true;
  if (a.substr(at + 1) == b.substr(at + 1)) return true;
  return at + 1 < a.size() && a[at] == b[at + 1] && a[at + 1] == b[at] &&
         a.substr(at + 2) == b.substr(at + 2);
}

// Each word once, in small letters.
std::vector<std::string> words_of(std::string_view text) {
  constexpr std::size_t kWordsMax = 32;
  std::vector<std::string> out;
  std::string word;
  const auto add = [&] {
    if (!word.empty() && out.size() < kWordsMax &&
        std::find(out.begin(), out.end(), word) == out.end())
      out.push_back(word);
    word.clear();
  };
  for (const char c : text) {
    const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (is_letter(small)) word += small;
    else add();
  }
  add();
  return out;
}

}  // namespace

KnownCodes::KnownCodes(const std::vector<knowledge::Display>& displays) {
  for (const auto& each : displays) {
    const auto [known, is_new] =
        by_code_.try_emplace(digest_of_code(each.system, each.code), &each);
    if (is_new) by_system_[each.system].push_back(&each);
    const auto is_first_name = is_new || (known->second->display.empty() && !each.display.empty());
    if (each.display.empty() || !is_first_name) continue;
    known->second = &each;
    const auto words = words_of(each.display);
    for (const auto& word : words)
      by_word_[word].push_back(static_cast<std::uint32_t>(named_.size()));
    named_.push_back(&each);
    word_counts_.push_back(static_cast<std::uint16_t>(words.size()));
  }
  for (auto& [system, codes] : by_system_)
    std::sort(codes.begin(), codes.end(),
              [](const auto* a, const auto* b) { return a->code < b->code; });
}

const knowledge::Display* KnownCodes::find(std::string_view system, std::string_view code) const {
  const auto found = by_code_.find(digest_of_code(system, code));
  return found == by_code_.end() ? nullptr : found->second;
}

std::vector<const knowledge::Display*> KnownCodes::beginning_with(std::string_view system,
                                                                  std::string_view digits,
                                                                  std::size_t count_max) const {
  std::vector<const knowledge::Display*> out;
  const auto codes = by_system_.find(system);
  if (codes == by_system_.end()) return out;
  auto at =
      std::lower_bound(codes->second.begin(), codes->second.end(), digits,
                       [](const knowledge::Display* a, std::string_view b) { return a->code < b; });
  for (; at != codes->second.end() && (*at)->code.starts_with(digits) && out.size() < count_max;
       ++at)
    out.push_back(*at);
  return out;
}

std::vector<const knowledge::Display*> KnownCodes::near(std::string_view system,
                                                        std::string_view code,
                                                        std::size_t count_max) const {
  std::vector<const knowledge::Display*> out;
  const auto codes = by_system_.find(system);
  if (codes == by_system_.end()) return out;
  for (const auto* each : codes->second)
    if (is_near(each->code, code) && out.size() < count_max) out.push_back(each);
  return out;
}

std::vector<const knowledge::Display*> KnownCodes::like(std::string_view words,
                                                        std::size_t count_max) const {
  constexpr std::size_t kLookedAtMax = 400;  // displays that have one word
  struct Score {
    std::uint32_t at = 0;
    double shared = 0;
  };
  const auto wanted = words_of(words);
  std::vector<Score> hits;
  double whole = 0;
  for (const auto& word : wanted) {
    const auto found = by_word_.find(word);
    if (found == by_word_.end()) {
      whole += 1;
      continue;
    }
    // A word that many have says little.
    const auto weight = 1.0 / (1.0 + static_cast<double>(found->second.size()) / 50);
    whole += weight;
    for (std::size_t i = 0; i < std::min(found->second.size(), kLookedAtMax); ++i)
      hits.push_back({found->second[i], weight});
  }
  std::sort(hits.begin(), hits.end(), [](const Score& a, const Score& b) { return a.at < b.at; });
  std::vector<Score> sums;
  for (const auto& hit : hits) {
    if (sums.empty() || sums.back().at != hit.at) sums.push_back({hit.at, 0});
    sums.back().shared += hit.shared;
  }
  // Half of what was asked for, by weight, is the least.
  std::erase_if(sums, [&](const Score& each) { return each.shared * 2 < whole; });
  for (auto& each : sums) each.shared /= 1.0 + 0.1 * word_counts_[each.at];
  std::sort(sums.begin(), sums.end(), [&](const Score& a, const Score& b) {
    if (a.shared != b.shared) return a.shared > b.shared;
    return std::tie(named_[a.at]->system, named_[a.at]->code) <
           std::tie(named_[b.at]->system, named_[b.at]->code);
  });
  std::vector<const knowledge::Display*> out;
  for (std::size_t i = 0; i < std::min(sums.size(), count_max); ++i)
    out.push_back(named_[sums[i].at]);
  return out;
}

}  // namespace paraneo::codebook

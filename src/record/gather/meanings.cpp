#include "record/gather/meanings.h"

#include <algorithm>

namespace paraneo::record {
namespace {

// Shorter ones are abbreviations, or belong to the grammar.
constexpr std::size_t kWordCharsMin = 4;
// So much alike at their beginnings are the words of one thing in several languages.
constexpr std::size_t kStemChars = 4;

std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> out;
  std::string word;
  const auto end = [&] {
    if (word.size() >= kWordCharsMin) out.insert(word);
    word.clear();
  };
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z') word += static_cast<char>(c - 'A' + 'a');
    else if ((c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80) word += c;
    else end();
  }
  end();
  return out;
}

// LOINC and SNOMED CT say behind it how it was measured, and what kind of thing it is.
std::string_view name_in(std::string_view display) {
  return display.substr(0, display.find_first_of("[("));
}

bool share_a_stem(const std::set<std::string>& a, const std::set<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& word) {
    const auto stem = word.substr(0, kStemChars);
    const auto next = b.lower_bound(stem);
    return next != b.end() && next->starts_with(stem);
  });
}

}  // namespace

std::vector<std::string_view> Meanings::of(std::string_view system, std::string_view code) const {
  std::vector<const terminology::Code*> local;
  if (concepts_ != nullptr && !system.empty()) concepts_->reverse(system, code, local);
  std::vector<std::string_view> out;
  for (const auto* each : local) {
    const auto* test = tests_ == nullptr ? nullptr : tests_->only_translation(each->code);
    out.push_back(test == nullptr ? each->code : test->code);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void Meanings::learn() {
  has_learned_ = true;
  for (const auto& row : concepts_->rows()) {
    auto name = words_of(name_in(row.to.display));
    words_[row.from.code].insert(name.begin(), name.end());
    if (!name.empty()) by_word_[*name.begin()].push_back(std::move(name));
  }
}

bool Meanings::contradicts(std::string_view system, std::string_view code,
                           std::string_view display) {
  if (concepts_ == nullptr || system.empty() || display.empty()) return false;
  // They may come by the million.
  constexpr std::size_t kAnswersMax = 100'000;
  if (answers_.size() >= kAnswersMax) answers_.clear();
  auto key = std::string(system) + "\n" + std::string(code) + "\n" + std::string(display);
  const auto [answer, is_new] = answers_.try_emplace(std::move(key), false);
  if (is_new) answer->second = names_another(system, code, display);
  return answer->second;
}

bool Meanings::names_another(std::string_view system, std::string_view code,
                             std::string_view display) {
  std::vector<const terminology::Code*> own;
  concepts_->reverse(system, code, own);
  if (own.empty()) return false;
  if (!has_learned_) learn();
  const auto said = words_of(display);
  std::vector<const terminology::Code*> again;
  for (const auto* each : own) {
    const auto& words = words_[each->code];
    // Of what is called by an abbreviation only, other words may be the name.
    if (words.empty() || share_a_stem(said, words)) return false;
    concepts_->translate({}, each->code, again);
  }
  if (std::any_of(again.begin(), again.end(),
                  [&](const auto* each) { return each->display == display; }))
    return false;
  const auto is_said = [&](const Words& name) {
    return std::includes(said.begin(), said.end(), name.begin(), name.end());
  };
  return std::any_of(said.begin(), said.end(), [&](const std::string& word) {
    const auto names = by_word_.find(word);
    return names != by_word_.end() &&
           std::any_of(names->second.begin(), names->second.end(), is_said);
  });
}

}  // namespace paraneo::record

#include "diag/suggest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace paraneo::diag {
namespace {

// The textbook's table, whole (Damerau-Levenshtein, optimal string alignment).
std::size_t by_the_whole_table(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min(
          {d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

class Words {
 public:
  std::string word(std::size_t length_max) {
    std::string out(random_() % (length_max + 1), 'a');
    for (auto& c : out) c = "abc-1"[random_() % 5];
    return out;
  }
  std::string slip(std::string word) {
    for (auto edits = random_() % 5; edits > 0 && word.size() > 1; --edits) {
      const auto at = random_() % (word.size() - 1);
      switch (random_() % 4) {
        case 0: word.erase(at, 1); break;
        case 1: word.insert(at, 1, 'b'); break;
        case 2: word[at] = 'c'; break;
        default: std::swap(word[at], word[at + 1]);
      }
    }
    return word;
  }

 private:
  std::mt19937 random_{17};
};

TEST(Suggest, DistanceIsThatOfTheWholeTableUpToItsLimit) {
  Words words;
  for (int i = 0; i < 20'000; ++i) {
    const auto a = words.word(14);
    const auto b = i % 2 == 0 ? words.word(14) : words.slip(a);
    const auto whole = by_the_whole_table(a, b);
    for (std::size_t limit = 0; limit < 7; ++limit)
      ASSERT_EQ(distance(a, b, limit), std::min(whole, limit)) << a << ' ' << b << ' ' << limit;
  }
}

TEST(Suggest, AnIndexFindsWhatLookingAtEachNameFinds) {
  Words words;
  std::vector<std::string> names;
  for (int i = 0; i < 300; ++i) names.push_back(words.word(12));
  const NameIndex index({names.begin(), names.end()});
  std::size_t found = 0;
  for (int i = 0; i < 3'000; ++i) {
    const auto name =
        i % 2 == 0 ? words.word(12) : words.slip(names[static_cast<std::size_t>(i) % 300]);
    std::string_view best;
    auto best_distance = distance_max(name) + 1;
    for (const auto& each : names)
      if (const auto d = by_the_whole_table(name, each); !each.empty() && d < best_distance) {
        best = each;
        best_distance = d;
      }
    found += best.empty() ? 0 : 1;
    ASSERT_EQ(index.closest(name), best) << name;
    ASSERT_EQ(closest(name, names, [](std::string_view each) { return each; }), best) << name;
  }
  EXPECT_GT(found, 1'000U);
}

TEST(Suggest, CaseAloneIsOneSlipHoweverLong) {
  EXPECT_EQ(distance("CREATINE-KINASE", "creatine-kinase", 4), 1U);
  const NameIndex index({"creatine-kinase", "aldolase"});
  EXPECT_EQ(index.closest("Creatine-Kinase"), "creatine-kinase");
  EXPECT_EQ(index.closest("aldolase"), "aldolase");
  EXPECT_EQ(index.closest("troponin"), "");
}

}  // namespace
}  // namespace paraneo::diag

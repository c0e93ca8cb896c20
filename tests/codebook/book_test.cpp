#include "codebook/book.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "json/read.h"

namespace paraneo::codebook {
namespace {

constexpr const char* kBase = "https://r.example/fhir";
constexpr const char* kMap = "https://paraneo.github.io/fhir/ConceptMap/concepts";

std::string text_of(const Book& book) {
  std::string out;
  for (const auto& each : book.resources()) out += each.name + "\n" + each.json + "\n";
  return out;
}

// Few codes and few answers, so that many rows meet.
std::vector<std::pair<Book::Key, Book::Entry>> some_rows(std::mt19937& random) {
  const auto pick = [&](int count) {
    return static_cast<int>(random() % static_cast<unsigned>(count));
  };
  std::vector<std::pair<Book::Key, Book::Entry>> out;
  for (int i = pick(12); i >= 0; --i) {
    Book::Entry entry{pick(2) == 0 ? "" : "words", {}};
    if (pick(4) == 0) entry.targets.push_back({"", "", "", "unmatched", ""});
    else
      entry.targets.push_back({"http://loinc.org", std::to_string(pick(2)),
                               pick(2) == 0 ? "" : "name", "equivalent", ""});
    out.push_back({{kMap, pick(2) == 0 ? own_system(kMap) : "http://hospital.example",
                    "c" + std::to_string(pick(8))},
                   entry});
  }
  return out;
}

// False where two rows decide otherwise.
bool apply(Book& book, const std::vector<std::pair<Book::Key, Book::Entry>>& rows) {
  return std::all_of(rows.begin(), rows.end(),
                     [&](const auto& row) { return book.add(row.first, row.second) == nullptr; });
}

// A code that nobody has decided about yet is one of the registry's all the same.
TEST(Book, TheCodesOfARegistryAreNeverAllOfThem) {
  Book book(kBase);
  book.add({kMap, own_system(kMap), "lab-ours"}, {"Our test", {{"", "", "", "unmatched", ""}}});
  EXPECT_NE(text_of(book).find(R"("content":"fragment")"), std::string::npos);
}

// The list that is published here says that it is whole: what it has not is of another system. What
// was applied when it was not said so is the same decision.
TEST(Book, ACodeThatOurListHasNotIsOfNoListThatClaimsToBeWhole) {
  Book book(kBase);
  const Book::Key key{kMap, own_system(kMap), "lab-ours"};
  book.add(key, {"Our test", {{"http://loinc.org", "1", "", "equivalent", ""}}});
  auto text = text_of(book);
  EXPECT_EQ(text.find(own_system(kMap)), std::string::npos) << text;
  for (const std::string system : {"https://paraneo.github.io/fhir/CodeSystem/local",
                                   "https://paraneo.github.io/fhir/CodeSystem/concepts"}) {
    Book again(kBase);
    Arena arena;
    diag::Sink sink;
    auto map = book.resources()[1].json;
    const std::string written = "\"source\":\"https://paraneo.github.io/fhir/CodeSystem/local\"";
    ASSERT_NE(map.find(written), std::string::npos) << map;
    map.replace(map.find(written), written.size(), "\"source\":\"" + system + "\"");
    ASSERT_TRUE(again.read(*json::read({"map", map}, arena, {}, sink)));
    ASSERT_EQ(again.entries().size(), 1U);
    EXPECT_EQ(again.entries().begin()->first, key) << system;
  }
}

TEST(Book, SheetsCommuteOrConflictAndApplyingTwiceIsApplyingOnce) {
  std::mt19937 random(18);
  int agreed = 0, conflicts = 0;
  for (int i = 0; i < 5000; ++i) {
    const auto a = some_rows(random), b = some_rows(random);
    Book ab(kBase), ba(kBase);
    const auto one = apply(ab, a) && apply(ab, b);
    const auto other = apply(ba, b) && apply(ba, a);
    ASSERT_EQ(one, other);
    ++(one ? agreed : conflicts);
    if (!one) continue;
    const auto text = text_of(ab);
    ASSERT_EQ(text, text_of(ba));
    ASSERT_TRUE(apply(ab, a));
    ASSERT_EQ(text, text_of(ab));
    // What was written is read again, and nothing is lost.
    Book again(kBase);
    for (const auto& each : ab.resources()) {
      const Source source{each.name, each.json};
      Arena arena;
      diag::Sink sink;
      const auto* resource = json::read(source, arena, Limits{}, sink);
      ASSERT_NE(resource, nullptr);
      ASSERT_TRUE(again.read(*resource).has_value());
    }
    ASSERT_EQ(text, text_of(again));
  }
  EXPECT_GT(agreed, 100);
  EXPECT_GT(conflicts, 100);
}

TEST(Book, WhatStandsBelowAnotherBaseIsRefused) {
  Book one(kBase), other("https://s.example");
  one.add({kMap, "http://hospital.example", "c"},
          {"", {{"http://loinc.org", "1-8", "", "equivalent", ""}}});
  const Source source{"x", one.resources()[0].json};
  Arena arena;
  diag::Sink sink;
  const auto read = other.read(*json::read(source, arena, Limits{}, sink));
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().fault, Fault::usage);
}

}  // namespace
}  // namespace paraneo::codebook

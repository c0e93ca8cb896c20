#include "sync/reconcile/answer_order.h"

#include <gtest/gtest.h>

namespace paraneo::sync {
namespace {

std::vector<rest::EntryAnswer> answers_of(const std::vector<std::string>& targets) {
  std::vector<rest::EntryAnswer> answers;
  for (const auto& target : targets) answers.push_back({200, {}, {}, false, target});
  return answers;
}

std::vector<std::string> targets_of(const std::vector<rest::EntryAnswer>& answers) {
  std::vector<std::string> targets;
  for (const auto& answer : answers) targets.push_back(answer.target);
  return targets;
}

TEST(AnswerOrder, EachGoesToTheEntryThatItNames) {
  const std::vector<std::string> asked = {"Patient/a", "Patient/b", "Patient/c"};
  auto mixed = answers_of({"Patient/c", "Patient/a", "Patient/b"});
  EXPECT_EQ(put_in_order(asked, mixed), AnswerOrder::sound);
  EXPECT_EQ(targets_of(mixed), asked);
  auto silent = answers_of({"", "", "Patient/c"});
  EXPECT_EQ(put_in_order(asked, silent), AnswerOrder::sound);
  EXPECT_EQ(targets_of(silent).back(), "Patient/c");
}

TEST(AnswerOrder, WhatCannotBeToldApartIsSaid) {
  const std::vector<std::string> asked = {"Patient/a", "Patient/b"};
  auto twice = answers_of({"Patient/a", "Patient/a"});
  EXPECT_EQ(put_in_order(asked, twice), AnswerOrder::mixed_up);
  auto half = answers_of({"Patient/b", ""});
  EXPECT_EQ(put_in_order(asked, half), AnswerOrder::mixed_up);
  auto stranger = answers_of({"Patient/a", "Patient/9"});
  EXPECT_EQ(put_in_order(asked, stranger), AnswerOrder::elsewhere);
}

TEST(AnswerOrder, AnIdThatTheServerChoosesIsNoStranger) {
  auto made = answers_of({"Patient/17"});
  EXPECT_EQ(put_in_order({""}, made), AnswerOrder::sound);
}

}  // namespace
}  // namespace paraneo::sync

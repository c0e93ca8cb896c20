#include "terminology/code_service.h"

#include <utility>

namespace paraneo::terminology {

std::vector<CodeAnswer> KeptAnswers::ask(std::span<const CodeQuestion> questions) {
  const std::lock_guard lock(mutex_);
  std::vector<CodeAnswer> out(questions.size());
  std::vector<CodeQuestion> open;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (const auto found = kept_.find(questions[i]); found != kept_.end()) {
      out[i] = found->second;
      continue;
    }
    open.push_back(questions[i]);
    places.push_back(i);
  }
  if (open.empty()) return out;
  auto answers = service_.ask(open);
  for (std::size_t i = 0; i < open.size(); ++i) {
    out[places[i]] = answers[i];
    if (kept_.size() < answers_max_) kept_.emplace(std::move(open[i]), std::move(answers[i]));
  }
  return out;
}

void CodeConsultation::forget() {
  answers_.clear();
  wanted_.clear();
  is_open_ = false;
}

void CodeConsultation::begin() {
  forget();
  is_open_ = true;
}

const CodeAnswer* CodeConsultation::find(CodeQuestion question) {
  if (const auto found = answers_.find(question); found != answers_.end()) return &found->second;
  if (is_open_ && answers_.size() + wanted_.size() < kQuestionsMax)
    wanted_.insert(std::move(question));
  return nullptr;
}

bool CodeConsultation::ask() {
  if (wanted_.empty()) return false;
  const std::vector<CodeQuestion> questions(wanted_.begin(), wanted_.end());
  wanted_.clear();
  auto answers = service_.ask(questions);
  for (std::size_t i = 0; i < questions.size(); ++i)
    answers_.emplace(questions[i], std::move(answers[i]));
  return true;
}

}  // namespace paraneo::terminology

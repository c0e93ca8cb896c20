#include "sync/reconcile/answer_order.h"

#include <cstddef>
#include <map>
#include <set>
#include <utility>

namespace paraneo::sync {
namespace {

bool is_of_another(const std::string& target, const rest::EntryAnswer& answer) {
  return !target.empty() && !answer.target.empty() && answer.target != target;
}

}  // namespace

AnswerOrder put_in_order(const std::vector<std::string>& targets,
                         std::vector<rest::EntryAnswer>& answers) {
  bool sound = true;
  for (std::size_t i = 0; i < targets.size(); ++i)
    sound = sound && !is_of_another(targets[i], answers[i]);
  if (sound) return AnswerOrder::sound;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < targets.size(); ++i) places.emplace(targets[i], i);
  std::vector<std::size_t> at;  // of each answer
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto found = places.find(answers[i].target);
    if (found == places.end())
      return is_of_another(targets[i], answers[i]) ? AnswerOrder::elsewhere : AnswerOrder::mixed_up;
    at.push_back(found->second);
  }
  if (std::set<std::size_t>(at.begin(), at.end()).size() < at.size()) return AnswerOrder::mixed_up;
  std::vector<rest::EntryAnswer> ordered(answers.size());
  for (std::size_t i = 0; i < answers.size(); ++i) ordered[at[i]] = std::move(answers[i]);
  answers = std::move(ordered);
  return AnswerOrder::sound;
}

}  // namespace paraneo::sync

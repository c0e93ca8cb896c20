#include "fetch/code_answer.h"

#include <algorithm>

namespace paraneo::fetch {
namespace {

constexpr std::size_t kNamesMax = 1000;

std::span<const json::Value> items(const json::Value* parent, std::string_view name) {
  const auto* found = parent == nullptr ? nullptr : parent->find(name);
  return found == nullptr ? std::span<const json::Value>() : found->items();
}

const json::Value* named(std::span<const json::Value> parameters, std::string_view name) {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const auto& each) { return each.text_of("name") == name; });
  return found == parameters.end() ? nullptr : &*found;
}

// Servers that say more than R4 asks of them say why: an unknown system, or a value set that cannot
// be expanded, says nothing of the code.
bool is_about_code(std::span<const json::Value> parameters) {
  for (const auto& each : parameters) {
    if (each.text_of("name").find("unknown-system") != std::string_view::npos) return false;
    if (each.text_of("name") != "issues") continue;
    for (const auto& issue : items(each.find("resource"), "issue")) {
      const auto severity = issue.text_of("severity");
      const auto code = issue.text_of("code");
      if ((severity == "error" || severity == "fatal") && code != "code-invalid" &&
          code != "invalid")
        return false;
    }
  }
  return true;
}

void add_name(const json::Value* value, std::string_view member, std::vector<std::string>& names) {
  const auto text = value == nullptr ? std::string_view() : value->text_of(member);
  if (!text.empty() && names.size() < kNamesMax) names.emplace_back(text);
}

}  // namespace

terminology::CodeAnswer code_answer(const terminology::CodeQuestion& question,
                                    const json::Value& answer) {
  terminology::CodeAnswer out;
  const auto parameters = items(&answer, "parameter");
  add_name(named(parameters, "display"), "valueString", out.names);
  if (question.about == terminology::CodeQuestion::About::names) {
    for (const auto& each : parameters)
      if (each.text_of("name") == "designation")
        add_name(named(items(&each, "part"), "value"), "valueString", out.names);
    return out;
  }
  const auto* result = named(parameters, "result");
  const auto* value = result == nullptr ? nullptr : result->find("valueBoolean");
  if (value == nullptr || value->kind != json::Kind::boolean) return {};
  if (value->truth || is_about_code(parameters)) out.holds = value->truth;
  return out;
}

}  // namespace paraneo::fetch

// Steps of the simple paths that discriminators are (FHIR R4 2.9.1.7, "Simple subset"). Internal to
// this folder.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>

namespace paraneo::validate {

// Takes off what stands before the next dot outside of brackets and quotes.
inline std::string_view next_step(std::string_view& path) {
  int depth = 0;
  bool quoted = false;
  std::size_t end = 0;
  for (; end < path.size(); ++end) {
    const auto c = path[end];
    if (c == '\'' || c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c == '.' && depth == 0) break;
  }
  const auto step = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return step;
}

// X of name(X), without its quotes; none where the step is not that function.
inline std::optional<std::string_view> argument(std::string_view step, std::string_view name) {
  if (!step.starts_with(name) || step.size() < name.size() + 2 || step[name.size()] != '(' ||
      !step.ends_with(')'))
    return std::nullopt;
  auto inside = step.substr(name.size() + 1, step.size() - name.size() - 2);
  if (inside.size() >= 2 && (inside[0] == '\'' || inside[0] == '"'))
    inside = inside.substr(1, inside.size() - 2);
  return inside;
}

// The type of ofType(type) and as(type).
inline std::optional<std::string_view> type_argument(std::string_view step) {
  const auto type = argument(step, "ofType");
  return type ? type : argument(step, "as");
}

}  // namespace paraneo::validate

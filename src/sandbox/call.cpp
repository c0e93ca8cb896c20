#include "sandbox/call.h"

#include <vector>

#include "base/percent.h"

namespace paraneo::sandbox {

Call parse_call(std::string method, std::string_view relative) {
  Call call;
  call.method = std::move(method);
  if (const auto question = relative.find('?'); question != std::string_view::npos) {
    call.query = relative.substr(question + 1);
    relative = relative.substr(0, question);
  }
  std::vector<std::string> parts;
  while (!relative.empty()) {
    const auto slash = relative.find('/');
    if (slash != 0) parts.push_back(percent_decoded(relative.substr(0, slash)));
    relative.remove_prefix(slash == std::string_view::npos ? relative.size() : slash + 1);
  }
  const auto is_operation = [](const std::string& part) {
    return part.starts_with('_') || part.starts_with('$') || part == "metadata";
  };
  std::size_t at = 0;
  if (at < parts.size() && !is_operation(parts[at])) call.type = parts[at++];
  if (at < parts.size() && !is_operation(parts[at])) call.id = parts[at++];
  if (at < parts.size()) call.operation = parts[at++];
  if (at < parts.size()) call.version = parts[at++];
  if (at < parts.size()) call.operation = "?";
  return call;
}

}  // namespace paraneo::sandbox

#include "fml/compile/group_scope.h"

#include "diag/suggest.h"

namespace paraneo::fml {

using diag::closest;
using diag::Code;
using diag::did_you_mean;

void GroupScope::begin(const ast::Map& map) {
  map_ = &map;
  names_.leave(0);
  slots_ = slots_most_ = 0;
}

void GroupScope::leave(Mark mark) {
  names_.leave(mark.names);
  slots_most_ = std::max(slots_most_, slots_);
  slots_ = mark.slots;
}

std::string_view GroupScope::hidden_name() {
  return context_.program->arena.copy(" " + std::to_string(++hidden_names_));
}

const Variable* GroupScope::known(std::string_view name, Span span) {
  const auto* found = find(name);
  if (found != nullptr) return found;
  std::string advice = "in scope: ";
  constexpr std::size_t kCharsMax = 200;
  for (const auto& n : names_) {
    if (n.name.empty() || n.name[0] == ' ') continue;
    advice += (advice.size() > 10 ? ", " : "") + std::string(n.name);
    if (advice.size() < kCharsMax) continue;
    advice += ", ...";
    break;
  }
  if (const auto near =
          closest(context_.sink, name, names_, [](const Variable& n) { return n.name; });
      !near.empty())
    advice = did_you_mean(near) + " " + advice;
  context_.complain(Code::fml_unknown_variable, "there is no variable " + quoted(name), span,
                    advice);
  return nullptr;
}

}  // namespace paraneo::fml

// Tree navigation and utility functions (FHIRPath 2.0 5.8, 5.9), aggregate() (7).
#include "fhirpath/functions/functions.h"

namespace paraneo::fhirpath {
namespace {

void add_children(Run& run, const Item& item, Collection& to) {
  if (!item.is_element()) return;
  for (const auto* child = item.element->first; child != nullptr; child = child->next)
    to.push(run.arena, Item::of(child));
}

Collection children(Run& run, const Node&, const Collection& in, const Scope&) {
  Collection out;
  for (const auto& item : in) add_children(run, item, out);
  return out;
}

Collection descendants(Run& run, const Node& node, const Collection& in, const Scope&) {
  Collection out;
  for (const auto& item : in) add_children(run, item, out);
  for (std::uint32_t i = 0; i < out.size() && run.step(node); ++i) {
    const auto item = out[i];
    add_children(run, item, out);
  }
  return run.failed() ? Collection() : out;
}

// The log is for whoever wrote the expression: it may hold the data.
Collection trace(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  if (run.environment.trace == nullptr) return in;
  const auto name = run.string(node, run.eval(node, 1, scope));
  Collection logged = in;
  if (node.operand_count > 2) {
    logged = {};
    for (std::uint32_t i = 0; i < in.size() && !run.failed(); ++i)
      logged.append(run.arena, run.eval_for(node, 2, in[i], i));
  }
  if (run.failed()) return {};
  std::string message(name.value_or(""));
  for (const auto& item : logged) {
    const auto text = text_of(run.value(item), run.arena);
    message +=
        (message.empty() ? "" : " ") + (text ? std::string(*text) : run.engine.type_name(item));
  }
  run.environment.trace->report(diag::Code::fhirpath_trace, std::move(message), node.span);
  return in;
}

Collection clock(Run& run, const Node& node, DateTime::Kind kind) {
  if (!run.environment.now) {
    run.fail(node, "the time of day is not available here");
    return {};
  }
  auto now = *run.environment.now;
  if (kind == DateTime::Kind::date) now.precision = Precision::day;
  if (kind != DateTime::Kind::date_time) now.has_zone = false;
  now.kind = kind;
  return run.of(Item::of(run.arena, now));
}

Collection now(Run& run, const Node& node, const Collection&, const Scope&) {
  return clock(run, node, DateTime::Kind::date_time);
}
Collection today(Run& run, const Node& node, const Collection&, const Scope&) {
  return clock(run, node, DateTime::Kind::date);
}
Collection time_of_day(Run& run, const Node& node, const Collection&, const Scope&) {
  return clock(run, node, DateTime::Kind::time);
}

Collection aggregate(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  auto total = node.operand_count > 2 ? run.eval(node, 2, scope) : Collection();
  for (std::uint32_t i = 0; i < in.size() && !run.failed(); ++i) {
    const Collection focus(in[i]);
    total = run.eval(node, 1, Scope{focus, i, total});
  }
  return total;
}

constexpr Function kFunctions[] = {
    {"children", 0, 0, children},   {"descendants", 0, 0, descendants},
    {"trace", 1, 2, trace},         {"now", 0, 0, now},
    {"today", 0, 0, today},         {"timeOfDay", 0, 0, time_of_day},
    {"aggregate", 1, 2, aggregate},
};

}  // namespace

std::span<const Function> navigation_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath

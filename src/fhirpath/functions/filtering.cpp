// Filtering and projection, subsetting, combining (FHIRPath 2.0 5.2 to 5.4).
#include <algorithm>

#include "fhirpath/functions/functions.h"
#include "fhirpath/remembered.h"

namespace paraneo::fhirpath {
namespace {

Collection where(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  Collection out;
  if (const auto places = candidates(run, node, in, scope)) {
    for (const auto i : *places)
      if (!run.failed() && run.test_for(node, 1, in[i], i) == true) out.push(run.arena, in[i]);
    return out;
  }
  for (std::uint32_t i = 0; i < in.size() && !run.failed(); ++i)
    if (run.test_for(node, 1, in[i], i) == true) out.push(run.arena, in[i]);
  return out;
}

Collection select(Run& run, const Node& node, const Collection& in, const Scope&) {
  Collection out;
  for (std::uint32_t i = 0; i < in.size() && !run.failed(); ++i)
    out.append(run.arena, run.eval_for(node, 1, in[i], i));
  return out;
}

// Without a look for what was there already: ends when nothing more is found.
Collection repeat_all(Run& run, const Node& node, const Collection& in, const Scope&) {
  Collection out;
  auto todo = in;
  while (!todo.empty() && run.step(node)) {
    Collection next;
    for (std::uint32_t i = 0; i < todo.size() && !run.failed(); ++i)
      next.append(run.arena, run.eval_for(node, 1, todo[i], i));
    if (!run.work(next.size())) return {};
    out.append(run.arena, next);
    todo = next;
  }
  return out;
}

Collection repeat(Run& run, const Node& node, const Collection& in, const Scope&) {
  Collection out;
  auto todo = in;
  while (!todo.empty() && run.step(node)) {
    Collection next;
    for (std::uint32_t i = 0; i < todo.size() && !run.failed(); ++i) {
      for (const auto& item : run.eval_for(node, 1, todo[i], i)) {
        if (!run.step(node)) return {};
        if (contains(run, out, item)) continue;
        out.push(run.arena, item);
        next.push(run.arena, item);
      }
    }
    todo = next;
  }
  return out;
}

Collection single(Run& run, const Node& node, const Collection& in, const Scope&) {
  if (in.size() > 1) run.fail(node, "single() found " + std::to_string(in.size()) + " items");
  return run.failed() ? Collection() : in;
}

Collection first(Run&, const Node&, const Collection& in, const Scope&) {
  return in.slice(0, std::min<std::uint32_t>(1, in.size()));
}

Collection last(Run&, const Node&, const Collection& in, const Scope&) {
  return in.empty() ? in : in.slice(in.size() - 1, in.size());
}

Collection tail(Run&, const Node&, const Collection& in, const Scope&) {
  return in.empty() ? in : in.slice(1, in.size());
}

std::uint32_t clamped(std::int64_t count, const Collection& in) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(count, 0, in.size()));
}

Collection skip(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto count = run.integer(node, run.eval(node, 1, scope));
  return count ? in.slice(clamped(*count, in), in.size()) : Collection();
}

Collection take(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto count = run.integer(node, run.eval(node, 1, scope));
  return count ? in.slice(0, clamped(*count, in)) : Collection();
}

Collection intersect(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto other = run.eval(node, 1, scope);
  Membership members(run, other);
  Collection out;
  for (const auto& item : in)
    if (members.has(item)) out.push(run.arena, item);
  return unite(run, out, {});
}

Collection exclude(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto other = run.eval(node, 1, scope);
  Membership members(run, other);
  Collection out;
  for (const auto& item : in)
    if (!members.has(item)) out.push(run.arena, item);
  return out;
}

Collection union_with(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  return unite(run, in, run.eval(node, 1, scope));
}

// The order is kept whether the second argument asks for it or not.
Collection combine(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto other = run.eval(node, 1, scope);
  Collection out;
  if (!run.has_room(2 * sizeof(Item) * (in.size() + other.size()))) return out;
  out.append(run.arena, in);
  out.append(run.arena, other);
  return out;
}

Collection coalesce(Run& run, const Node& node, const Collection&, const Scope& scope) {
  for (std::uint32_t i = 1; i < node.operand_count && !run.failed(); ++i)
    if (const auto value = run.eval(node, i, scope); !value.empty()) return value;
  return {};
}

// The branches are evaluated only when they are chosen.
Collection iif(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  if (in.size() > 1) {
    run.fail(node, "iif() takes one item");
    return {};
  }
  const auto inner = in.empty() ? scope : Scope{in, scope.index, scope.total};
  const auto criterion = run.eval(node, 1, inner);
  const auto item = run.single(node, criterion, ItemKind::boolean, "a boolean");
  if (run.failed()) return {};
  if (item && item->boolean) return run.eval(node, 2, inner);
  return node.operand_count > 3 ? run.eval(node, 3, inner) : Collection();
}

constexpr Function kFunctions[] = {
    {"where", 1, 1, where},
    {"select", 1, 1, select},
    {"repeat", 1, 1, repeat},
    {"single", 0, 0, single},
    {"first", 0, 0, first},
    {"last", 0, 0, last},
    {"tail", 0, 0, tail},
    {"skip", 1, 1, skip},
    {"take", 1, 1, take},
    {"intersect", 1, 1, intersect},
    {"exclude", 1, 1, exclude},
    {"union", 1, 1, union_with},
    {"combine", 1, 2, combine},
    {"iif", 2, 3, iif},
    {"repeatAll", 1, 1, repeat_all},
    {"coalesce", 1, kAnyNumber, coalesce},
};

}  // namespace

std::span<const Function> filtering_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath

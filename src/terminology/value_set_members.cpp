#include "terminology/value_set_members.h"

namespace paraneo::terminology {
namespace {

bool has_code_of(const Members& members, const std::string& system) {
  return std::any_of(members.codes.begin(), members.codes.end(),
                     [&](const auto& each) { return each.second == system; });
}

// Whether a code of the system may be there.
bool may_have_of(const Members& members, const std::string& system) {
  return members.open.contains(system) || members.whole.contains(system) ||
         members.open.contains(kAnySystem) || has_code_of(members, system);
}

}  // namespace

std::optional<bool> Members::has(std::string_view system, std::string_view code) const {
  for (auto it = codes.lower_bound(std::pair<std::string, std::string>(code, std::string()));
       it != codes.end() && it->first == code; ++it)
    if (system.empty() || it->second == system) return true;
  return has_unlisted(open, whole, system, code);
}

void Members::add(const Members& other) {
  codes.insert(other.codes.begin(), other.codes.end());
  open.insert(other.open.begin(), other.open.end());
  whole.insert(other.whole.begin(), other.whole.end());
}

void Members::narrow(const Members& all, const Members& any) {
  Members out;
  for (const auto& each : codes) {
    if (all.has(each.second, each.first) == true) out.codes.insert(each);
    else if (any.has(each.second, each.first) != false) out.open.insert(each.second);
  }
  for (const auto* systems : {&open, &whole})
    for (const auto& system : *systems)
      if (system == kAnySystem || may_have_of(any, system)) out.open.insert(system);
  *this = std::move(out);
}

void Members::take_out(const Members& what) {
  for (auto it = codes.begin(); it != codes.end();) {
    const auto is_out = what.has(it->second, it->first);
    if (!is_out) open.insert(it->second);
    if (is_out == false) ++it;
    else it = codes.erase(it);
  }
  for (auto it = whole.begin(); it != whole.end();) {
    if (may_have_of(what, *it)) open.insert(*it), it = whole.erase(it);
    else ++it;
  }
}

}  // namespace paraneo::terminology

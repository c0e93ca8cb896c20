#include "validate/slicing.h"

#include <algorithm>

#include "diag/counted.h"
#include "validate/discriminator.h"

namespace paraneo::validate {
namespace {

using definition::Slicing;
using diag::Code;
using Elements = std::vector<const element::Element*>;

constexpr std::string_view kDefaultSlice = "@default";  // takes what no other one does

std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

// What the definition says of itself is not said again.
const definition::ElementDef* base_of(const definition::Definitions& definitions,
                                      const element::Element& at, definition::Symbol name) {
  return definitions.element(at.type, name);
}

// Slices of a choice are told apart by their types, those of extensions by their URL, even where
// nobody says so.
Slicing slicing_of(const ProfileNode& node, const definition::ElementDef* base,
                   const Names& names) {
  if (node.slicing && !node.slicing->discriminators.empty()) return *node.slicing;
  Slicing slicing = node.slicing.value_or(Slicing{});
  if (node.name == names.extension || node.name == names.modifier_extension)
    slicing.discriminators = {{Slicing::By::value, "url"}};
  else if (base != nullptr && base->choice) slicing.discriminators = {{Slicing::By::type, "$this"}};
  return slicing;
}

}  // namespace

std::vector<Slices::Assignment> Slices::assign(const element::Element& at, const Nodes& nodes,
                                               Visit& visit) {
  std::vector<Assignment> out;
  Elements list;
  const auto take = [&](const ProfileNode& holder) {
    for (const auto& node : holder.children) {
      list.clear();
      for (const auto* child = at.first; child != nullptr; child = child->next)
        if (child->name == node->name) list.push_back(child);
      count(at, *node, list, visit);
      for (const auto* child : list) out.push_back({child, node.get()});
      if (!node->slices.empty()) slice(at, *node, list, out, visit);
    }
  };
  for (const auto* node : nodes) {
    take(*node);
    if (node->content_reference.empty()) continue;
    if (const auto* other = node_at(definitions_, *node->profile, node->content_reference);
        other != nullptr && other != node)
      take(*other);
  }
  std::stable_sort(out.begin(), out.end(), [](const Assignment& a, const Assignment& b) {
    return std::less<>()(a.child, b.child);
  });
  return out;
}

void Slices::count(const element::Element& at, const ProfileNode& node, const Elements& list,
                   Visit& visit) {
  const auto* base = node.slice.empty() ? base_of(definitions_, at, node.name) : nullptr;
  const auto name = node.slice.empty() ? quoted(definitions_.name(node.name))
                                       : quoted(definitions_.name(node.name)) + " of the slice " +
                                             quoted(node.slice);
  const auto is_said = base != nullptr && !visit.only_profiles;
  if (visit.policy.tells_must_support && node.must_support && list.empty() && node.min == 0)
    visit.report(Code::validate_profile, at,
                 name + " must be supported, and is not here (profile " + node.profile->url + ")",
                 "systems that have it must send it", diag::Severity::information);
  if (list.size() < node.min && !(is_said && list.size() < base->min))
    visit.say(Code::validate_cardinality, at,
              name + " is needed" +
                  (node.min > 1 ? " at least " + std::to_string(node.min) + " times" : "") +
                  " (profile " + node.profile->url + ")");
  if (list.size() > node.max && !(is_said && list.size() > base->max))
    visit.say(Code::validate_cardinality, at,
              name +
                  (node.max == 0 ? " is not allowed"
                                 : " is there " + diag::counted(list.size(), "time") +
                                       "; at most " + std::to_string(node.max) + " allowed") +
                  " (profile " + node.profile->url + ")");
}

std::optional<bool> Slices::is_in(const element::Element& at, const ProfileNode& list,
                                  const ProfileNode& slice, Visit& visit) {
  const auto* base = at.parent == nullptr ? nullptr : base_of(definitions_, *at.parent, list.name);
  return Discriminators(rules_, visit).is_in(at, slice, slicing_of(list, base, visit.names));
}

void Slices::slice(const element::Element& at, const ProfileNode& node, const Elements& list,
                   std::vector<Assignment>& to, Visit& visit) {
  const auto slicing = slicing_of(node, base_of(definitions_, at, node.name), visit.names);
  Discriminators discriminators(rules_, visit);
  std::vector<Elements> taken(node.slices.size());
  std::vector<bool> is_open(node.slices.size());  // nobody can tell what is in it
  std::size_t last = 0;
  bool is_behind = false;
  for (const auto* child : list) {
    auto found = node.slices.size();
    bool is_known = true;
    for (std::size_t i = 0; i < node.slices.size() && found == node.slices.size(); ++i) {
      const auto answer = node.slices[i]->slice == kDefaultSlice
                              ? std::optional<bool>(false)
                              : discriminators.is_in(*child, *node.slices[i], slicing);
      if (answer == true) found = i;
      if (!answer) is_known = false, is_open[i] = true;
    }
    if (found == node.slices.size())
      for (std::size_t i = 0; i < node.slices.size(); ++i)
        if (node.slices[i]->slice == kDefaultSlice) found = i;
    if (found == node.slices.size()) {
      // A complex extension has the parts that its definition names, and no other ones.
      const auto is_part = child->type == visit.names.extension_type &&
                           at.type == visit.names.extension_type &&
                           !is_absolute(Visit::text_of(*child, visit.names.url));
      if (is_known && (slicing.rules == Slicing::Rules::closed || is_part))
        visit.say(Code::validate_slicing, *child,
                  "this is in none of the slices of " + quoted(definitions_.name(node.name)) +
                      ", and there may be no other (profile " + node.profile->url + ")");
      is_behind = true;
      continue;
    }
    if (slicing.rules == Slicing::Rules::open_at_end && is_behind)
      visit.say(Code::validate_slicing, *child,
                "what is in no slice comes last; this is in the slice " +
                    quoted(node.slices[found]->slice) + of_profile(node));
    if (slicing.ordered && found < last)
      visit.say(Code::validate_slicing, *child,
                "the slice " + quoted(node.slices[found]->slice) + " comes before " +
                    quoted(node.slices[last]->slice) + of_profile(node));
    last = std::max(last, found);
    taken[found].push_back(child);
    to.push_back({child, node.slices[found].get()});
  }
  if (std::find(is_open.begin(), is_open.end(), true) != is_open.end())
    visit.say(
        Code::validate_not_checked, at,
        "the slices of " + quoted(definitions_.name(node.name)) +
            " were not checked: by what the profile says, and what is known here, they cannot be told apart" +
            of_profile(node));
  for (std::size_t i = 0; i < node.slices.size(); ++i) {
    if (is_open[i]) continue;
    count(at, *node.slices[i], taken[i], visit);
    if (!node.slices[i]->slices.empty()) slice(at, *node.slices[i], taken[i], to, visit);
  }
}

}  // namespace paraneo::validate

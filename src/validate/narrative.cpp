// Narrative (FHIR R4 2.4): XHTML of elements and attributes that can do no harm, with some content. Says what is
// wrong, where the invariants txt-1 and txt-2 only say that something is. A link into the resource leads to an id in it.
#include <algorithm>
#include <set>

#include "fhirpath/xhtml.h"
#include "validate/families.h"

namespace paraneo::validate {
namespace {

using diag::Code;

// Calls visit(name, value) for each attribute of a text that has no fault.
template <class Take>
void each_attribute(std::string_view text, const Take& take) {
  while (true) {
    const auto open = text.find('<');
    if (open == std::string_view::npos) return;
    text.remove_prefix(open);
    if (text.starts_with("<!--")) {
      text.remove_prefix(std::min(text.find("-->"), text.size()));
      continue;
    }
    while (!text.empty() && text[0] != '>') {
      const auto next = text.find_first_of("\"'>");
      if (next == std::string_view::npos) return;
      if (text[next] == '>') {
        text.remove_prefix(next);
        break;
      }
      const auto close = text.find(text[next], next + 1);
      if (close == std::string_view::npos) return;
      auto name = text.substr(0, next);
      name = name.substr(0, name.rfind('='));
      while (!name.empty() && name.back() <= ' ') name.remove_suffix(1);
      take(name.substr(name.find_last_of(" \t\r\n\"'") + 1), text.substr(next + 1, close - next - 1));
      text.remove_prefix(close + 1);
    }
  }
}

void add_ids(const element::Element& at, const Names& names, std::set<std::string_view>& to) {
  for (const auto* child = at.first; child != nullptr; child = child->next) {
    if (child->name == names.id && child->has_value) to.insert(child->value());
    add_ids(*child, names, to);
  }
}

void check_links(const element::Element& at, Visit& visit) {
  std::set<std::string_view> links, ids;
  each_attribute(at.value(), [&](std::string_view name, std::string_view value) {
    if (name == "id" || name == "name") ids.insert(value);
    if ((name == "href" || name == "src") && value.starts_with('#') && value.size() > 1) links.insert(value.substr(1));
  });
  if (links.empty()) return;
  const auto* resource = &at;
  while (resource->parent != nullptr && !visit.definitions.is_resource(resource->type)) resource = resource->parent;
  add_ids(*resource, visit.names, ids);
  std::size_t broken = 0;
  for (const auto link : links) broken += ids.contains(link) ? 0U : 1U;
  if (broken == 0) return;
  visit.report(Code::validate_narrative, at, "links of the narrative lead to no id in the resource: " + std::to_string(broken), "a link #x leads to an element of the text or a contained resource with the id x",
               visit.policy.broken_links ? diag::Severity::error : diag::Severity::warning);
}

}  // namespace

void check_narrative(const element::Element& at, Visit& visit) {
  if (at.type != visit.names.xhtml || !at.has_value) return;
  if (const auto fault = fhirpath::xhtml_fault(at.value()); !fault.empty())
    return visit.say(Code::validate_narrative, at, fault, "the text is a <div> of XHTML with the formatting elements of HTML 4.0 and some content (txt-1, txt-2)");
  const auto is_told = visit.policy.broken_links || visit.level <= diag::Severity::warning;
  if (is_told && at.value().find('#') != std::string_view::npos) check_links(at, visit);
}

}  // namespace paraneo::validate

// Narrative (FHIR R4 2.4): XHTML of elements and attributes that can do no harm, with some content.
// Says what is wrong, where the invariants txt-1 and txt-2 only say that something is. A link into
// the resource leads to an id in it.
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
      take(name.substr(name.find_last_of(" \t\r\n\"'") + 1),
           text.substr(next + 1, close - next - 1));
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
    if ((name == "href" || name == "src") && value.starts_with('#') && value.size() > 1)
      links.insert(value.substr(1));
  });
  if (links.empty()) return;
  const auto* resource = &at;
  while (resource->parent != nullptr && !visit.definitions.is_resource(resource->type))
    resource = resource->parent;
  add_ids(*resource, visit.names, ids);
  std::size_t broken = 0;
  for (const auto link : links) broken += ids.contains(link) ? 0U : 1U;
  if (broken == 0) return;
  visit.report(Code::validate_narrative, at,
               "links of the narrative lead to no id in the resource: " + std::to_string(broken),
               "a link #x leads to an element of the text or a contained resource with the id x",
               visit.policy.broken_links ? diag::Severity::error : diag::Severity::warning);
}

// How many elements of the resource's narratives have the id; a resource inside of it is another
// one.
std::size_t count_id(const element::Element& at, std::string_view id, const Visit& visit) {
  std::size_t count = 0;
  if (at.type == visit.names.xhtml && at.has_value && fhirpath::xhtml_fault(at.value()).empty())
    each_attribute(at.value(), [&](std::string_view name, std::string_view value) {
      count += name == "id" && value == id ? 1U : 0U;
    });
  for (const auto* child = at.first; child != nullptr; child = child->next)
    if (!visit.definitions.is_resource(child->type)) count += count_id(*child, id, visit);
  return count;
}

}  // namespace

// "A human language representation of the concept (resource/element), as a url that is a reference
// to a portion of the narrative of a resource" (the extension narrativeLink). What is not in the
// input is not looked for.
void check_narrative_link(const element::Element& at, Visit& visit, References& references) {
  constexpr std::string_view kLink = "http://hl7.org/fhir/StructureDefinition/narrativeLink";
  if (at.type != visit.names.extension_type || Visit::text_of(at, visit.names.url) != kLink) return;
  if (!visit.policy.broken_links && visit.level > diag::Severity::warning) return;
  const auto link = Visit::text_of(at, visit.names.value);
  const auto hash = link.find('#');
  if (hash == std::string_view::npos || hash + 1 == link.size()) return;
  const auto* resource = hash == 0 ? &at : references.resolve(at, link.substr(0, hash)).resource;
  while (resource != nullptr && resource->parent != nullptr &&
         !visit.definitions.is_resource(resource->type))
    resource = resource->parent;
  if (resource == nullptr) return;
  const auto count = count_id(*resource, link.substr(hash + 1), visit);
  if (count == 1) return;
  visit.report(Code::validate_narrative, at,
               count == 0 ? "the link leads to no element of the resource's narrative"
                          : "the link leads to " + std::to_string(count) +
                                " elements of the resource's narratives",
               "what is behind # is the id of one element of its text",
               visit.policy.broken_links ? diag::Severity::error : diag::Severity::warning);
}

// "The xhtml root element needs to be a <div> in the xhtml namespace" (JSON, FHIR R4 2.6.2).
void check_namespace(const element::Element& at, Visit& visit) {
  constexpr std::string_view kXhtml = "http://www.w3.org/1999/xhtml";
  std::string_view found;
  const auto root = at.value().substr(0, at.value().find('>'));
  each_attribute(std::string(root) + ">", [&](std::string_view name, std::string_view value) {
    if (name == "xmlns" && value == kXhtml) found = kXhtml;
  });
  if (found.empty())
    visit.say(Code::validate_narrative, at, "the <div> is in no namespace, or in another one",
              "<div xmlns=\"http://www.w3.org/1999/xhtml\">");
}

void check_narrative(const element::Element& at, Visit& visit) {
  if (at.type != visit.names.xhtml || !at.has_value) return;
  if (const auto fault = fhirpath::xhtml_fault(at.value()); !fault.empty())
    return visit.say(
        Code::validate_narrative, at, fault,
        "the text is a <div> of XHTML with the formatting elements of HTML 4.0 and some content (txt-1, txt-2)");
  check_namespace(at, visit);
  const auto is_told = visit.policy.broken_links || visit.level <= diag::Severity::warning;
  if (is_told && at.value().find('#') != std::string_view::npos) check_links(at, visit);
}

}  // namespace paraneo::validate

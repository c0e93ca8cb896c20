#include "terminology/value_set_compose.h"

#include <span>

#include "terminology/sorted_lines.h"

namespace paraneo::terminology {
namespace {

std::span<const json::Value> items(const json::Value& object, std::string_view name) {
  const auto* value = object.find(name);
  return value == nullptr ? std::span<const json::Value>() : value->items();
}

Include read_include(const json::Value& include) {
  Include out;
  out.system = without_controls(include.text_of("system"));
  out.version = include.text_of("version");
  for (const auto& each : items(include, "concept"))
    out.codes.push_back(without_controls(each.text_of("code")));
  for (const auto& each : items(include, "valueSet")) out.value_sets.emplace_back(each.text());
  for (const auto& each : items(include, "filter"))
    out.filters.push_back({std::string(each.text_of("property")), std::string(each.text_of("op")),
                           without_controls(each.text_of("value"))});
  return out;
}

// What is abstract stands there for order, and is no code of the set.
void read_expansion(const json::Value& parent, std::map<std::string, std::vector<std::string>>& to,
                    std::size_t& count) {
  for (const auto& each : items(parent, "contains")) {
    const auto* is_abstract = each.find("abstract");
    ++count;
    if (const auto code = each.text_of("code");
        !code.empty() && (is_abstract == nullptr || !is_abstract->truth))
      to[without_controls(each.text_of("system"))].push_back(without_controls(code));
    read_expansion(each, to, count);
  }
}

void read_names(const json::Value& parent, std::vector<NamedCode>& to) {
  for (const auto& each : items(parent, "contains")) {
    to.push_back({each.text_of("system"), each.text_of("code"), each.text_of("display")});
    read_names(each, to);
  }
}

}  // namespace

std::vector<NamedCode> names_in(const json::Value& value_set) {
  std::vector<NamedCode> out;
  if (const auto* compose = value_set.find("compose"); compose != nullptr)
    for (const auto& include : items(*compose, "include"))
      for (const auto& each : items(include, "concept"))
        out.push_back({include.text_of("system"), each.text_of("code"), each.text_of("display")});
  if (const auto* expansion = value_set.find("expansion"); expansion != nullptr)
    read_names(*expansion, out);
  return out;
}

Composition read_composition(const json::Value& value_set) {
  Composition out;
  out.version = without_controls(value_set.text_of("version"));
  if (const auto* compose = value_set.find("compose"); compose != nullptr) {
    for (const auto& include : items(*compose, "include"))
      out.includes.push_back(read_include(include));
    for (const auto& exclude : items(*compose, "exclude"))
      out.excludes.push_back(read_include(exclude));
    const auto* inactive = compose->find("inactive");
    out.has_no_inactive =
        inactive != nullptr && inactive->kind == json::Kind::boolean && !inactive->truth;
  }
  const auto* expansion = value_set.find("expansion");
  if (expansion == nullptr) return out;
  std::map<std::string, std::vector<std::string>> by_system;
  std::size_t count = 0;
  read_expansion(*expansion, by_system, count);
  // One page of several, or one that was cut off, is not all of it.
  const auto* total = expansion->find("total");
  const auto* offset = expansion->find("offset");
  if ((total != nullptr && number_of(total->text()) > count) ||
      (offset != nullptr && offset->text() != "0"))
    return out;
  for (auto& [system, codes] : by_system)
    out.expansion.push_back({system, {}, std::move(codes), {}, {}});
  return out;
}

}  // namespace paraneo::terminology

#include "knowledge/displays.h"

namespace paraneo::knowledge {
namespace {

std::span<const json::Value> items(const json::Value* object, std::string_view name) {
  const auto* value = object == nullptr ? nullptr : object->find(name);
  return value == nullptr ? std::span<const json::Value>() : value->items();
}

void add(std::string_view system, const json::Value& concept_value, std::vector<Display>& to) {
  if (const auto code = concept_value.text_of("code"); !code.empty())
    to.push_back(
        {std::string(system), std::string(code), std::string(concept_value.text_of("display"))});
}

// Concepts nest; the reader bounds the depth.
void add_concepts(std::string_view system, const json::Value& parent, std::vector<Display>& to) {
  for (const auto& each : items(&parent, "concept")) {
    add(system, each, to);
    add_concepts(system, each, to);
  }
}

void add_expansion(const json::Value& parent, std::vector<Display>& to) {
  for (const auto& each : items(&parent, "contains")) {
    add(each.text_of("system"), each, to);
    add_expansion(each, to);
  }
}

}  // namespace

void add_displays(const json::Value& resource, std::vector<Display>& to) {
  const auto type = resource.text_of("resourceType");
  if (type == "CodeSystem") {
    add_concepts(resource.text_of("url"), resource, to);
  } else if (type == "ValueSet") {
    for (const auto& include : items(resource.find("compose"), "include"))
      for (const auto& each : items(&include, "concept")) add(include.text_of("system"), each, to);
    if (const auto* expansion = resource.find("expansion")) add_expansion(*expansion, to);
  } else if (type == "ConceptMap") {
    for (const auto& group : items(&resource, "group"))
      for (const auto& element : items(&group, "element")) {
        add(group.text_of("source"), element, to);
        for (const auto& target : items(&element, "target"))
          add(group.text_of("target"), target, to);
      }
  }
}

}  // namespace paraneo::knowledge

// Finds a function by its name. Entry points: find_function(), functions_of(), function_names().
#include <algorithm>
#include <unordered_map>

#include "fhirpath/functions/functions.h"

namespace paraneo::fhirpath {
namespace {

using ByName = std::unordered_map<std::string_view, const Function*>;

const ByName& functions_by_name() {
  static const auto by_name = [] {
    ByName all;
    for (const auto table :
         {existence_functions(), filtering_functions(), type_functions(), sorting_functions(),
          conversion_functions(), string_functions(), math_functions(), navigation_functions(),
          aggregate_functions(), boundary_functions(), date_part_functions(), fhir_functions(),
          structure_functions(), terminology_functions(), html_functions()})
      for (const auto& function : table) all.emplace(function.name, &function);
    return all;
  }();
  return by_name;
}

}  // namespace

const Function* find_function(std::string_view name) {
  const auto& by_name = functions_by_name();
  const auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : found->second;
}

std::span<const Function> functions_of(std::string_view object) {
  return object == "factory"         ? factory_functions()
         : object == "terminologies" ? terminology_service_functions()
                                     : std::span<const Function>();
}

std::vector<std::string_view> function_names() {
  std::vector<std::string_view> names = {"defineVariable"};
  for (const auto& [name, function] : functions_by_name()) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace paraneo::fhirpath

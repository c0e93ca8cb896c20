// Finds a function by its name. Entry point: find_function().
#include <unordered_map>

#include "fhirpath/functions/functions.h"

namespace paraneo::fhirpath {

const Function* find_function(std::string_view name) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, const Function*> all;
    for (const auto table : {existence_functions(), filtering_functions(), type_functions(), sorting_functions(),
                             conversion_functions(), string_functions(), math_functions(), navigation_functions(),
                             boundary_functions(), date_part_functions(), fhir_functions(),
                             terminology_functions(), html_functions()})
      for (const auto& function : table) all.emplace(function.name, &function);
    return all;
  }();
  const auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : found->second;
}

}  // namespace paraneo::fhirpath

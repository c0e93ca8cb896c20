// What value sets call the codes that they list (ValueSet.compose.include.concept.display), of code
// systems that are not here. A code has other names, too: nobody can say by this that a name is
// wrong, but that it is another code's.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "terminology/sorted_lines.h"

namespace paraneo::terminology {

// Filled by one thread; immutable after finish().
class ListedNames {
 public:
  // One more name of the code. Call finish() last; it forgets what was added of a system that is
  // here and names its codes itself.
  void add(std::string_view system, std::string_view code, std::string_view name);
  void finish(const std::function<bool(std::string_view system)>& is_here);

  // The other code that is called so, where the code is listed, too, by other names than that;
  // empty where it is not, where nothing is called so, or it goes by this name itself. Names are
  // compared as is_called_alike() does. In time of the logarithm of the names.
  std::string_view other_code(std::string_view system, std::string_view code,
                              std::string_view name) const;
  // What the code is called first; empty where it is not listed.
  std::string_view name_of(std::string_view system, std::string_view code) const;

  // As the index of the binary holds it: docs/internals/index.md.
  std::string serialize() const;
  // The text must live as long as what is made of it.
  void deserialize(std::string_view text);

 private:
  struct System {
    std::string_view by_code;  // code<field>name<field>name...
    std::string_view by_name;  // name in lower case<field>code<field>code...
  };

  void keep(const std::string& system, std::string by_code, std::string by_name);
  const System* find(std::string_view system) const;

  std::map<std::string, std::map<std::string, std::vector<std::string>>> added_;  // by system, code
  std::unordered_map<std::string, System, TextHash, std::equal_to<>> systems_;
  std::vector<std::shared_ptr<const std::string>> texts_;
};

}  // namespace paraneo::terminology

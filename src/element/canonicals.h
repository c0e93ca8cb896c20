// Resources that data names by their canonical URL (FHIR R4 2.3.0.3): forms and measures of
// packages and files. Not owning.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "base/canonical.h"
#include "element/element.h"

namespace paraneo::element {

class Canonicals {
 public:
  // The first one of a URL counts. `root` must live as long.
  void add(std::string_view url, const Element& root) {
    by_url_.try_emplace(std::string(url), &root);
  }
  // By URL, with or without a version; null when there is none.
  const Element* find(std::string_view url) const {
    const auto found = by_url_.find(std::string(without_version(url)));
    return found == by_url_.end() ? nullptr : found->second;
  }

 private:
  std::unordered_map<std::string, const Element*> by_url_;
};

}  // namespace paraneo::element

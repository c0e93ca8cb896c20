// What FHIR leaves to a run: what it allows may be forbidden, what it marks may be told.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paraneo::validate {

struct Policy {
  bool unknown_extensions = false;  // of whose definition nothing is loaded
  bool example_urls = false;        // of the domains that are kept for examples (RFC 2606)
  bool experimental = false;        // definitions that say that they are
  bool wrong_displays = false;      // that the code system does not have; translations among them
  bool unresolved_references = false;  // that lead to nothing in the input
  bool broken_links = false;           // of a narrative, into the resource
  bool skips_contained = false;     // neither contained resources are looked into, nor rules about
                                    // them asked
  bool tells_must_support = false;  // elements that a profile marks so and that are missing:
                                    // information
  std::vector<std::string> extensions_allowed = {};  // URLs that begin so are, though nothing is
                                                     // loaded

  // By the patterns of the policy.
  bool allows_extension(std::string_view url) const {
    for (const auto& each : extensions_allowed)
      if (url.starts_with(each)) return true;
    return !unknown_extensions;
  }
};

}  // namespace paraneo::validate

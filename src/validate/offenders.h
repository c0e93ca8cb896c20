// Rules of a whole record compare lists: X.subsetOf(Y), X.isDistinct(), X.intersect(Y).empty(),
// joined by "and". Such a rule that does not hold is told at the elements of X that break it, each
// at its place. Internal to this folder.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "validate/context.h"
#include "validate/visit.h"

namespace paraneo::validate {

// Not thread-safe; keeps what it has compiled.
class Offenders {
 public:
  explicit Offenders(const Context& context) : context_(context) {}

  // Whether the rule is of a form that tells which elements break it; then those were reported, as
  // `rule`.
  bool report(std::string_view expression, const std::string& rule, const element::Element& root,
              Visit& visit);

 private:
  std::vector<fhirpath::Item> evaluated(std::string_view expression, const element::Element& root,
                                        Visit& visit);

  const Context& context_;
  std::vector<std::unique_ptr<Source>> expressions_;
  std::vector<std::shared_ptr<const fhirpath::Program>> lists_;
};

}  // namespace paraneo::validate

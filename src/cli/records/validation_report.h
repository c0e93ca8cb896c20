// What validate says of all its inputs in one document, for machines that are no FHIR: SARIF 2.1.0
// (code scanning), and JUnit's XML (test results). Written piece by piece, whatever the number of
// inputs.
#pragma once

#include <string>
#include <string_view>

#include "diag/diagnostic.h"

namespace paraneo::cli {

class ValidationReport {
 public:
  // `format`: "sarif" or "junit".
  explicit ValidationReport(std::string_view format) : is_sarif_(format == "sarif") {}
  static bool is_one(std::string_view format) { return format == "sarif" || format == "junit"; }

  // What stands before the first input, and behind the last one: end().
  std::string begin() const;
  // Of one input; does not depend on the others. Empty: there is nothing to say.
  std::string of(std::string_view input, const diag::Sink& sink) const;
  // Stands between two of those that are not empty.
  std::string_view between() const { return is_sarif_ ? ",\n" : "\n"; }
  std::string end() const;

 private:
  bool is_sarif_;
};

}  // namespace paraneo::cli

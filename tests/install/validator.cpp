// $validate of somebody else's service, as src/validate/operation.h shows it: prints an
// OperationOutcome.
#include <iostream>

#include "validate/operation.h"

int main() {
  using namespace paraneo;
  const fhirpath::Engine engine(definition::Definitions::builtin());
  validate::Operation operation(
      {engine, terminology::ValueSets::builtin(), definition::Profiles::builtin()});
  validate::Call call;
  call.limits.time_ms_max = 10'000;
  std::cout << operation.outcome(
                   {"request", R"({"resourceType":"Patient","birthDate":"1960-02-30"})"}, call)
            << "\n";
  return 0;
}

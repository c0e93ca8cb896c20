// FHIR as XML between us and a server.
#pragma once

#include "base/limits.h"
#include "rest/wire_form.h"

namespace paraneo::cli {

class FhirWire final : public rest::WireForm {
 public:
  // `xml`: whether requests are. Answers are read as what their Content-Type says.
  FhirWire(bool xml, const Limits& limits) : xml_(xml), limits_(limits) {}

  Result<void> encode(rest::Request& request) const override;
  void decode(rest::Response& response) const override;

 private:
  bool xml_;
  Limits limits_;
};

}  // namespace paraneo::cli

// An input in two parts: what is under test, and behind a line of three dashes the resource that it
// runs over. What has no such line, or no resource behind it, runs over a patient.
#pragma once

#include <string>

#include "element/element.h"
#include "format/json.h"
#include "fuzz.h"

namespace paraneo::fuzz {

inline constexpr std::string_view kPatient =
    R"({"resourceType":"Patient","id":"p","active":true,"name":[{"use":"official","family":"A","given":["x","y"]},)"
    R"({"given":["y","z"],"_given":[{"id":"e"},null]}],"birthDate":"2003-10","multipleBirthInteger":2,)"
    R"("contained":[{"resourceType":"Observation","status":"final","code":{"text":"c"},"valueQuantity":{"value":2.50,"code":"mg"}}],)"
    R"("extension":[{"url":"http://x","valueDecimal":26.0}]})";

struct TwoParts {
  explicit TwoParts(std::string text) {
    constexpr std::string_view kLine = "\n---\n";
    const auto at = text.find(kLine);
    if (at != std::string::npos) resource.text = text.substr(at + kLine.size());
    subject.text = text.substr(0, at);
  }

  // In the arena; of any type.
  const element::Element* read(Arena& arena, const Limits& limits) {
    const auto& definitions = definition::Definitions::builtin();
    diag::Sink sink;
    const auto* element = resource.text.empty()
                              ? nullptr
                              : format::read_json(definitions, resource, {}, limits, arena, sink);
    if (element != nullptr) return element;
    resource.text = kPatient;
    diag::Sink none;
    element = format::read_json(definitions, resource, {}, limits, arena, none);
    require(element != nullptr);
    return element;
  }

  Source subject{"fuzz", {}};
  Source resource{"resource", {}};
};

}  // namespace paraneo::fuzz

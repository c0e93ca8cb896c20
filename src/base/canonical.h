// Canonical URLs (FHIR R4 2.1.0.2.1, 2.24.0.1 canonical): "url|version#fragment".
#pragma once

#include <string_view>

namespace paraneo {

// Views of the text, which lives as long; any text gives one, so there are no errors.
struct Canonical {
  std::string_view url;
  std::string_view version;   // empty: any
  std::string_view fragment;  // empty: the whole resource
};

// The parts of it; any text has them.
inline Canonical split_canonical(std::string_view text) {
  Canonical out;
  if (const auto hash = text.find('#'); hash != std::string_view::npos) {
    out.fragment = text.substr(hash + 1);
    text = text.substr(0, hash);
  }
  const auto bar = text.find('|');
  out.url = text.substr(0, bar);
  if (bar != std::string_view::npos) out.version = text.substr(bar + 1);
  return out;
}

// What stands before the version: its fragment is not taken off where it has none.
inline std::string_view without_version(std::string_view canonical) {
  return canonical.substr(0, canonical.find('|'));
}

// Whether what has this version is what is asked for. One that does not say its version may be any;
// "4.0" asks for every 4.0.x (FHIR R5 2.1.10, "Canonical References": versions may be partial).
inline bool is_version(std::string_view has, std::string_view asked) {
  return asked.empty() || has.empty() || has == asked ||
         (has.size() > asked.size() && has.starts_with(asked) && has[asked.size()] == '.');
}

}  // namespace paraneo

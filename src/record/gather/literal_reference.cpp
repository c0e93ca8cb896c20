#include "record/gather/literal_reference.h"

#include <algorithm>

#include "base/percent.h"

namespace paraneo::record {
namespace {

bool is_type_name(std::string_view text) {
  return !text.empty() && text[0] >= 'A' && text[0] <= 'Z' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}

}  // namespace

std::string_view without_history(std::string_view reference) {
  return reference.substr(0, reference.find("/_history/"));
}

LiteralParts literal_parts(std::string_view reference) {
  reference = without_history(reference);
  const auto last = reference.rfind('/');
  if (last == std::string_view::npos || last == 0 || last + 1 == reference.size()) return {};
  const auto before = reference.rfind('/', last - 1);
  const auto begin = before == std::string_view::npos ? 0 : before + 1;
  const auto type = reference.substr(begin, last - begin);
  if (!is_type_name(type)) return {};
  return {reference.substr(0, begin), type, reference.substr(last + 1)};
}

std::string patient_identifier_in(std::string_view reference) {
  constexpr std::string_view kByIdentifier = "Patient?identifier=";
  const auto at = reference.find(kByIdentifier);
  if (at == std::string_view::npos || (at > 0 && reference[at - 1] != '/')) return {};
  const auto query = reference.substr(at + kByIdentifier.size());
  // With another parameter it is narrower.
  if (query.find('&') != std::string_view::npos) return {};
  auto identifier = percent_decoded(query);
  return identifier.find('|') == std::string::npos ? std::string() : identifier;
}

bool is_web_address(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

std::string name_of(std::string_view type, std::string_view id) {
  return std::string(type) + "/" + std::string(id);
}

}  // namespace paraneo::record

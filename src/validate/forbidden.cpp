// What FHIR allows and this run does not (policy.h).
#include <algorithm>
#include <array>

#include "validate/families.h"

namespace paraneo::validate {
namespace {

using diag::Code;

// The host of an http URL is in a domain for examples (RFC 2606).
bool is_example(std::string_view url) {
  const auto begin = url.find("://");
  if (begin == std::string_view::npos) return false;
  auto host = url.substr(begin + 3);
  host = host.substr(0, host.find_first_of("/:?#"));
  constexpr auto kDomains =
      std::to_array<std::string_view>({"example.com", "example.net", "example.org", "example"});
  return std::any_of(kDomains.begin(), kDomains.end(), [&](auto domain) {
    return host.ends_with(domain) &&
           (host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.');
  });
}

}  // namespace

void check_forbidden(const element::Element& at, Visit& visit) {
  const auto& policy = visit.policy;
  if (!at.has_value || at.parent == nullptr) return;
  if (policy.example_urls &&
      visit.definitions.type(at.type).primitive == definition::PrimitiveForm::uri &&
      is_example(at.value()))
    visit.say(Code::validate_forbidden, at, "this is a URL of a domain that is kept for examples",
              "--forbid example-urls asks for real ones");
  if (policy.experimental && at.name == visit.names.experimental && at.value() == "true" &&
      visit.definitions.is_resource(at.parent->type))
    visit.say(Code::validate_forbidden, at, "this definition is experimental",
              "--forbid experimental asks for ones that are meant for use");
}

}  // namespace paraneo::validate

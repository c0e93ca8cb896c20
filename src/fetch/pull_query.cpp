#include "fetch/pull_query.h"

#include "rest/url.h"

namespace paraneo::fetch {

bool has_parameter(std::string_view query, std::string_view name) {
  for (auto at = query.find('?'); at != std::string_view::npos; at = query.find('&', at + 1))
    if (query.substr(at + 1).starts_with(name) &&
        query.substr(at + 1 + name.size()).starts_with('='))
      return true;
  return false;
}

void add_parameter(std::string& url, std::string_view name, std::string_view value) {
  url += url.find('?') == std::string::npos ? '?' : '&';
  url += name;
  url += '=';
  url += rest::query_value(value);
}

std::string without_since(std::string url) {
  const auto at = url.find("_lastUpdated=ge");
  if (at == std::string::npos) return url;
  auto end = url.find('&', at);
  if (end == std::string::npos) url.erase(at - 1);
  else url.erase(at, end + 1 - at);
  return url;
}

Error incomplete(std::string what, const std::string& label, std::string advice) {
  return fail(Fault::server, std::move(what), label, std::move(advice));
}

}  // namespace paraneo::fetch

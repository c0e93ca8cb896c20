#include "fetch/pull_query.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <utility>

#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "rest/url.h"

namespace paraneo::fetch {
namespace {

// `url` with the parameters that `keep` wants; it gets each as "name=value".
std::string with_parameters(const std::string& url,
                            const std::function<bool(std::string_view)>& keep) {
  const auto query = url.find('?');
  if (query == std::string::npos) return url;
  auto rest = std::string_view(url).substr(query + 1);
  auto out = url.substr(0, query);
  char separator = '?';
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const auto parameter = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (!keep(parameter)) continue;
    out += std::exchange(separator, '&');
    out += parameter;
  }
  return out;
}

bool is_include(std::string_view parameter) {
  const auto name = parameter.substr(0, parameter.find_first_of("=:"));
  return name == "_include" || name == "_revinclude";
}

}  // namespace

std::size_t count_in(std::string_view url) {
  constexpr std::string_view kName = "_count=";
  for (auto at = url.find('?'); at != std::string_view::npos; at = url.find('&', at + 1)) {
    const auto value = url.substr(at + 1);
    if (!value.starts_with(kName)) continue;
    std::size_t number = 0;
    std::from_chars(value.data() + kName.size(), value.data() + value.size(), number);
    return number;
  }
  return 0;
}

std::string with_page_size(std::string url, std::size_t entries) {
  if (count_in(url) == entries) return url;
  constexpr std::string_view kName = "_count=";
  if (entries == 0)
    return with_parameters(
        url, [&](std::string_view parameter) { return !parameter.starts_with(kName); });
  const auto at = url.find(kName);
  if (at == std::string::npos) {
    add_parameter(url, "_count", std::to_string(entries));
    return url;
  }
  const auto begin = at + kName.size();
  return url.replace(begin, url.find('&', begin) - begin, std::to_string(entries));
}

bool has_include(std::string_view query) {
  for (auto at = query.find('?'); at != std::string_view::npos; at = query.find('&', at + 1))
    if (is_include(query.substr(at + 1))) return true;
  return false;
}

std::string without_includes(const std::string& url) {
  return with_parameters(url, [](std::string_view parameter) { return !is_include(parameter); });
}

bool is_identifying(std::string_view query) {
  constexpr std::array<std::string_view, 12> kNames = {
      "identifier", "name",  "family",  "given",    "birthdate", "death-date",
      "phone",      "email", "telecom", "phonetic", "address",   "address-postalcode"};
  for (auto at = query.find('?'); at != std::string_view::npos; at = query.find('&', at + 1)) {
    auto name = query.substr(at + 1);
    name = name.substr(0, name.find('='));
    if (const auto chain = name.rfind('.'); chain != std::string_view::npos)
      name.remove_prefix(chain + 1);
    name = name.substr(0, name.find(':'));
    if (std::find(kNames.begin(), kNames.end(), name) != kNames.end()) return true;
  }
  return false;
}

bool asks_for_parts(std::string_view query) {
  return has_parameter(query, "_elements") || has_parameter(query, "_summary");
}

std::string relative_query(std::string_view query) {
  return std::string(query.substr(std::min(query.find_first_not_of('/'), query.size())));
}

std::string_view type_of_query(std::string_view query) {
  query.remove_prefix(std::min(query.find_first_not_of('/'), query.size()));
  return query.substr(0, query.find('?'));
}

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

std::optional<std::uint64_t> total_in(const json::Value& bundle) {
  const auto* total = bundle.find("total");
  if (total == nullptr) return std::nullopt;
  const auto digits = total->text();
  std::uint64_t value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return std::nullopt;
  return value;
}

Result<std::string> next_link(const json::Value& bundle, const std::string& label) {
  const auto unclear = [&](std::string what) {
    return incomplete(std::move(what), label,
                      "nobody can say how it goes on; report it to the server's operators");
  };
  const auto* links = bundle.find("link");
  if (links != nullptr && !links->is_array()) return unclear("the links are no list");
  std::string next;
  for (const auto& link : links == nullptr ? std::span<const json::Value>() : links->items()) {
    if (link.text_of("relation") != "next") continue;
    const auto url = link.text_of("url");
    if (url.empty()) return unclear("there is a next link without an address");
    if (!next.empty() && next != url) return unclear("there are two different next links");
    next = url;
  }
  return next;
}

Result<std::span<const json::Value>> entries_of(const json::Value& bundle,
                                                const std::string& label) {
  const auto* entries = bundle.find("entry");
  if (entries == nullptr) return std::span<const json::Value>();
  if (!entries->is_array())
    return incomplete("the entries are no list", label, "report it to the server's operators");
  return entries->items();
}

std::optional<std::uint64_t> read_count(const std::string& body, const Limits& limits) {
  const Source source{"count", body};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, limits, sink);
  const auto* entries = root == nullptr ? nullptr : root->find("entry");
  const bool is_page = entries != nullptr && !entries->items().empty();
  return root == nullptr || is_page ? std::nullopt : total_in(*root);
}

Error incomplete(std::string what, const std::string& label, std::string advice) {
  return fail(ErrorCode::answer_incomplete, std::move(what), label, std::move(advice));
}

}  // namespace paraneo::fetch

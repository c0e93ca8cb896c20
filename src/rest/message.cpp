#include "rest/message.h"

#include <algorithm>

namespace paraneo::rest {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool same_header_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view Response::header(std::string_view name) const {
  for (const auto& header : headers)
    if (same_header_name(header.name, name)) return header.value;
  return {};
}

std::string_view name_of(Method method) {
  switch (method) {
    case Method::get: return "GET";
    case Method::put: return "PUT";
    case Method::post: return "POST";
    case Method::del: return "DELETE";
  }
  return "GET";
}

}  // namespace paraneo::rest

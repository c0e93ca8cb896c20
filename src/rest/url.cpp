#include "rest/url.h"

#include <algorithm>
#include <boost/url.hpp>
#include <charconv>

namespace paraneo::rest {
namespace {

namespace urls = boost::urls;

constexpr std::uint16_t kHttpsPort = 443;
constexpr std::uint16_t kHttpPort = 80;
constexpr std::size_t kUrlCharsMax = 16384;

Error not_a_url(std::string_view url) {
  return fail(Fault::usage, "this is not an http or https URL", std::string(url.substr(0, 200)),
              "write it as https://host/path");
}

bool is_http(const urls::url_view& url) {
  return (url.scheme_id() == urls::scheme::https || url.scheme_id() == urls::scheme::http) &&
         !url.encoded_host().empty();
}

Origin origin_of(const urls::url_view& url) {
  Origin origin;
  origin.tls = url.scheme_id() == urls::scheme::https;
  origin.host = url.host_address();
  for (auto& c : origin.host)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const std::string_view port(url.port().data(), url.port().size());
  if (port.empty()) origin.port = origin.tls ? kHttpsPort : kHttpPort;
  // Not port_number(): it lets numbers over 65535 wrap around.
  else if (std::from_chars(port.data(), port.data() + port.size(), origin.port).ec != std::errc())
    origin.port = 0;
  return origin;
}

}  // namespace

Result<Address> split_url(std::string_view text) {
  if (text.size() > kUrlCharsMax) return not_a_url(text);
  const auto url = urls::parse_uri(urls::string_view(text.data(), text.size()));
  if (!url || !is_http(*url)) return not_a_url(text);
  Address address;
  address.origin = origin_of(*url);
  if (address.origin.port == 0) return not_a_url(text);
  address.target = std::string(url->encoded_path());
  if (address.target.empty()) address.target = "/";
  if (url->has_query()) address.target += "?" + std::string(url->encoded_query());
  return address;
}

std::string to_string(const Origin& origin) {
  const bool v6 = origin.host.find(':') != std::string::npos;
  return std::string(origin.tls ? "https://" : "http://") +
         (v6 ? "[" + origin.host + "]" : origin.host) + ":" + std::to_string(origin.port);
}

Result<std::string> server_base(std::string_view text) {
  const auto url = urls::parse_uri(urls::string_view(text.data(), text.size()));
  if (!url || !split_url(text)) return not_a_url(text);
  if (url->has_userinfo())
    return fail(Fault::usage, "the server URL holds a user name or password", {},
                "use --user and --password-file, or --bearer-token-file");
  if (url->has_query() || url->has_fragment())
    return fail(Fault::usage, "the server URL has a query or fragment", std::string(text),
                "give the base URL only, like https://host/fhir");
  std::string base(text);
  while (base.ends_with('/')) base.pop_back();
  return base;
}

Result<std::string> follow(std::string_view from, std::string_view link) {
  const auto base = urls::parse_uri(urls::string_view(from.data(), from.size()));
  const auto reference = urls::parse_uri_reference(urls::string_view(link.data(), link.size()));
  if (!base || !reference || link.size() > kUrlCharsMax)
    return fail(Fault::server, "the server's link is not a URL", std::string(link.substr(0, 200)));
  urls::url resolved;
  std::string target(link);
  // An absolute link is followed as it is written: servers sign or number them.
  if (!reference->has_scheme()) {
    if (!urls::resolve(*base, *reference, resolved))
      return fail(Fault::server, "the server's link leads nowhere", std::string(link.substr(0, 200)));
    target = std::string(resolved.buffer());
  }
  const auto there = split_url(target);
  if (!there)
    return fail(Fault::server, "the server's link is not an http or https URL",
                std::string(link.substr(0, 200)));
  const auto here = origin_of(*base);
  if (there->origin != here)
    return fail(Fault::server,
                "the server's next page is at " + to_string(there->origin) +
                    ", not at " + to_string(here) + ": it is not fetched, and no token is sent there",
                std::string(from),
                "set the base URL that the server writes into its links (behind a proxy: its "
                "X-Forwarded headers), or use that address as --server");
  return target;
}

std::string query_value(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._~,:/$";
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (letter || kPlain.find(c) != std::string_view::npos) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kHex[byte >> 4]);
    out.push_back(kHex[byte & 15]);
  }
  return out;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    const auto* digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2) {
      out.push_back(static_cast<char>(value));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

bool is_id(std::string_view text) {
  constexpr std::size_t kIdCharsMax = 64;
  return !text.empty() && text.size() <= kIdCharsMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '.';
         });
}

bool is_type_name(std::string_view text) {
  constexpr std::size_t kTypeCharsMax = 64;
  return !text.empty() && text.size() <= kTypeCharsMax && text[0] >= 'A' && text[0] <= 'Z' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
         });
}

}  // namespace paraneo::rest

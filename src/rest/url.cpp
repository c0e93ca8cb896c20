#include "rest/url.h"

#include <algorithm>
#include <boost/url.hpp>
#include <charconv>

#include "rest/request_head.h"

namespace paraneo::rest {
namespace {

namespace urls = boost::urls;

constexpr std::uint16_t kHttpsPort = 443;
constexpr std::uint16_t kHttpPort = 80;
constexpr std::size_t kUrlCharsMax = 16384;

Error not_a_url(std::string_view url) {
  return fail(ErrorCode::url_invalid, "this is not an http or https URL",
              std::string(url.substr(0, 200)), "write it as https://host/path");
}

Error bad_link(const std::string& why, std::string_view link) {
  return fail(ErrorCode::link_elsewhere,
              "the server's link " + why + " [" + std::string(kResponseSyntax) + "]",
              std::string(link.substr(0, std::min<std::size_t>(link.find('?'), 200))),  // a query
                                                                                        // can name
                                                                                        // a patient
              "report it to the server's operators");
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_alphanumeric(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// Of path and query (RFC 3986), as is_request_target() has it.
bool is_in_target(char c) {
  return is_alphanumeric(c) ||
         std::string_view("-._~%!$&'()*+,;=:@/?").find(c) != std::string_view::npos;
}

void append_escaped(std::string& out, unsigned char byte) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  out += {'%', kHex[byte >> 4], kHex[byte & 15]};
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
  // The host comes percent-decoded: %0D%0A in it must not reach a Host header or a CONNECT.
  if (address.origin.port == 0 || !is_authority(authority_of(address.origin)))
    return not_a_url(text);
  address.target = std::string(url->encoded_path());
  if (address.target.empty()) address.target = "/";
  if (url->has_query()) address.target += "?" + std::string(url->encoded_query());
  return address;
}

std::string authority_of(const Origin& origin) {
  const bool v6 = origin.host.find(':') != std::string::npos;
  return (v6 ? "[" + origin.host + "]" : origin.host) + ":" + std::to_string(origin.port);
}

std::string to_string(const Origin& origin) {
  return std::string(origin.tls ? "https://" : "http://") + authority_of(origin);
}

Result<std::string> server_base(std::string_view text) {
  const auto url = urls::parse_uri(urls::string_view(text.data(), text.size()));
  if (!url || !split_url(text)) return not_a_url(text);
  if (url->has_userinfo())
    return fail(ErrorCode::url_invalid, "the server URL holds a user name or password", {},
                "use --user and --password-file, or --bearer-token-file");
  if (url->has_query() || url->has_fragment())
    return fail(ErrorCode::url_invalid, "the server URL has a query or fragment", std::string(text),
                "give the base URL only, like https://host/fhir");
  std::string base(text);
  while (base.ends_with('/')) base.pop_back();
  return base;
}

namespace {

// Servers sign URLs with characters that a URL may not hold (| and blanks). What may stand is left
// as it is; a fragment is for browsers.
std::optional<std::string> sendable(std::string_view link) {
  link = link.substr(0, link.find('#'));
  const auto scheme = link.find("://");
  const auto authority_end =
      scheme == std::string_view::npos ? 0 : link.find_first_of("/?", scheme + 3);
  if (authority_end == std::string_view::npos) return std::string(link);
  const auto rest = encoded_query(link.substr(authority_end));
  if (!rest) return std::nullopt;
  return std::string(link.substr(0, authority_end)) + *rest;
}

}  // namespace

Result<std::string> resolve(std::string_view from, std::string_view written) {
  const auto encoded = sendable(written);
  if (!encoded) return bad_link("is not a URL", written);
  const std::string_view link = *encoded;
  const auto base = urls::parse_uri(urls::string_view(from.data(), from.size()));
  const auto reference = urls::parse_uri_reference(urls::string_view(link.data(), link.size()));
  if (!base || !reference || link.size() > kUrlCharsMax) return bad_link("is not a URL", link);
  urls::url resolved;
  std::string target(link);
  // An absolute link is followed as it is written: servers sign or number them.
  if (!reference->has_scheme()) {
    if (!urls::resolve(*base, *reference, resolved)) return bad_link("leads nowhere", link);
    target = std::string(resolved.buffer());
  }
  if (!split_url(target)) return bad_link("is not an http or https URL", link);
  return target;
}

Result<std::string> follow(std::string_view from, std::string_view link) {
  auto target = resolve(from, link);
  if (!target) return target;
  const auto here = split_url(from);
  if (!here) return here.error();
  const auto there = split_url(*target)->origin;
  if (there != here->origin)
    return fail(ErrorCode::link_elsewhere,
                "the server's next page is at " + to_string(there) + ", not at " +
                    to_string(here->origin) + ": it is not fetched, and no token is sent there",
                std::string(from),
                "set the base URL that the server writes into its links (behind a proxy: its "
                "X-Forwarded headers), or use that address as --server");
  return target;
}

bool can_be_query(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return false;
    if (byte == '%' && (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])))
      return false;
  }
  return true;
}

std::optional<std::string> encoded_query(std::string_view text) {
  if (!can_be_query(text)) return std::nullopt;
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_in_target(c)) out.push_back(c);
    else append_escaped(out, static_cast<unsigned char>(c));
  }
  return out;
}

std::string query_value(std::string_view text) {
  constexpr std::string_view kPlain = "-._~,:/$";
  std::string out;
  for (const char c : text) {
    if (is_alphanumeric(c) || kPlain.find(c) != std::string_view::npos) {
      out.push_back(c);
      continue;
    }
    append_escaped(out, static_cast<unsigned char>(c));
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
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}

std::string target_in(std::string_view url) {
  url = url.substr(0, url.find("/_history"));
  const auto id = url.rfind('/');
  if (id == std::string_view::npos || id == 0) return {};
  const auto before = url.rfind('/', id - 1);
  if (before != std::string_view::npos) url.remove_prefix(before + 1);
  const auto slash = url.find('/');
  const bool sound = is_type_name(url.substr(0, slash)) && is_id(url.substr(slash + 1));
  return sound ? std::string(url) : std::string();
}

}  // namespace paraneo::rest

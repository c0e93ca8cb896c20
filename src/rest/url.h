// URLs of a FHIR server: which are well-formed, which have the same origin (scheme, host, port),
// where a link leads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace paraneo::rest {

// Scheme, host and port (RFC 6454).
struct Origin {
  bool tls = true;
  std::string host;  // lower case; an IPv6 address without brackets
  std::uint16_t port = 0;

  bool operator==(const Origin&) const = default;
};

// A URL as a client needs it.
struct Address {
  Origin origin;
  std::string target;  // path and query as they go into the request line
};

// An error names what is wrong with it, and shows no user or password.
Result<Address> split_url(std::string_view url);
std::string to_string(const Origin& origin);     // "https://host:8443"
std::string authority_of(const Origin& origin);  // "host:8443"

// The base URL of a server without a slash at the end. Refuses queries, fragments, and user names
// or passwords, which belong into files.
Result<std::string> server_base(std::string_view url);

// Where `link` in an answer to `from` leads: absolute or relative, to whatever origin.
Result<std::string> resolve(std::string_view from, std::string_view link);
// The same; another origin than `from`'s is an error, because the token for one server must not go
// to another.
Result<std::string> follow(std::string_view from, std::string_view link);

// A query as people and bundles write it ("identifier=urn:a|b c"), with what a URI does not allow
// percent-encoded and what is encoded already left alone. Nothing when it holds control characters
// or a percent sign without two digits: it may then be meant to be something else than a query.
std::optional<std::string> encoded_query(std::string_view text);
// Whether that gives something.
bool can_be_query(std::string_view text);

// Percent-encodes everything that a query value of FHIR does not use as it is.
std::string query_value(std::string_view text);

// FHIR id (R4 2.24.0.1): 1-64 of A-Z a-z 0-9 - .
bool is_id(std::string_view text);
// "Patient": a letter A-Z, then letters.
bool is_type_name(std::string_view text);
// What an address is about: "https://h/r4/Patient/1/_history/3" -> "Patient/1"; empty when it names
// no resource.
std::string target_in(std::string_view url);

}  // namespace paraneo::rest

// An HTTP request and response as plain data. What travels, without how.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paraneo::rest {

// Of HTTP.
enum class Method { get, put, post, del };

// A header field; its name in any case.
struct Header {
  std::string name;
  std::string value;
};

// A request, whole.
struct Request {
  Method method = Method::get;
  std::string url;  // absolute
  std::vector<Header> headers;
  std::string body;
  // Sending it twice does what sending it once does; decides whether it may be sent again when
  // nobody knows what became of it.
  bool idempotent = true;
  // Carries no credentials, no further headers and no client certificate, so it may go to another
  // origin than the server's.
  bool anonymous = false;
};

// An answer, whole.
struct Response {
  int status = 0;
  std::vector<Header> headers;
  std::string body;  // unpacked

  std::string_view header(std::string_view name) const;  // any case; empty when it is not there
};

std::string_view name_of(Method method);  // "GET"
bool same_header_name(std::string_view a, std::string_view b);

inline constexpr std::string_view kFhirJson = "application/fhir+json";

}  // namespace paraneo::rest

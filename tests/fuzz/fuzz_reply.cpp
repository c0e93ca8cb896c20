// A server's answer: nothing of it that HTTP does not allow gets further, no pause is negative, and
// no word of a person stands in an error without being asked for. And keys to sign with.
//
// The input: lines of headers, an empty line, the body. \r and \n in a header stand for CR and LF.
// The whole of it is a key file, too.
#include <algorithm>

#include "fuzz.h"
#include "net/signing_key.h"
#include "rest/http_date.h"
#include "rest/reply.h"
#include "rest/request_head.h"
#include "rest/url.h"
#include "rest/write_request.h"

namespace paraneo::fuzz {
namespace {

// What is no ASCII is no part of a code or a path, so it is somebody's own word.
bool has_foreign(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) > 0x7f; });
}

rest::Response response_of(std::string_view text, int status) {
  rest::Response response;
  response.status = status;
  const auto empty = text.find("\n\n");
  auto head = text.substr(0, empty);
  while (!head.empty()) {
    const auto line = head.substr(0, head.find('\n'));
    head.remove_prefix(std::min(head.size(), line.size() + 1));
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    std::string value(line.substr(colon + 2));
    for (const auto& [word, c] : {std::pair("\\r", '\r'), std::pair("\\n", '\n')})
      for (auto at = value.find(word); at != std::string::npos; at = value.find(word, at + 1))
        value.replace(at, 2, 1, c);
    response.headers.push_back({std::string(line.substr(0, colon)), std::move(value)});
  }
  if (empty != std::string_view::npos) response.body = text.substr(empty + 2);
  return response;
}

void answer(const std::string& text, int status) {
  auto response = response_of(text, status);
  const auto location = response.header("Location");
  const auto reply = rest::classify(std::move(response), 1'700'000'000'000);
  for (const auto* value : {&reply.etag, &reply.location, &reply.content_location})
    require(rest::is_field_value(*value));
  require(!reply.retry_after_ms || *reply.retry_after_ms >= 0);
  const auto error =
      rest::to_error(reply, rest::Method::get, "https://fhir.test/r4/Patient?name=x");
  require(!has_foreign(error.what) || has_foreign(reply.content_type));
  require(error.where.find("name=") == std::string::npos);
  const auto version = rest::version_of_etag(reply.etag);
  require(version.size() <= reply.etag.size());
  const auto followed = rest::follow("https://fhir.test/r4/Patient?a", location);
  if (!followed) return;
  const auto address = rest::split_url(*followed);
  require(address && address->origin == rest::split_url("https://fhir.test/")->origin);
  require(rest::is_request_target(address->target) || !rest::encoded_query(address->target));
}

void key(const std::string& text) {
  const auto read = net::SigningKey::read(text, "key");
  if (!read) return;
  require(read->algorithm() == "RS384" || read->algorithm() == "ES384");
  const auto signature = read->sign("text");
  require(!signature || read->algorithm() != "ES384" || signature->size() == 96);
}

}  // namespace
}  // namespace paraneo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace paraneo;
  const auto text = fuzz::text(data, size);
  for (const int status : {200, 301, 404, 412, 429, 503}) fuzz::answer(text, status);
  fuzz::key(text);
  return 0;
}

#include "fetch/redirect.h"

#include "rest/url.h"

namespace paraneo::fetch {
namespace {

Error bad(std::string what, const std::string& url) {
  return fail(ErrorCode::link_elsewhere, std::move(what), url.substr(0, url.find('?')),
              "report it to the server's operators");
}

}  // namespace

bool Redirect::is_one(const rest::Reply& reply) {
  switch (reply.status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308: return true;
    default: return false;
  }
}

Result<void> Redirect::follow(const rest::Reply& reply) {
  if (++followed_ > kRedirectsMax)
    return bad("the redirects do not end: more than " + std::to_string(kRedirectsMax) + " came",
               url_);
  if (reply.location.empty()) return bad("the server redirects and does not say where to", url_);
  auto target = rest::resolve(url_, reply.location);
  if (!target) return target.error();
  const auto here = rest::split_url(url_);
  if (!here) return here.error();
  const auto there = rest::split_url(*target)->origin;
  if (here->origin.tls && !there.tls)
    return bad(
        "the server redirects to a place without TLS, " + to_string(there) + ": it is not fetched",
        url_);
  anonymous_ = anonymous_ || there != here->origin;
  url_ = std::move(*target);
  return {};
}

}  // namespace paraneo::fetch

// Where a file of an export really is: what its URL redirects to, as to a store that signs its
// URLs. The server's token goes to the server alone; a way that has led elsewhere is gone without
// it to its end, so that nobody else decides what it is sent to. It never leads from https to http.
#pragma once

#include <string>

#include "base/result.h"
#include "rest/reply.h"

namespace paraneo::fetch {

inline constexpr unsigned kRedirectsMax = 10;  // of one file

class Redirect {
 public:
  // `anonymous`: it is elsewhere already.
  Redirect(std::string url, bool anonymous) : url_(std::move(url)), anonymous_(anonymous) {}

  // A status that leads elsewhere.
  static bool is_one(const rest::Reply& reply);
  // To where the reply says. An error: it says nothing that can be followed, or it does not end.
  Result<void> follow(const rest::Reply& reply);

  const std::string& url() const { return url_; }
  bool anonymous() const { return anonymous_; }

 private:
  std::string url_;
  bool anonymous_;
  unsigned followed_ = 0;
};

}  // namespace paraneo::fetch

#include "network.h"

#include <cstdlib>

namespace paraneo::simulation {

bool Trouble::happens(std::uint64_t percent) {
  if (left_ <= 0 || !dice_.chance(percent)) return false;
  --left_;
  return true;
}

bool Trouble::happens(std::uint64_t percent, const char* kind) {
  const bool now = happens(percent);
  if (now) happened(kind);
  return now;
}

std::int64_t Network::due(std::int64_t delay_ms) {
  return clock_.now + delay_ms +
         static_cast<std::int64_t>(setting_.steady ? 50 + dice_.below(15) : 1 + dice_.below(200));
}

// A second copy is only told from the first by If-Match, or by a server that sees no change.
bool Network::may_double(const rest::Request& request) const {
  if (setting_.rules.detects_no_change) return true;
  std::size_t puts = 0;
  std::size_t matches = 0;
  for (auto at = request.body.find("\"method\":\"PUT\""); at != std::string::npos;
       at = request.body.find("\"method\":\"PUT\"", at + 1))
    ++puts;
  for (auto at = request.body.find("\"ifMatch\":"); at != std::string::npos;
       at = request.body.find("\"ifMatch\":", at + 1))
    ++matches;
  for (auto at = request.body.find("\"ifNoneMatch\":"); at != std::string::npos;
       at = request.body.find("\"ifNoneMatch\":", at + 1))
    ++matches;
  return puts == matches;
}

Result<rest::Response> Network::delivery(const rest::Request& request) {
  return trouble_.happens(20) ? with_fault(request)
                              : Result<rest::Response>(server_.answer(request));
}

Result<rest::Response> Network::with_fault(const rest::Request& request) {
  const auto lost = fail(ErrorCode::connection_lost, "the connection was lost");
  const bool done = dice_.chance(50);  // before the fault
  const auto page = [](int status) {
    return FakeServer::respond(status, "<html><title>Welcome</title></html>", "text/html");
  };
  const auto kind = dice_.below(13);
  constexpr const char* kKinds[] = {
      "lost before",       "lost after",   "late",         "sent twice", "conflict",
      "too many requests", "gateway",      "server error", "web page",   "wrong page",
      "cut answer",        "empty answer", "another order"};
  trouble_.happened(kKinds[kind]);
  switch (kind) {
    case 0: return lost;
    case 1: server_.answer(request); return lost;
    case 2:  // arrives after we gave up waiting, and before we ask
      if (may_double(request))
        late_.push_back({clock_.now + static_cast<std::int64_t>(dice_.below(
                                          static_cast<std::uint64_t>(setting_.run.settle_ms))),
                         request});
      return lost;
    case 3:  // arrives twice
      if (may_double(request)) server_.answer(request);
      return server_.answer(request);
    case 4:
      return FakeServer::respond(dice_.chance(50) ? 409 : 412, FakeServer::outcome("conflict"));
    case 5: {
      auto response = FakeServer::respond(429, {});
      if (dice_.chance(50))
        response.headers.push_back({"Retry-After", std::to_string(dice_.below(20))});
      return response;
    }
    case 6:
      if (done) server_.answer(request);
      return page(static_cast<int>(502 + dice_.below(3)));
    case 7:
      if (done) server_.answer(request);
      return FakeServer::respond(
          500, dice_.chance(20) ? FakeServer::outcome("exception") : std::string());
    case 8:
      if (done) server_.answer(request);
      return page(200);
    case 9: return page(dice_.chance(50) ? 404 : 400);
    case 10: {
      auto response = server_.answer(request);
      response.body.resize(response.body.size() / 2);
      return response;
    }
    case 11: {
      auto response = server_.answer(request);
      response.body.clear();
      return response;
    }
    default: return server_.answer(request, true);
  }
}

void Network::serve_late() {
  std::vector<Late> due;
  std::erase_if(late_, [&](Late& late) {
    if (late.due > clock_.now) return false;
    due.push_back(std::move(late));
    return true;
  });
  for (const auto& late : due) server_.answer(late.request);
}

void trace(const FakeClock& clock, const rest::Request& request,
           const Result<rest::Response>& response) {
  if (std::getenv("PARANEO_TRACE") == nullptr) return;
  std::fprintf(stderr, "%lld %s %s %.1500s\n   -> %s %.300s\n", static_cast<long long>(clock.now),
               std::string(name_of(request.method)).c_str(), request.url.c_str(),
               request.body.c_str(), response ? std::to_string(response->status).c_str() : "lost",
               response ? response->body.c_str() : "");
}

}  // namespace paraneo::simulation

// One request after the other; each handler says what was found and what is tried next.
#include "rest/probe.h"

#include <algorithm>
#include <array>

#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "json/write.h"
#include "rest/instant.h"
#include "rest/url.h"

namespace paraneo::rest {
namespace {

constexpr std::array<std::size_t, 4> kTransactionSizes = {10, 50, 200, 500};
constexpr std::string_view kType = "Basic";

struct Parsed {
  Source source;
  Arena arena;
  const json::Value* root = nullptr;

  Parsed(const std::string& body, const Limits& limits) : source{"answer", body} {
    diag::Sink sink;
    root = json::read(source, arena, limits, sink);
  }
};

std::size_t entries_of(const json::Value* root) {
  const auto* entries = root == nullptr ? nullptr : root->find("entry");
  return entries == nullptr ? 0 : entries->items().size();
}

bool has_total(const json::Value* root, std::string_view expected = {}) {
  const auto* total = root == nullptr ? nullptr : root->find("total");
  return total != nullptr && (expected.empty() || total->text() == expected);
}

std::string yes_no(bool yes) { return yes ? "yes" : "no"; }

}  // namespace

Probe::Probe(ProbeOptions options, const Clock& clock, Random& random)
    : options_(std::move(options)) {
  result_.server = options_.base;
  result_.time = instant_text(clock.now_ms());
  prefix_ = std::string(kProbeTargets.substr(kProbeTargets.find('/') + 1)) +
            std::to_string(random.next() % 1'000'000'000'000U) + "-";
  add(Method::get, "/metadata", [this](Reply& reply) { got_capabilities(reply); });
}

std::string Probe::own(const std::string& name) const {
  return "/" + std::string(kType) + "/" + prefix_ + name;
}

std::string Probe::resource(const std::string& name, int number) const {
  return R"({"resourceType":")" + std::string(kType) + R"(","id":")" + prefix_ + name +
         R"(","code":{"text":"paraneo probe )" + std::to_string(number) + "\"}}";
}

std::string Probe::bundle(std::size_t entries, bool remove) const {
  std::string out = R"({"resourceType":"Bundle","type":"transaction","entry":[)";
  for (std::size_t i = 0; i < entries; ++i) {
    const auto name = "t" + std::to_string(i);
    out += std::string(i == 0 ? "" : ",") + "{";
    if (!remove)
      out += R"("fullUrl":")" + options_.base + own(name) + R"(","resource":)" + resource(name, 1) +
             ",";
    out += R"("request":{"method":")" + std::string(remove ? "DELETE" : "PUT") + R"(","url":")" +
           own(name).substr(1) + "\"}}";
  }
  return out + "]}";
}

void Probe::add(Method method, const std::string& path, Handler handler, std::string body,
                std::vector<Header> headers) {
  Stage stage;
  stage.request.method = method;
  stage.request.url = options_.base + path;
  stage.request.body = std::move(body);
  stage.request.headers = std::move(headers);
  stage.request.headers.push_back({"Accept", std::string(kFhirJson)});
  stage.request.headers.push_back({"Cache-Control", "no-cache"});
  if (!stage.request.body.empty())
    stage.request.headers.push_back({"Content-Type", std::string(kFhirJson)});
  stage.handler = std::move(handler);
  // Before the request is sent: nobody knows what becomes of it.
  if (method == Method::put) made_.insert(path.substr(1));
  todo_.push_back(std::move(stage));
}

void Probe::found(std::string key, std::string value, std::string what) {
  result_.findings.push_back({std::move(key), std::move(value), std::move(what)});
}

std::optional<Task> Probe::next() {
  if (todo_.empty()) return std::nullopt;
  const bool beside =
      !todo_.front().alone &&
      std::none_of(open_.begin(), open_.end(), [](const auto& each) { return each.second.alone; });
  if (!open_.empty() && !beside) return std::nullopt;
  Task task{++last_task_, 0, todo_.front().request};
  open_.emplace(task.id, std::move(todo_.front()));
  todo_.pop_front();
  return task;
}

void Probe::finished(std::uint64_t task, Result<Reply> reply) {
  const auto at = open_.find(task);
  if (at == open_.end()) return;
  const auto stage = std::move(at->second);
  open_.erase(at);
  if (!error_ || stage.cleaning) {
    if (!reply || reply->verdict == Verdict::denied) {
      if (stage.cleaning && transaction_entries_ > 0) {
        transaction_entries_ = 0;  // then each by itself
        plan_cleaning();
      } else if (!stage.cleaning) {
        error_ = reply ? to_error(*reply, stage.request.method, stage.request.url, options_.words)
                       : reply.error();
        todo_.clear();
      }
    } else {
      stage.handler(*reply);
    }
  }
  if (todo_.empty() && open_.empty() && !stage.cleaning) plan_cleaning();
}

void Probe::got_capabilities(const Reply& reply) {
  if (!reply.ok()) {
    error_ = to_error(reply, Method::get, options_.base + "/metadata", options_.words);
    return;
  }
  const Parsed parsed(reply.body, options_.limits);
  if (parsed.root == nullptr || parsed.root->text_of("resourceType") != "CapabilityStatement") {
    error_ = fail(ErrorCode::server_unfit, "the server's /metadata is no CapabilityStatement",
                  options_.base, "check the base URL");
    return;
  }
  result_.fhir_version = one_line(parsed.root->text_of("fhirVersion"));
  if (const auto* software = parsed.root->find("software"); software != nullptr)
    result_.software =
        one_line(software->text_of("name")) + " " + one_line(software->text_of("version"));
  found("gzip", yes_no(reply.packed), "answers are packed with gzip");
  plan_writes();
}

void Probe::plan_writes() {
  add(
      Method::put, own("a"),
      [this](Reply& reply) {
        found("updateAsCreate", yes_no(reply.ok()),
              "PUT makes a resource under the client's own id");
        if (!reply.ok())
          made_.clear();  // nothing of the probe is there, and nothing more can be tried
        if (!reply.ok()) return;
        add(Method::get, own("a"), [this](Reply& read) {
          const auto first = read.etag;
          add(
              Method::put, own("a"),
              [this, first](Reply& again) {
                found("unchangedKeepsVersion",
                      yes_no(again.ok() && again.etag == first && !first.empty()),
                      "PUT of the same content makes no version");
                plan_if_match(first);
              },
              resource("a", 1));
        });
      },
      resource("a", 1));
}

void Probe::plan_if_match(const std::string& etag) {
  add(
      Method::put, own("a"),
      [this, etag](Reply&) {
        add(Method::get, own("a"), [this, etag](Reply& read) {
          found("versions", yes_no(read.ok() && !read.etag.empty() && read.etag != etag),
                "each change has an ETag of its own");
          const Parsed parsed(read.body, options_.limits);
          const auto* meta = parsed.root == nullptr ? nullptr : parsed.root->find("meta");
          const auto updated = std::string(meta == nullptr ? "" : meta->text_of("lastUpdated"));
          if (etag.empty()) {
            found("ifMatch", "no", "If-Match with an old version");
            return plan_if_none_match(updated);
          }
          add(Method::put, own("a"),
              [this, updated](Reply& stale) {
                found("ifMatch", stale.ok() ? "ignored" : std::to_string(stale.status),
                      "If-Match with an old version");
                plan_if_none_match(updated);
              },
              resource("a", 3), {{"If-Match", etag}});
        });
      },
      resource("a", 2));
}

// By itself and in a transaction: some servers know it in one place only.
void Probe::plan_if_none_match(const std::string& updated) {
  constexpr const char* kWhat = "If-None-Match: * to what is there";
  add(Method::put, own("a"),
      [this, updated](Reply& reply) {
        if (reply.ok()) {
          found("ifNoneMatch", "ignored", kWhat);
          return plan_searches(updated);
        }
        const auto entry = R"({"fullUrl":")" + options_.base + own("a") + R"(","resource":)" +
                           resource("a", 5) + R"(,"request":{"method":"PUT","url":")" +
                           own("a").substr(1) + R"(","ifNoneMatch":"*"}})";
        add(
            Method::post, "",
            [this, updated](Reply& together) {
              found("ifNoneMatch", together.ok() ? "ignored" : std::to_string(together.status),
                    kWhat);
              plan_searches(updated);
            },
            R"({"resourceType":"Bundle","type":"transaction","entry":[)" + entry + "]}");
      },
      resource("a", 4), {{"If-None-Match", "*"}});
}

void Probe::plan_searches(const std::string& updated) {
  const auto by_id = "/" + std::string(kType) + "?_id=" + prefix_ + "a";
  add(Method::get, by_id + "&_total=accurate", [this](Reply& reply) {
    const Parsed parsed(reply.body, options_.limits);
    found("total", yes_no(reply.ok() && has_total(parsed.root, "1")),
          "_total=accurate gives the number of matches");
  });
  add(Method::get, by_id + "&_summary=count", [this](Reply& reply) {
    const Parsed parsed(reply.body, options_.limits);
    found("summaryCount", yes_no(reply.ok() && has_total(parsed.root, "1")), "_summary=count");
  });
  const auto at = instant_ms(updated);
  if (!at) {
    found("lastUpdated", "no", "search by _lastUpdated");
    return plan_history();
  }
  add(Method::get, by_id + "&_lastUpdated=ge" + instant_text(*at), [this, by_id, at](Reply& reply) {
    const bool since = reply.ok() && entries_of(Parsed(reply.body, options_.limits).root) == 1;
    add(Method::get, by_id + "&_lastUpdated=lt" + instant_text(*at), [this, since](Reply& before) {
      const auto count = entries_of(Parsed(before.body, options_.limits).root);
      found("lastUpdated",
            !before.ok() || !since ? "no"
            : count == 0           ? "yes"
                                   : "ignored",
            "search by _lastUpdated");
      plan_history();
    });
  });
}

void Probe::plan_history() {
  for (const auto& [key, path, what] :
       {std::tuple("historyInstance", own("a") + "/_history", "history of a resource"),
        std::tuple("historyType", "/" + std::string(kType) + "/_history?_count=1",
                   "history of a type"),
        std::tuple("historySystem", std::string("/_history?_count=1"), "history of the system")})
    add(Method::get, path, [this, key = std::string(key), what = std::string(what)](Reply& reply) {
      found(key, yes_no(reply.ok()), what);
      if (key == "historySystem") plan_parallel();
    });
}

void Probe::plan_parallel() {
  for (unsigned i = 0; i < options_.parallel_writes; ++i) {
    add(
        Method::put, own("p"),
        [this](Reply& reply) {
          statuses_.insert(reply.status);
          if (statuses_.size() < options_.parallel_writes) return;
          std::string all;
          for (auto each = statuses_.begin(); each != statuses_.end();
               each = statuses_.upper_bound(*each))
            all += (all.empty() ? "" : ", ") + std::to_string(statuses_.count(*each)) + "x" +
                   std::to_string(*each);
          found("parallelWrites", all, "the same resource written by several at the same time");
          plan_transaction(0);
        },
        resource("p", static_cast<int>(i)));
    todo_.back().alone = false;
  }
}

void Probe::plan_transaction(std::size_t at) {
  const auto finish = [this] {
    found("transactionEntries",
          transaction_entries_ == 0 ? "0" : std::to_string(transaction_entries_),
          "entries that a transaction may have (more than " +
              std::to_string(options_.transaction_entries_max) + " were not tried)");
    plan_page();
  };
  if (at >= kTransactionSizes.size() || kTransactionSizes[at] > options_.transaction_entries_max)
    return finish();
  const auto entries = kTransactionSizes[at];
  for (std::size_t i = transaction_entries_; i < entries; ++i)
    made_.insert(own("t" + std::to_string(i)).substr(1));
  add(
      Method::post, "",
      [this, at, entries, finish](Reply& reply) {
        if (!reply.ok()) {
          for (auto i = transaction_entries_; i < entries; ++i)
            if (reply.status < 500) made_.erase(own("t" + std::to_string(i)).substr(1));
          return finish();
        }
        transaction_entries_ = entries;
        plan_transaction(at + 1);
      },
      bundle(entries, false));
}

void Probe::plan_page() {
  constexpr std::string_view kPage = "1000";
  add(Method::get, "/" + std::string(kType) + "?_count=" + std::string(kPage),
      [this, kPage](Reply& reply) {
        const Parsed parsed(reply.body, options_.limits);
        const auto entries = entries_of(parsed.root);
        bool more = false;
        if (const auto* links = parsed.root == nullptr ? nullptr : parsed.root->find("link");
            links != nullptr)
          for (const auto& link : links->items()) more = more || link.text_of("relation") == "next";
        const bool capped = reply.ok() && more && entries > 0 && std::to_string(entries) != kPage;
        found("pageEntries",
              !reply.ok() ? ""
              : capped    ? std::to_string(entries)
                          : "1000",
              capped ? "entries on a page, when 1000 are asked for"
                     : "entries on a page: no cap was seen (" + std::to_string(entries) + " came)");
        plan_conditional_delete();
      });
}

// Only when the search by _id finds just this one: a server that ignores the criterion would
// delete what is not the probe's.
void Probe::plan_conditional_delete() {
  const auto criteria = "/" + std::string(kType) + "?_id=" + prefix_ + "p";
  add(Method::get, criteria, [this, criteria](Reply& reply) {
    const Parsed parsed(reply.body, options_.limits);
    const auto* entries = parsed.root == nullptr ? nullptr : parsed.root->find("entry");
    const auto* only =
        reply.ok() && entries_of(parsed.root) == 1 ? entries->items()[0].find("resource") : nullptr;
    if (only == nullptr || only->text_of("id") != prefix_ + "p")
      return found("conditionalDelete", "not tried", "DELETE by criteria");
    add(Method::del, criteria, [this](Reply& removed) {
      const auto status = removed.status;
      add(Method::get, own("p"), [this, status](Reply& read) {
        const bool gone = read.verdict == Verdict::gone || read.verdict == Verdict::missing;
        found("conditionalDelete", gone ? "yes" : "no (" + std::to_string(status) + ")",
              "DELETE by criteria");
      });
    });
  });
}

void Probe::plan_cleaning() {
  if (transaction_entries_ > 0) {
    add(
        Method::post, "",
        [this](Reply& reply) {
          if (reply.ok())
            for (std::size_t i = 0; i < transaction_entries_; ++i)
              made_.erase(own("t" + std::to_string(i)).substr(1));
          transaction_entries_ = 0;
          plan_cleaning();
        },
        bundle(transaction_entries_, true));
    todo_.back().cleaning = true;
    return;
  }
  const auto left = made_;
  for (const auto& target : left) {
    add(Method::del, "/" + target, [this, target](Reply& reply) {
      if (reply.ok() || reply.verdict == Verdict::missing || reply.verdict == Verdict::gone)
        made_.erase(target);
    });
    todo_.back().cleaning = true;
  }
}

}  // namespace paraneo::rest

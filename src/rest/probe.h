// The job "what does this server really do": by its CapabilityStatement, and by trying it on
// resources of the probe's own (Basic, with an id that begins with paraneo-probe), which are
// removed again however the probe ends.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "rest/machine.h"

namespace paraneo::rest {

// How the ids of the probe's own resources begin. A history keeps that they were there.
inline constexpr std::string_view kProbeTargets = "Basic/paraneo-probe-";

// One thing that a server does.
struct Finding {
  std::string key;    // "ifMatch": a promise to what reads the kept result
  std::string value;  // "412"
  std::string what;   // for people
};

// What a probe found out; sync and push read it.
struct ProbeResult {
  std::string server;
  std::string time;
  std::string software;
  std::string fhir_version;
  std::vector<Finding> findings;

  std::string_view value(std::string_view key) const;  // empty when it was not found out
};

// The JSON of a kept result, both ways; `file` is named where it is none.
std::string write_probe(const ProbeResult& result);
Result<ProbeResult> read_probe(std::string_view text, const std::string& file);

// What is tried, and how far.
struct ProbeOptions {
  std::string base;
  std::size_t transaction_entries_max = 500;  // not tried beyond
  unsigned parallel_writes = 4;
  ServerWords words = ServerWords::left_out;
  Limits limits;
};

// Writes resources of its own, and deletes them again. A Machine.
class Probe final : public Machine {
 public:
  // Clock and random must outlive it.
  Probe(ProbeOptions options, const Clock& clock, Random& random);

  std::optional<Task> next() override;
  void finished(std::uint64_t task, Result<Reply> reply) override;
  bool done() const override { return open_.empty() && todo_.empty(); }

  const ProbeResult& result() const { return result_; }
  const std::optional<Error>& error() const { return error_; }
  // Of the probe's own, that could not be removed.
  const std::set<std::string>& left() const { return made_; }

 private:
  using Handler = std::function<void(Reply&)>;
  struct Stage {
    Request request;
    Handler handler;
    bool alone = true;      // no other request is under way
    bool cleaning = false;  // errors do not matter
  };

  void add(Method method, const std::string& path, Handler handler, std::string body = {},
           std::vector<Header> headers = {});
  void found(std::string key, std::string value, std::string what);
  std::string own(const std::string& name) const;
  std::string resource(const std::string& name, int number) const;
  std::string bundle(std::size_t entries, bool remove) const;

  void got_capabilities(const Reply& reply);
  void plan_writes();
  void plan_if_match(const std::string& etag);
  void plan_if_none_match(const std::string& updated);
  void plan_searches(const std::string& updated);
  void plan_history();
  void plan_parallel();
  void plan_transaction(std::size_t entries);
  void plan_conditional_delete();
  void plan_page();
  void plan_cleaning();

  ProbeOptions options_;
  ProbeResult result_;
  std::optional<Error> error_;
  std::string prefix_;  // of ids
  std::deque<Stage> todo_;
  std::map<std::uint64_t, Stage> open_;
  std::set<std::string> made_;
  std::multiset<int> statuses_;  // of the parallel writes
  std::size_t transaction_entries_ = 0;
  std::uint64_t last_task_ = 0;
};

}  // namespace paraneo::rest

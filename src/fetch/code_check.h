// Asks a terminology server (FHIR R4 4.7.1) about codes: which systems and value sets it has, once
// each; then CodeSystem/$validate-code, ValueSet/$validate-code and CodeSystem/$lookup, many in one
// batch where the server takes it.
//
// Of a system that the server does not say it has, no code is sent. That a code is not there is
// believed of a system only that it lists among those it supports (TerminologyCapabilities), or has
// in whole (CodeSystem.content): servers say no to what they do not know, too.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/limits.h"
#include "json/value.h"
#include "rest/machine.h"
#include "terminology/code_service.h"

namespace paraneo::fetch {

// What was learned of a server; of one run.
struct TerminologySupport {
  enum class System : std::uint8_t { none, in_part, whole };
  bool is_known = false;  // its capabilities were asked for
  bool takes_batches = true;
  std::map<std::string, System> systems;
  std::map<std::string, bool> value_sets;  // as they are asked for: with |version
};

// A machine for net::drive().
class CodeCheck final : public rest::Machine {
 public:
  static constexpr std::size_t kBatchMax = 100;  // questions of one request

  // The server's base URL, without "/" at the end. What is referred to must outlive this.
  CodeCheck(std::string base, TerminologySupport& support,
            std::span<const terminology::CodeQuestion> questions, const Limits& limits);

  std::optional<rest::Task> next() override;
  void finished(std::uint64_t task, Result<rest::Reply> reply) override;
  bool done() const override { return stage_ == Stage::done; }

  // One for each question, in their order; empty ones without an answer.
  std::vector<terminology::CodeAnswer>& answers() { return answers_; }
  // Why the server cannot be asked any more: it is away, refuses the credentials, or is no FHIR
  // server.
  const std::optional<Error>& error() const { return error_; }
  // Why it answered a request not as a server should, and how many: what was asked there is not
  // known.
  const std::optional<Error>& failure() const { return failure_; }
  std::size_t failures() const { return failures_; }

 private:
  enum class Stage : std::uint8_t { capabilities, sources, questions, done };
  struct Job {
    std::string url;                     // what is asked for, below the base
    std::string system, value_set;       // of a search
    std::vector<std::size_t> questions;  // more than one: a batch
  };

  void begin_stage();
  void stop(Error error);
  Error error_of(const Job& job, const rest::Reply& reply) const;
  void queue_sources();
  void queue_questions(std::vector<std::size_t> questions);
  std::string url_of(const terminology::CodeQuestion& question) const;
  rest::Request request_of(const Job& job) const;
  void take(const Job& job, const rest::Reply& reply);
  void take_capabilities(const rest::Reply& reply);
  void take_source(const Job& job, const rest::Reply& reply);
  void take_batch(const Job& job, const rest::Reply& reply);
  void count_failure(Error error);
  void read_answer(std::size_t question, const json::Value& parameters);

  const std::string base_;
  TerminologySupport& support_;
  const std::span<const terminology::CodeQuestion> questions_;
  const Limits& limits_;
  std::vector<terminology::CodeAnswer> answers_;
  Stage stage_ = Stage::capabilities;
  std::deque<Job> queue_;
  std::map<std::uint64_t, Job> under_way_;
  std::uint64_t last_task_ = 0;
  std::optional<Error> error_;
  std::optional<Error> failure_;
  std::size_t failures_ = 0;
};

}  // namespace paraneo::fetch

// --terminology-server: who is asked about codes that value sets and code systems here cannot
// judge.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "cli/server/connection.h"
#include "fetch/code_check.h"
#include "terminology/code_service.h"

namespace paraneo::cli {

// Options of verbs that may ask a terminology server.
struct TerminologyFlags {
  std::string server;  // empty: nobody is asked
  std::string bearer_token_file;
  std::string certificate_authority;
  double timeout_s = 20;

  bool asks() const { return !server.empty(); }
};

// The options of every verb that may ask a terminology server.
void add_terminology(CLI::App& verb, TerminologyFlags& flags);

// Of one run. Where the server fails, says so once, and asks no more: what it cannot say is not
// known.
class TerminologyServer {
 public:
  // Null when the flags name no server. No byte is sent yet.
  static Result<std::unique_ptr<TerminologyServer>> open(const TerminologyFlags& flags,
                                                         const Limits& limits);

  // Thread-safe; lives as long as this.
  terminology::CodeService& codes() { return kept_; }
  // Whether some codes were not checked because of the server.
  bool failed() const { return failed_; }

 private:
  class Requests final : public terminology::CodeService {
   public:
    explicit Requests(TerminologyServer& server) : server_(server) {}
    std::vector<terminology::CodeAnswer> ask(
        std::span<const terminology::CodeQuestion> questions) override {
      return server_.ask(questions);
    }

   private:
    TerminologyServer& server_;
  };

  TerminologyServer(Connected connected, const Limits& limits)
      : connected_(std::move(connected)), limits_(limits) {}
  std::vector<terminology::CodeAnswer> ask(std::span<const terminology::CodeQuestion> questions);
  void say(const Error& error, const std::string& what);

  Connected connected_;
  const Limits limits_;
  fetch::TerminologySupport support_;
  bool is_away_ = false;
  std::atomic<bool> failed_{false};
  Requests requests_{*this};
  terminology::KeptAnswers kept_{requests_};
};

// The flags' server for checks of codes, or null.
inline terminology::CodeService* codes_of(const std::unique_ptr<TerminologyServer>& server) {
  return server == nullptr ? nullptr : &server->codes();
}
// The exit code of a run whose own is `code`: that the server failed outweighs what was found.
int exit_with(const std::unique_ptr<TerminologyServer>& server, int code);

}  // namespace paraneo::cli

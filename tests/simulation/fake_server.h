// A FHIR server in memory that keeps the rules of the specification, and remembers what it was
// asked to do twice.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rest/message.h"
#include "rest/reply.h"

namespace paraneo::simulation {

struct ServerRules {
  bool detects_no_change = true;  // no new version for what it has already
  int stale_status = 412;         // of a write to another version
  bool batches = true;
  std::size_t entries_max = 1000;  // in a transaction
  bool refuses_over = false;       // a write with If-None-Match: * over what is there
};

class FakeServer {
 public:
  static constexpr const char* kBase = "https://fhir.test/r4";

  struct Stored {
    std::string body;  // as sent, without its labels; empty when deleted
    int version = 0;
    std::string labels = {};  // members of its meta: "tag", "security"

    bool operator==(const Stored&) const = default;
  };

  explicit FakeServer(ServerRules rules) : rules_(rules) {}

  // `backwards`: the entries of an answer stand in another order than those of the request.
  rest::Response answer(const rest::Request& request, bool backwards = false);
  // Somebody else's change.
  void edit(const std::string& target);
  // Somebody else's label on what is there. A write without it takes it away: not every server
  // carries labels on.
  void label(const std::string& target);

  const std::map<std::string, Stored>& all() const { return all_; }
  // Writes that changed nothing: something was sent twice.
  const std::vector<std::string>& twice() const { return twice_; }
  // Writes that took a label of somebody else away.
  const std::vector<std::string>& unlabelled() const { return unlabelled_; }

  static rest::Response respond(int status, std::string body = {},
                                const char* type = "application/fhir+json");
  static std::string outcome(const char* code);

 private:
  struct Entry {
    int status = 0;
    std::string body;
    int version = 0;
  };
  Entry read(const std::string& target) const;
  Entry write(const std::string& target, const std::string& body, const std::string& if_match,
              bool only_new);
  rest::Response bundle(const std::string& text, bool backwards);

  ServerRules rules_;
  std::map<std::string, Stored> all_;
  std::vector<std::string> twice_;
  std::vector<std::string> unlabelled_;
};

}  // namespace paraneo::simulation

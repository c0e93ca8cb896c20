// What only a terminology server can say (FHIR R4 4.7): the port by which checks of codes ask it,
// which knows no socket, and the answers that one input needs.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace paraneo::terminology {

// A code, its system and the URL of a value set: nothing else of an input goes to a server.
struct CodeQuestion {
  enum class About : std::uint8_t {
    code,    // whether the system has the code
    member,  // whether the value set has it
    names,   // all that it is called
  };
  About about = About::code;
  std::string system;
  std::string code;
  std::string value_set = {};  // of About::member; with |version where that is asked for

  auto operator<=>(const CodeQuestion&) const = default;
};

// What a server said of a code.
struct CodeAnswer {
  std::optional<bool> holds = std::nullopt;  // of code and member; none: the server cannot say
  std::vector<std::string> names = {};  // the first is what it is called first; empty: the server
                                        // cannot say
};

// A port to a terminology server. May be asked by any thread.
class CodeService {
 public:
  virtual ~CodeService() = default;
  // One answer to each question, in their order. What it cannot say, for whatever reason, is an
  // empty answer. May wait for a server.
  virtual std::vector<CodeAnswer> ask(std::span<const CodeQuestion> questions) = 0;
};

// Keeps the answers of a service, so that each question is asked once in a run. Thread-safe: one
// thread asks at a time, and the others then find its answers.
class KeptAnswers final : public CodeService {
 public:
  // More than that many are not kept, and asked for again.
  static constexpr std::size_t kAnswersMax = 500'000;

  // The service must outlive this, and need not be thread-safe.
  explicit KeptAnswers(CodeService& service, std::size_t answers_max = kAnswersMax)
      : service_(service), answers_max_(answers_max) {}
  std::vector<CodeAnswer> ask(std::span<const CodeQuestion> questions) override;

 private:
  CodeService& service_;
  const std::size_t answers_max_;
  std::mutex mutex_;
  std::map<CodeQuestion, CodeAnswer> kept_;
};

// The answers that one input needs. A check looks for them, goes on without those that are not
// there yet, and is done again once the service was asked, until nothing is missing; then it is
// done in earnest. What is said of an input so depends on nothing but the answers. Not thread-safe.
//
//   consultation.begin();
//   do check(input, nobody_listens); while (consultation.ask());
//   consultation.end();
//   check(input, messages);
class CodeConsultation {
 public:
  // Of one input; beyond, nothing more is asked.
  static constexpr std::size_t kQuestionsMax = 20'000;

  explicit CodeConsultation(CodeService& service) : service_(service) {}
  // Another input, of which nothing is known: what is looked for in vain will be asked for.
  void begin();
  // From now on what is not there stays unknown.
  void end() { is_open_ = false; }
  // The end, and of the answers, too.
  void forget();
  // Whether that is between begin() and end(): whatever is said now, nobody hears it.
  bool is_open() const { return is_open_; }
  // Null: it is not there.
  const CodeAnswer* find(CodeQuestion question);
  // Asks what was looked for in vain since the last time; false when that was nothing.
  bool ask();

 private:
  CodeService& service_;
  std::map<CodeQuestion, CodeAnswer> answers_;
  std::set<CodeQuestion> wanted_;
  bool is_open_ = false;
};

}  // namespace paraneo::terminology

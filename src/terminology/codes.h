// What is known of codes: by the value sets and code systems that are here and, where they cannot
// say, by a terminology server, if there is one.
#pragma once

#include <optional>
#include <string_view>

#include "terminology/code_service.h"
#include "terminology/value_set.h"

namespace paraneo::terminology {

// A code as data has it. A view of what the caller owns.
struct CodeSaid {
  std::string_view system;  // empty: not said
  std::string_view code;
  std::string_view version = {};  // of the system; empty: not said
};

// Thread-safe without a consultation.
class Codes {
 public:
  // Both must outlive this. Null: there is no server.
  explicit Codes(const ValueSets& value_sets, CodeConsultation* consultation = nullptr)
      : value_sets_(value_sets), consultation_(consultation) {}

  const ValueSets& value_sets() const { return value_sets_; }

  // Each of these is none where it cannot be known, or not yet. That a code is not there is no news
  // of it when the data says a version of its system: a server has its own, and what is here may be
  // another one.
  std::optional<bool> contains(std::string_view value_set, const CodeSaid& said) const;
  std::optional<bool> has(const CodeSaid& said) const;
  std::optional<bool> is_called(const CodeSaid& said, std::string_view display) const;
  // The other code of the system that value sets call so, where they list this one by other names;
  // empty without one.
  std::string_view other_code(const CodeSaid& said, std::string_view display) const {
    return value_sets_.listed_names().other_code(said.system, said.code, display);
  }
  // What the code is called first; empty where that is not known. The text lives as long as the
  // value sets, or until the consultation begins again.
  std::string_view display(const CodeSaid& said) const;
  // Whether there is a server, and it is still to be asked: CodeConsultation::is_open().
  bool is_open() const { return consultation_ != nullptr && consultation_->is_open(); }
  bool has_server() const { return consultation_ != nullptr; }

 private:
  bool is_other_version(const CodeSaid& said) const;
  const CodeAnswer* asked(CodeQuestion::About about, const CodeSaid& said,
                          std::string_view value_set = {}) const;

  const ValueSets& value_sets_;
  CodeConsultation* const consultation_;
};

}  // namespace paraneo::terminology

// Who sent what. The same Type/id of two senders are two resources (FHIR R4 2.3: an id is a
// server's).
//
// A base says where a name is valid, with "/" at the end: a server's
// "https://ehr.example.org/fhir/"; "sender:st-mary:/" for what a named sender sent;
// "sender:st-mary:/https://ehr.example.org/fhir/" for what is on a server that only its files tell
// of; empty where nobody says anything. A reference is a base and Type/id.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace paraneo::record {

inline constexpr std::size_t kSenderNameCharsMax = 27;  // an id of 36 characters still fits into 64

// Letters, digits, '-' and '.'.
bool is_sender_name(std::string_view name);
std::string sender_name_rule();  // the same, for a message

// As the configuration says it; Senders::make() holds it to its rules.
struct Sender {
  std::string name;
  std::vector<std::string> servers;  // base URLs; none: it is not known which
  std::vector<std::string> folders;  // what lies below them is the sender's
};

// Immutable after it is made.
class Senders {
 public:
  // Nobody is known by name.
  Senders() = default;
  // All that comes is this one's.
  static Senders of_all(std::string name);
  // An error names a name, a base URL or a folder that is wrong, or two senders'. Looks at the
  // folders.
  static Result<Senders> make(std::vector<Sender> senders);

  bool empty() const { return senders_.empty(); }
  // Whether a sender is called so.
  bool knows(std::string_view name) const;
  // The base for what stands in that file and says nothing of its server. Looks at the file system.
  std::string base_of_file(const std::string& file) const;
  // The base for a server's URL that stands where `from` is the base. `from` where there is no URL.
  std::string resolve(std::string_view from, std::string_view server) const;
  // The base for a source's resources. `source` as source_of() gives it.
  std::string base_of_source(const std::string& source) const;
  // A reference as it can be read elsewhere, where the source is known: Type/id of that source, or
  // with a server's URL.
  std::string written(const std::string& reference, std::string_view source) const;

 private:
  const Sender* find(std::string_view name) const;
  const Sender* with_server(std::string_view server) const;

  std::vector<Sender> senders_;
  bool is_of_all_ = false;
};

// Of a base or a reference: the part that says the sender ("sender:st-mary:/"), and what is behind
// it.
std::string_view sender_part(std::string_view base);
std::string_view without_sender(std::string_view base);
// Where it comes from: a sender's name, or the base URL of a server without "/" at the end; empty
// where neither is known.
std::string source_of_base(std::string_view base);
std::string source_of_reference(std::string_view reference);

}  // namespace paraneo::record

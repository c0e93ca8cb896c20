// Result<T>: a value or an Error. The channel for operations that fail as a whole (a file, a
// socket, a limit). What is wrong inside a user's data goes to diag::Sink instead and does not
// stop the records beside it.
#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace paraneo {

// What kind of failure; src/cli maps each to a documented exit code.
enum class Fault {
  usage,     // the caller asked for something that cannot be done
  data,      // the input is not what it must be
  limit,     // a named limit was reached
  io,        // a file or folder could not be read or written
  network,   // no connection, TLS, time-out
  auth,      // the server does not accept who we are
  server,    // the server answered with an error
  conflict,  // somebody else's version is in the way
  internal,  // our own mistake
};

// What failed, for scripts and logs: a row of error_codes.def each.
enum class ErrorCode : std::uint8_t {
#define X(identifier, name, fault) identifier,
#include "base/error_codes.def"
#undef X
};

// The row of a code. Constant; O(1).
struct ErrorCodeInfo {
  std::string_view name;  // a promise to users' scripts
  Fault fault;
};
constexpr ErrorCodeInfo info(ErrorCode code) {
  constexpr ErrorCodeInfo kAll[] = {
#define X(identifier, name, fault) {name, Fault::fault},
#include "base/error_codes.def"
#undef X
  };
  return kAll[static_cast<std::size_t>(code)];
}

// Why something could not be done, for a person.
struct Error {
  Error() = default;
  explicit Error(ErrorCode its_code, std::string its_what = {}, std::string its_where = {},
                 std::string its_advice = {})
      : code(its_code), fault(info(its_code).fault), what(std::move(its_what)),
        where(std::move(its_where)), advice(std::move(its_advice)) {}

  ErrorCode code = ErrorCode::internal;
  Fault fault = Fault::internal;  // the code's
  std::string what;               // what is wrong, one sentence without a full stop
  std::string where;              // file:line:column, URL or JSON pointer; may be empty
  std::string advice;             // what to do; may be empty
};

[[noreturn]] inline void throw_exception_from_error(const Error& e, const boost::source_location&) {
  throw std::logic_error("unchecked error: " + e.what);
}

template <class T>
using Result = boost::system::result<T, Error>;

// `what` is one sentence without a full stop, `where` a file, URL or option, `advice` what to do;
// none of them holds patient data.
inline Error fail(ErrorCode code, std::string what, std::string where = {},
                  std::string advice = {}) {
  return Error{code, std::move(what), std::move(where), std::move(advice)};
}

}  // namespace paraneo

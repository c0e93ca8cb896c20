// Result<T>: a value or an Error. The channel for operations that fail as a whole (a file, a
// socket, a limit). What is wrong inside a user's data goes to diag::Sink instead and does not
// stop the records beside it.
#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
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

// Why something could not be done, for a person.
struct Error {
  Fault fault = Fault::internal;
  std::string what;    // what is wrong, one sentence without a full stop
  std::string where;   // file:line:column, URL or JSON pointer; may be empty
  std::string advice;  // what to do; may be empty
};

[[noreturn]] inline void throw_exception_from_error(const Error& e, const boost::source_location&) {
  throw std::logic_error("unchecked error: " + e.what);
}

template <class T>
using Result = boost::system::result<T, Error>;

inline Error fail(Fault fault, std::string what, std::string where = {}, std::string advice = {}) {
  return Error{fault, std::move(what), std::move(where), std::move(advice)};
}

}  // namespace paraneo

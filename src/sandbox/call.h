// Private to the sandbox: one interaction that somebody asks for.
#pragma once

#include <string>
#include <string_view>

#include "json/value.h"

namespace paraneo::sandbox {

// One interaction, from a request or from an entry of a Bundle.
struct Call {
  std::string method;
  std::string type;  // empty: the whole system
  std::string id;
  std::string operation;  // "_history", "_search", "$everything", "metadata"
  std::string version;    // of _history; without an operation: the id kept for a new resource
  std::string query;
  const json::Value* resource = nullptr;
  std::string if_match;
  std::string if_none_match;
  std::string if_none_exist;
};

// `relative`: the target below the endpoint, with its query. What is no URL of the API has the
// operation "?".
Call parse_call(std::string method, std::string_view relative);

}  // namespace paraneo::sandbox

// Which part of an answer is about which entry. A server answers in the order of the entries (R4
// 3.1.0.11); where the parts name resources, they are believed rather than their order.
#pragma once

#include <string>
#include <vector>

#include "rest/write_request.h"

namespace paraneo::sync {

enum class AnswerOrder {
  sound,      // each is about its entry
  mixed_up,   // nobody can say which is about which
  elsewhere,  // one is about a resource that nobody wrote to: the server gave it an id of its own
};

// Puts the answers into the order of the entries. `targets`: the Type/id of each entry, empty where
// the server chooses the id; as many as there are answers.
AnswerOrder put_in_order(const std::vector<std::string>& targets,
                         std::vector<rest::EntryAnswer>& answers);

}  // namespace paraneo::sync

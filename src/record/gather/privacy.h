// What a record keeps of who a person is to the outside.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "record/gather/account.h"
#include "record/gather/pseudonyms.h"
#include "record/gather/written_list.h"

namespace paraneo::record {

// Said once for a run. May be shared by threads.
struct Privacy {
  enum class BirthDate : std::uint8_t { day, month, year };
  Pseudonyms pseudonyms;
  std::optional<std::set<std::string>> identifier_systems;  // those that stay; none: all but those
                                                            // on the written list
  BirthDate birth_date = BirthDate::day;                    // how much of it stays
};

// Takes identifiers out of a resource, and shortens a Patient's birth date. What goes is counted,
// and lost to the account (null: nobody asks), as are values in whose place a pseudonym stands
// already. Identifiers of ours stay.
void leave_out_identity(const definition::Definitions& definitions, const WrittenList& list,
                        const Privacy& privacy, const Account::Place& place,
                        element::Element& resource, Account* account, LeftOut& left_out);

}  // namespace paraneo::record

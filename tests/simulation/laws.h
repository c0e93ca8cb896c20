// What must be so when the faults stop, and the seeds that it is tried with. PARANEO_RUNS: how many
// seeds; PARANEO_SEED: just this one, to see a failure again; PARANEO_TRACE: every request and
// answer on standard error.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "network.h"
#include "store/ledger.h"

namespace paraneo::simulation {

// Some facts of some records. Not refused by the server: those of records that somebody else
// edited, because which of the two it finds first is its own business; nor what goes in parts,
// because which of them have gone by then depends on what it has refused before.
void change(Records& records, const std::set<std::string>& edited, bool in_parts, Dice& dice);
// The same, without anything that is refused.
void change_well(Records& records, Dice& dice);

// What the ledger says of its records, in words.
std::string states(store::Ledger& ledger);

// Each of these is empty, or says what is wrong.
// Whatever a reading of the source looked like: who never left it is not retracted.
std::string retracted_alive(const FakeServer& server, const Records& records,
                            const std::set<std::string>& erased);
// The server says what the source says, no copy of ours was taken for somebody else's, and nothing
// was written twice.
std::string end_differs(const FakeServer& server, store::Ledger& ledger, const Records& records);

// Runs so many seeds, unless the environment says otherwise; the run adds up its faults.
using Seed = std::function<std::string(std::uint64_t seed, Faults& faults)>;
Faults run_seeds(const Seed& run, std::uint64_t runs);
void add(Faults& all, const Faults& some);
// A fault that never happens tries nothing. Says nothing of less than all seeds.
void each_happened(const std::vector<std::string>& kinds, const Faults& faults);

}  // namespace paraneo::simulation

// Options of an import that say whose what comes is, and what of who a person is stays in the
// records.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/verb.h"
#include "record/gather/chart.h"

namespace paraneo::cli {

// As they were given; apply() says what is wrong with them.
struct SourceFlags {
  std::string source;                    // name of the one sender
  std::vector<record::Sender> senders;   // of the configuration, where there is no such name
  std::string crosswalk_path;            // CSV
  std::vector<std::string> identifiers;  // systems; empty: nobody said it
  std::string birth_date = "day";
  std::string key_path;  // of the pseudonyms
};

// The session must outlive the verb.
void add_source_options(CLI::App& verb, Session& session, SourceFlags& flags);

// What the flags say, into the options of the charts. Reads the files. An error says what is wrong,
// and where; a crosswalk's rows are named on standard error before.
Result<void> apply(const SourceFlags& flags, const Limits& limits, record::ChartOptions& options);

// The rows of a crosswalk: a heading (person, source, and id, or system and value), one patient a
// row. Rows that say nothing or contradict each other are named on standard error, and the whole is
// refused: half a crosswalk would tear a person apart. `source`: the name of the run's only sender;
// empty: there is none.
Result<record::Crosswalk> read_crosswalk(const std::string& path, const record::Senders& senders,
                                         const std::string& source, const Limits& limits);

}  // namespace paraneo::cli

// Foreign FHIR, sorted by patient: whose a resource is, and which of its versions counts, decided
// before a map sees anything (FHIR R4: references 2.3, Bundle.entry.fullUrl 2.36,
// history 3.1.0.11).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "diag/diagnostic.h"
#include "record/gather/account.h"
#include "record/gather/entry_names.h"
#include "record/gather/persons.h"
#include "record/gather/privacy.h"
#include "record/gather/senders.h"
#include "record/gather/written_list.h"

namespace paraneo::record {

// All of one patient, or of the patients who are one person by a crosswalk. The entries are those
// of the Charts, which must outlive it.
struct Chart {
  std::string patient;                       // reference, or a person's
  std::string record_id;                     // for a Patient whose record nobody has named yet
  std::vector<const ChartEntry*> entries;    // in one order, whatever order they came in
  std::vector<const ChartEntry*> context;    // what they refer to and what is nobody's: Medication,
                                             // Specimen
  std::vector<const ChartEntry*> deletions;  // of what the record that it is merged into may hold
  // Patients whom this one has replaced, or who are this person: reference, and the id that their
  // record had.
  struct Replaced {
    std::string patient;
    std::string record_id;   // empty: it has none of its own any more
    bool is_by_row = false;  // a crosswalk names it by its id, and will do so again
  };
  std::vector<Replaced> replaced;
  bool is_person = false;  // facts of several sources, which may have the same ids
};

// Whose resources these are, and what of them is taken.
struct ChartOptions {
  Senders senders;         // for the ids of records, too
  std::string name_space;  // of the records, as parse_namespace() gives it
  Privacy privacy;
  Crosswalk crosswalk;                            // with the sender's ids
  const WrittenList* written_list = nullptr;      // must outlive the charts; null: everything is a
                                                  // finding
  bool accounts = false;                          // whether Charts::rest() is asked for
  std::int64_t now_ms = system_clock().now_ms();  // one for the whole run (version.h)
};

// Not thread-safe until it is settled; then it may be read by many.
class Charts {
 public:
  // The entries (intake.h), whose bases and pseudonyms are settled, and what each of them says of
  // others. The options must outlive it; the crosswalk's ids are hashed where the others are.
  Charts(const Limits& limits, const ChartOptions& options, std::deque<ChartEntry> entries,
         std::deque<EntryLinks> links)
      : limits_(limits), options_(options), persons_(options_.crosswalk),
        entries_(std::move(entries)), links_(std::move(links)), names_(options_.senders) {}
  Charts(const Charts&) = delete;
  Charts& operator=(const Charts&) = delete;
  const ChartOptions& options() const { return options_; }

  // Call it once. Superseded and deleted versions, resources that belong to
  // no patient, and contradictions are reported with their places.
  void settle(diag::Sink& sink);
  const std::vector<Chart>& charts() const { return charts_; }
  // Resources whose newest version is that they were deleted.
  const std::vector<const ChartEntry*>& deletions() const { return deletions_; }
  // Facts whose newest version is of no patient.
  const std::vector<const ChartEntry*>& of_nobody() const { return of_nobody_; }
  // Gives a deletion, or what is not that record's any more, to the chart of a record, which may
  // have no other entry. After settle().
  void add_deletion(const std::string& record_id, const ChartEntry& deletion);
  // A record says that this chart's patient was replaced by its own, in a former delta: the chart
  // becomes a part of the survivor's, which may be new. After settle(), before any record is made.
  void replace_patient(const std::string& record_id, const std::string& survivor,
                       const std::string& survivors_record_id);
  // Charts of persons for whom nothing came, not in former charts either, where a record of one of
  // their patients is there, by its id.
  void add_persons(const std::set<std::string>& came_before,
                   const std::function<bool(const std::string& record_id)>& is_there);
  // Names a patient whom the chart's has replaced, too.
  void add_replaced(const std::string& record_id, const std::string& patient);
  // Takes out charts that nothing came for.
  void erase(const std::function<bool(const Chart&)>& is_idle);
  // Where the chart's facts come from; one is empty where nobody knows it of some.
  std::set<std::string> sources_of(const Chart& chart) const;
  // Which of a person's patients says who the person is: the one with the lowest number.
  static constexpr std::size_t kNoRank = static_cast<std::size_t>(-1);  // of a Patient that no
                                                                        // crosswalk names
  std::size_t rank_of(const std::string& reference) const;
  // Whole resources that belong to no patient and are on the written list.
  const LeftOut& left_out() const { return left_out_; }
  // What became of the resources that are part of no chart; empty where nobody asked.
  const Account& rest() const { return rest_; }

  // What a reference that stands in `from` means: reference() of an entry where there is one; of a
  // Patient that was replaced, that of the one who remains.
  std::string target_of(const ChartEntry& from, std::string_view reference) const;
  // The entry of that name that counts; null when there is none.
  const ChartEntry* find(const std::string& reference) const;
  // Whose the entry is; empty: nobody's.
  std::string patient_of(const ChartEntry& entry) const;

 private:
  std::string record_id_of(const std::string& patient) const;
  void take_persons(diag::Sink& sink);
  std::vector<Chart::Replaced> patients_of(std::string_view person) const;
  void find_patients(diag::Sink& sink);
  void find_replaced();
  std::string subject_of(std::size_t entry, std::string& doubt) const;
  void refuse(std::size_t entry, const char* why, diag::Sink& sink);
  void lend_patients(diag::Sink& sink);
  std::string surviving(std::string patient) const;
  void leave_out_replaced(std::vector<std::size_t>& indexes, diag::Sink& sink) const;
  void sort(std::vector<const ChartEntry*>& entries) const;
  void sort_out(diag::Sink& sink);
  void account(const ChartEntry& entry, Outcome outcome, diag::Code reason) const;
  void report_unused(const std::set<std::size_t>& context, diag::Sink& sink);

  const Limits limits_;
  const ChartOptions& options_;
  Persons persons_;
  std::deque<ChartEntry> entries_;
  std::deque<EntryLinks> links_;         // of each entry
  std::vector<std::string> references_;  // of each entry: what it is called
  std::vector<bool> counts_;             // of each entry: not superseded
  EntryNames names_;
  std::map<std::string, std::string> replaced_by_;
  std::set<std::string> ambiguous_;    // references of Patients that are two persons
  std::vector<std::string> patients_;  // of each entry
  std::vector<Chart> charts_;
  std::vector<const ChartEntry*> deletions_;
  std::vector<const ChartEntry*> of_nobody_;
  std::unordered_map<std::string, std::size_t> charts_of_records_;  // by record id; made for the
                                                                    // first deletion
  LeftOut left_out_;
  mutable Account rest_;  // what a chart leaves out is noted where that is found
};

}  // namespace paraneo::record

// A drug by reference is the drug's code, and not the name of its resource: Medications go into the
// facts that name them.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "record/gather/bundle_of_chart.h"
#include "record/gather/taken_parts.h"

namespace paraneo::record {

// Of one chart. All that it is given must outlive it; `account`: null where nobody asks. Not
// thread-safe.
class Medications {
 public:
  // Counts an element that is on the written list; false when it is not.
  using LeaveOut = std::function<bool(const ChartBundle::Part&, const element::Element&)>;

  Medications(const Charts& charts, const definition::Definitions& definitions, ChartBundle& made,
              Account* account, Arena& arena, LeaveOut leave_out)
      : charts_(charts), definitions_(definitions), made_(made), account_(account), arena_(arena),
        leave_out_(std::move(leave_out)), taken_(made) {}

  // One that came as a resource, as it was read.
  void add(const ChartEntry& entry, const element::Element& original);
  // The code of the Medication in the place of a reference to it, in the input or contained in the
  // fact. One that says what is in the drug stays, or comes to be, contained in the fact, under the
  // maps' name.
  void follow(const ChartBundle::Part& part);
  // Names what no fact took of those that came as resources (ChartBundle::context_losses).
  void finish();

 private:
  // That came as a resource.
  struct Known {
    const ChartEntry* entry = nullptr;
    const element::Element* original = nullptr;
    TakenParts::Source source() const { return {entry, original}; }
  };

  const Known* came(const ChartBundle::Part& part, std::string_view reference) const;
  const element::Element* find(const ChartBundle::Part& part, std::string_view reference) const;
  const element::Element* contained(const element::Element& resource, std::string_view id) const;
  void contain(const Known& medication, element::Element& resource, std::uint32_t offset);
  bool says_what_is_in_it(const element::Element& medication) const;
  bool says_only_its_code(const element::Element& medication) const;

  const Charts& charts_;
  const definition::Definitions& definitions_;
  ChartBundle& made_;
  Account* account_;
  Arena& arena_;
  LeaveOut leave_out_;
  std::map<std::string, Known> came_;  // by reference
  TakenParts taken_;
};

}  // namespace paraneo::record

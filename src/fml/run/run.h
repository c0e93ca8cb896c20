// Runs a compiled map over one record. A mistake in the data goes to the sink and costs only the
// value it stands in; the rest of the record goes on.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/budget.h"
#include "fml/compile/program.h"

namespace paraneo::fml {

// Sees what a run does. Costs nothing when there is none.
class Observer {
 public:
  virtual ~Observer() = default;
  // Without it, a run is as fast as one that nobody sees, and tells only of unmapped().
  virtual bool follows_rules() const { return true; }
  virtual void began(const element::Element& /*source*/) {}
  // The sources of a rule have values, in their slots of the frame: it runs now.
  virtual void fired(const RuleCode& /*rule*/, std::span<const fhirpath::Collection> /*frame*/) {}
  virtual void done(const RuleCode& /*rule*/) {}
  // All items that the sources of the rule have were seen; fired() or not.
  virtual void ended(const RuleCode& /*rule*/) {}
  // A variable of a target without an element has its value, in its slot of the frame.
  virtual void assigned(const TargetCode& /*target*/,
                        std::span<const fhirpath::Collection> /*frame*/) {}
  // A rule wrote `target`; `source` is the item of its first source.
  virtual void written(const element::Element& /*target*/, const fhirpath::Item& /*source*/,
                       const RuleCode& /*rule*/) {}
  // A code that its concept map does not know. The source element may be null.
  virtual void unmapped(const terminology::ConceptMap& map, const terminology::Code& code,
                        const element::Element* source) = 0;
};

// What one run works with. All of it outlives the run.
struct RunEnvironment {
  Arena& arena;
  const Limits& limits;
  diag::Sink& sink;
  std::string_view uuid_seed;   // uuid() is derived from it, the rule and a counter
  std::optional<DateTime> now;  // without it, now() in a map is an error
  Observer* observer = nullptr;
  const Clock* clock = nullptr;  // without it, time has no limit
};

// Runs the program's entry group: `source` is every source parameter, `targets` the target
// parameters in their order. The targets are written to; the source is not changed. Thread-safe
// for different environments. False when an error was reported.
bool run(const Program& program, const fhirpath::Engine& engine, const element::Element& source,
         std::span<element::Element* const> targets, const RunEnvironment& environment);

}  // namespace paraneo::fml

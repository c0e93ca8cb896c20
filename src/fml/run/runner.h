// One run of a program. Internal to this folder.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "base/uuid.h"
#include "fhirpath/memo.h"
#include "fml/run/list_order.h"
#include "fml/run/target.h"

namespace paraneo::fml {

class Runner {
 public:
  Runner(const Program& program, const fhirpath::Engine& engine, const element::Element& source,
         const RunEnvironment& environment)
      : program(program), engine(engine), environment(environment), meter(environment),
        writer(program, engine, environment, meter), memo_(source),
        expressions_{environment.arena, environment.limits, environment.now, nullptr, nullptr, {}} {
    expressions_.budget = &meter.budget();
    expressions_.memo = &memo_;
  }

  // Runs a group; what goes wrong is in the environment's sink.
  void group(std::uint32_t index, std::span<const fhirpath::Collection> arguments);
  // After the entry group: what must wait until all lists are complete.
  void finish() { order_.finish(); }

  // For transforms.
  fhirpath::Collection evaluate(const ExpressionCode& code, const fhirpath::Collection& input,
                                Frame frame, const Span& span);
  fhirpath::Collection value(const OperandCode& operand, Frame frame, const Span& span);
  // The operand as a string; an empty one when there is none.
  fhirpath::Item text_item(const OperandCode& operand, Frame frame, const Span& span);
  std::string_view text(const OperandCode& operand, Frame frame, const Span& span) {
    return text_item(operand, frame, span).string();
  }
  void complain(diag::Code code, std::string message, const Span& span);
  // Derived from the seed and the rule: a rule that fires more often leaves the others' ids alone.
  std::string_view next_uuid(const TargetCode& code);

  const Program& program;
  const fhirpath::Engine& engine;
  const RunEnvironment& environment;
  StepMeter meter;
  TargetWriter writer;
  // What translate() finds, kept for the memory.
  struct {
    std::vector<terminology::Code> codes;
    std::vector<const terminology::Code*> answers, all;
  } found;

 private:
  class Level;
  template <class Argument>
  void enter(const GroupCode& code, std::size_t arguments, const Argument& argument);
  void steps(const Step* at, const Step* end, Frame frame);
  const Step* source(const Step& step, Frame frame);
  const Step* copy(const Step& step, Frame frame);
  void each_item(const Step& step, Frame frame);
  void target(const Step& step, Frame frame);
  void variable(const Step& step, Frame frame);
  element::Element* literal(const Step& step, element::Element& parent);
  element::Element* item_target(const Step& step, element::Element& parent, Frame frame);
  element::Element* made_in(const Step& step, element::Element& parent, Frame frame);
  element::Element* all_written(const Step& step, element::Element& parent, Frame frame);
  bool takes_several(const element::Element& parent, const ResolvedElement& resolved) const;
  void finished(const RuleCode& rule, const TargetCode& code, element::Element& element,
                Frame frame);
  fhirpath::Collection elements(const ResolvedElement& resolved,
                                const fhirpath::Collection& contexts);
  fhirpath::Collection items(const SourceCode& source, Frame frame);
  fhirpath::Collection filtered(const SourceCode& source, const fhirpath::Collection& all,
                                Frame frame);
  bool holds(const ExpressionCode& code, const fhirpath::Collection& input, Frame frame,
             const Span& span);
  const fhirpath::Environment& expressions(const ExpressionCode& code, Frame frame);
  void complain(const Error& error, const Span& span);
  bool passes(const SourceCode& source, const fhirpath::Item& item, Frame frame);
  bool default_group(const RuleCode& rule, const TargetCode& code, element::Element& parent,
                     Frame frame);
  element::Element* new_element(const TargetCode& code, element::Element& parent);
  void call(const CallCode& call, Frame frame);
  const fhirpath::Item* context_item(const RuleCode& rule, Frame frame) const;

  Arena scratch_;        // variables of the groups that are open, used again and again
  fhirpath::Memo memo_;  // the source is not changed while it runs
  fhirpath::Environment expressions_;
  std::map<std::pair<const element::Element*, std::uint32_t>, element::Element*> shared_;
  const bool is_observed_ =
      environment.observer != nullptr && environment.observer->follows_rules();
  const bool has_default_groups_ =
      !program.type_groups.empty() || !program.source_type_groups.empty();
  void put_in_order(const RuleCode& rule, const TargetCode& code, element::Element& item);
  ListOrder order_;
  std::uint32_t depth_ = 0;
  std::uint32_t levels_ = 0;  // sources with several items that are open
  std::optional<UuidSeries> uuids_;
  std::vector<std::uint32_t> uuid_counts_;  // by TargetCode::uuid
};

}  // namespace paraneo::fml

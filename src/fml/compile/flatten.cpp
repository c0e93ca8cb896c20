// The rules of a group as its flat program. Entry point: flatten().
#include "fml/compile/program.h"

namespace paraneo::fml {
namespace {

class Flattener {
 public:
  explicit Flattener(bool observed) : observed_(observed) {}

  void rules(const std::vector<RuleCode>& all) {
    for (const auto& rule : all) add(rule);
  }
  std::vector<Step> take() { return std::move(steps_); }

 private:
  void add(const RuleCode& rule) {
    const auto first = steps_.size();
    for (const auto& source : rule.sources) add(rule, source);
    const auto body = steps_.size();
    if (observed_) step(rule, Step::Kind::fired);
    for (const auto& target : rule.targets) add(rule, target);
    rules(rule.rules);
    for (const auto& call : rule.calls) step(rule, Step::Kind::call).call = &call;
    if (observed_) step(rule, Step::Kind::done);
    for (auto at = first; at < body; ++at)
      steps_[at].more = static_cast<std::uint32_t>(steps_.size() - at - 1);
    if (body == first + 1 && steps_.size() == body + 1 && is_copy(steps_[first], steps_[body]))
      steps_[first].kind = Step::Kind::copy;
    if (observed_) step(rule, Step::Kind::ended);
  }

  // Whether the source's item goes to the target and nowhere else.
  static bool is_copy(const Step& source, const Step& target) {
    return source.manner == Manner::plain && source.place.name != 0 &&
           target.kind == Step::Kind::item && target.slot == kNone && target.more == source.slot &&
           target.context != source.slot;
  }

  void add(const RuleCode& rule, const SourceCode& code) {
    auto& made = step(rule, Step::Kind::source);
    made.source = &code;
    made.manner = code.manner;
    made.context = code.context;
    made.slot = code.slot;
    made.place = code.place;
    if (made.place.def == nullptr)
      made.place.owner = 0;  // no context has that type: it gets a closer look
  }

  void add(const RuleCode& rule, const TargetCode& code) {
    auto& made = step(rule, kind_of(code));
    made.target = &code;
    made.way = code.way;
    made.manner = code.manner();
    made.context = code.context;
    made.slot = code.slot;
    if (code.way == Way::item || code.way == Way::cast) made.more = code.operands[0].slot;
    if (code.way == Way::element) made.more = code.type;
    made.place = code.place;
    if (observed_ && code.way == Way::variable && code.slot != kNone)
      step(rule, Step::Kind::assigned).target = &code;
  }

  Step::Kind kind_of(const TargetCode& code) const {
    using Kind = Step::Kind;
    const auto manner = code.manner();
    if (observed_ || manner == Manner::ordered) return Kind::target;
    switch (code.way) {
      case Way::literal: return Kind::literal;
      case Way::item:
      case Way::cast: return Kind::item;
      case Way::element: return manner == Manner::plain ? Kind::child : Kind::target;
      case Way::type: return Kind::type;
      case Way::values: return Kind::value;
      case Way::variable: return Kind::variable;
    }
    return Kind::target;
  }

  Step& step(const RuleCode& rule, Step::Kind kind) {
    auto& made = steps_.emplace_back();
    made.kind = kind;
    made.rule = &rule;
    return made;
  }

  const bool observed_;
  std::vector<Step> steps_;
};

}  // namespace

std::vector<Step> flatten(const std::vector<RuleCode>& rules, bool observed) {
  Flattener flattener(observed);
  flattener.rules(rules);
  return flattener.take();
}

}  // namespace paraneo::fml

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
    return source.fast_path == FastPath::plain && source.resolved.name != 0 &&
           target.kind == Step::Kind::item && target.slot == kNone && target.more == source.slot &&
           target.context != source.slot;
  }

  void add(const RuleCode& rule, const SourceCode& code) {
    auto& made = step(rule, Step::Kind::source);
    made.source = &code;
    made.fast_path = code.fast_path;
    made.context = code.context;
    made.slot = code.slot;
    made.resolved = code.resolved;
    if (made.resolved.def == nullptr)
      made.resolved.owner = 0;  // no context has that type: it gets a closer look
  }

  void add(const RuleCode& rule, const TargetCode& code) {
    auto& made = step(rule, kind_of(code));
    made.target = &code;
    made.value_kind = code.value_kind;
    made.fast_path = code.fast_path();
    made.context = code.context;
    made.slot = code.slot;
    if (code.value_kind == ValueKind::item || code.value_kind == ValueKind::cast)
      made.more = code.operands[0].slot;
    if (code.value_kind == ValueKind::element) made.more = code.type;
    made.resolved = code.resolved;
    if (observed_ && code.value_kind == ValueKind::variable && code.slot != kNone)
      step(rule, Step::Kind::assigned).target = &code;
  }

  Step::Kind kind_of(const TargetCode& code) const {
    using Kind = Step::Kind;
    const auto fast_path = code.fast_path();
    if (observed_ || fast_path == FastPath::ordered) return Kind::target;
    switch (code.value_kind) {
      case ValueKind::literal: return Kind::literal;
      case ValueKind::item:
      case ValueKind::cast: return Kind::item;
      case ValueKind::element: return fast_path == FastPath::plain ? Kind::child : Kind::target;
      case ValueKind::type: return Kind::type;
      case ValueKind::values: return Kind::value;
      case ValueKind::variable: return Kind::variable;
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

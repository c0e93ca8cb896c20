#include "fhirpath/parts.h"

#include <algorithm>
#include <array>

namespace paraneo::fhirpath {
namespace {

// Their arguments are evaluated for each item of their input, which is $this there.
constexpr std::array<std::string_view, 4> kForEachItem = {"where", "select", "exists", "all"};
// Their result depends on their input and arguments alone: no clock, no log, no terminology.
constexpr std::array<std::string_view, 24> kOfTheirInput = {
    "count",      "distinct", "isDistinct",  "first",     "last",    "tail",
    "not",        "union",    "combine",     "intersect", "exclude", "subsetOf",
    "supersetOf", "children", "descendants", "ofType",    "skip",    "take",
    "startsWith", "endsWith", "contains",    "substring", "split",   "hasValue"};

template <std::size_t kCount>
bool is_among(const std::array<std::string_view, kCount>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Marker {
 public:
  explicit Marker(Program& program)
      : program_(program), closed_(program.nodes.size()), within_(program.nodes.size()) {}

  void run() {
    // Operands stand before what they belong to.
    for (std::uint32_t i = 0; i < program_.nodes.size(); ++i) {
      closed_[i] = program_.nodes[i].is_closed = is_closed(program_.nodes[i], false);
      within_[i] = is_closed(program_.nodes[i], true);
    }
    mark(program_.root, {});
  }

 private:
  const Node& node(std::uint32_t index) const { return program_.nodes[index]; }

  // `has_item`: whether $this is an item of what is inside of the part.
  bool is_closed(const Node& each, bool has_item) const {
    const auto& known = has_item ? within_ : closed_;
    const auto operand = [&](std::uint32_t i) { return known[program_.operand(each, i)]; };
    const auto all = [&] {
      for (std::uint32_t i = 0; i < each.operand_count; ++i)
        if (!operand(i)) return false;
      return true;
    };
    switch (each.op) {
      case Op::constant:
      case Op::texts:
      case Op::empty:
      case Op::variable: return true;
      case Op::focus:
      case Op::this_item:
      case Op::root_member: return has_item;
      case Op::member:
      case Op::any:
      case Op::none:
      case Op::indexer:
      case Op::negate:
      case Op::binary:
      case Op::is_type:
      case Op::as_type: return all();
      case Op::call: {
        if (is_among(kOfTheirInput, each.function->name)) return all();
        if (!is_among(kForEachItem, each.function->name) || !operand(0)) return false;
        for (std::uint32_t i = 1; i < each.operand_count; ++i)
          if (!within_[program_.operand(each, i)]) return false;
        return true;
      }
      default: return false;
    }
  }

  // A part inside of a part is one of its own where it needs fewer variables: one that has another
  // value each time does not keep the rest from being remembered.
  void mark(std::uint32_t index, Part around) {
    auto& each = program_.nodes[index];
    if (closed_[index] && is_worthwhile(each)) {
      Part part;
      collect(index, part);
      if (!part.variables.empty() && part.variables.size() <= kPartVariablesMax &&
          part.variables.size() != around.variables.size()) {
        each.part = static_cast<std::uint32_t>(program_.parts.size());
        program_.parts.push_back(part);
        around = std::move(part);
      }
    }
    for (std::uint32_t i = 0; i < each.operand_count; ++i)
      mark(program_.operand(program_.nodes[index], i), around);
  }

  bool is_worthwhile(const Node& each) const {
    return each.op != Op::constant && each.op != Op::texts && each.op != Op::empty &&
           (each.op != Op::variable || is_searched(each));
  }

  // A variable is where it is; as what is searched for an item, its index is worth to be kept.
  bool is_searched(const Node& each) const {
    return std::any_of(program_.nodes.begin(), program_.nodes.end(), [&](const Node& parent) {
      if (parent.op != Op::binary) return false;
      if (parent.binary == Binary::contains) return &node(program_.operand(parent, 0)) == &each;
      return parent.binary == Binary::in && &node(program_.operand(parent, 1)) == &each;
    });
  }

  void collect(std::uint32_t index, Part& part) const {
    const auto& each = node(index);
    if (each.op == Op::variable &&
        std::find(part.variables.begin(), part.variables.end(), each.slot) == part.variables.end())
      part.variables.push_back(each.slot);
    for (std::uint32_t i = 0; i < each.operand_count; ++i) collect(program_.operand(each, i), part);
  }

  Program& program_;
  std::vector<bool> closed_;  // depends on variables alone
  std::vector<bool> within_;  // and on $this
};

}  // namespace

void mark_parts(Program& program) { Marker(program).run(); }

}  // namespace paraneo::fhirpath

#include "record/unit_codes.h"

#include "element/path.h"
#include "record/identity.h"
#include "terminology/ucum.h"

namespace paraneo::record {
namespace {

using terminology::Unit;

bool has_arbitrary(const Unit& unit) { return unit.arbitrary[0].atom != 0; }

// Codes that cannot be told apart, or are printed for each other, are no contradiction.
bool may_be_one(std::string_view printed, std::string_view code) {
  if (printed == code) return true;
  const auto a = terminology::parse_unit(printed);
  const auto b = terminology::parse_unit(code);
  if (!a || !b || has_arbitrary(*a) || has_arbitrary(*b)) return true;
  return terminology::compare(Decimal(1), *a, Decimal(1), *b) == std::strong_ordering::equal;
}

class UnitCodes {
 public:
  UnitCodes(const RecordMaps& maps, const Source* source, diag::Sink& sink,
            std::vector<validate::Finding>& findings)
      : definitions_(maps.definitions()), units_(maps.knowledge().library().concept_maps().find(
                                              std::string(kBase) + "/ConceptMap/units")),
        source_(source), sink_(sink), findings_(findings) {}

  void check_facts(const element::Element& record) {
    if (units_ == nullptr) return;
    for (const auto* fact = record.first; fact != nullptr; fact = fact->next) {
      is_imported_ = fact->child(origin_) != nullptr;
      check(*fact);
    }
  }

 private:
  // Depth is bounded by the JSON reader.
  void check(const element::Element& element) {
    for (const auto* child = element.first; child != nullptr; child = child->next) {
      if (child->name == unit_code_) compare(element, unit_, *child);
      else if (child->name == per_unit_code_) compare(element, per_unit_, *child);
      else if (child->first != nullptr) check(*child);
    }
  }

  void compare(const element::Element& parent, definition::Symbol name,
               const element::Element& code) {
    const auto* unit = parent.child(name);
    if (unit == nullptr || !unit->has_value) return;
    const auto* known = units_->only_translation(unit->value());
    const auto printed = known != nullptr                   ? known->code
                         : units_->keeps({}, unit->value()) ? unit->value()
                                                            : std::string_view();
    if (printed.empty() || may_be_one(printed, code.value())) return;
    const auto severity = is_imported_ ? diag::Severity::warning : diag::Severity::error;
    findings_.push_back({&code, severity});
    sink_.report({diag::Code::validate_invariant,
                  severity,
                  "the code is of another unit than the one that is printed beside it (unit-code)",
                  {source_, code.offset, code.offset + 1},
                  pointer_of(definitions_, code),
                  is_imported_ ? "ask the sender which of the two is meant"
                               : "leave the code out: the printed unit has one"});
  }

  const definition::Definitions& definitions_;
  const terminology::ConceptMap* units_;
  const Source* source_;
  diag::Sink& sink_;
  std::vector<validate::Finding>& findings_;
  bool is_imported_ = false;
  definition::Symbol origin_ = definitions_.find_symbol("origin");
  definition::Symbol unit_ = definitions_.find_symbol("unit");
  definition::Symbol unit_code_ = definitions_.find_symbol("unitCode");
  definition::Symbol per_unit_ = definitions_.find_symbol("perUnit");
  definition::Symbol per_unit_code_ = definitions_.find_symbol("perUnitCode");
};

}  // namespace

void check_unit_codes(const RecordMaps& maps, const element::Element& record, const Source* source,
                      diag::Sink& sink, std::vector<validate::Finding>& findings) {
  UnitCodes(maps, source, sink, findings).check_facts(record);
}

}  // namespace paraneo::record

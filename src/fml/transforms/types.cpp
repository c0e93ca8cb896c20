// Transforms that make data types: create, cc, c, qty, id, cp.
#include <cctype>

#include "fml/transforms/transforms.h"

namespace paraneo::fml {
namespace {

std::string_view contact_system(std::string_view value) {
  const auto scheme = value.substr(0, value.find(':'));
  if (scheme == "mailto") return "email";
  if (scheme == "tel") return "phone";
  if (scheme == "http" || scheme == "https" || value.starts_with("www.")) return "url";
  if (value.find('@') != std::string_view::npos) return value.find(' ') == std::string_view::npos ? "email" : "";
  const auto is_number = value.find_first_not_of("+0123456789 ()-./") == std::string_view::npos &&
                         value.find_first_of("0123456789") != std::string_view::npos;
  return is_number ? "phone" : "";
}

class Maker {
 public:
  Maker(Runner& runner, const TargetCode& code, Frame frame, fhir::Element* parent)
      : runner_(runner), code_(code), frame_(frame), parent_(parent), types_(runner.program.data_types) {}

  fhir::Element* make() {
    switch (code_.transform) {
      case Transform::cc: return filled(types_.codeable_concept, &Maker::fill_codeable_concept);
      case Transform::c: return filled(types_.coding, &Maker::fill_coding);
      case Transform::qty: return filled(types_.quantity, &Maker::fill_quantity);
      case Transform::id: return filled(types_.identifier, &Maker::fill_identifier);
      case Transform::cp: return filled(types_.contact_point, &Maker::fill_contact_point);
      default: return code_.type == 0 ? nullptr : runner_.writer.detached(code_.type);
    }
  }

 private:
  fhir::Element* filled(fhir::TypeId type, void (Maker::*fill)(fhir::Element&)) {
    auto& writer = runner_.writer;
    auto* made = parent_ == nullptr ? writer.detached(type) : writer.fresh(*parent_, code_.place, type, code_.span);
    if (made != nullptr) (this->*fill)(*made);
    return made;
  }

  std::size_t count() const { return code_.operands.size(); }
  std::string_view text(std::size_t i) { return runner_.text(code_.operands[i], frame_, code_.span); }
  void set(fhir::Element& to, const Place& place, const Item& string) {
    if (!string.string().empty()) runner_.writer.write(to, place, string, code_.span);
  }
  void set(fhir::Element& to, const Place& place, std::string_view value) { set(to, place, Item::of_string(value)); }
  // The operand, if there is one.
  void set(fhir::Element& to, const Place& place, std::size_t i) {
    if (i >= count()) return;
    const auto& operand = code_.operands[i];
    if (operand.checked != nullptr) runner_.writer.write_checked(to, place, *operand.checked, code_.span);
    else set(to, place, runner_.text_item(operand, frame_, code_.span));
  }

  // c(system, code, display?)
  void fill_coding(fhir::Element& coding) {
    set(coding, types_.coding_system, std::size_t{0});
    set(coding, types_.coding_code, 1);
    set(coding, types_.coding_display, 2);
  }

  // cc(text) or cc(system, code, display?)
  void fill_codeable_concept(fhir::Element& to) {
    if (count() == 1) set(to, types_.concept_text, std::size_t{0});
    else if (auto* coding = runner_.writer.child(to, types_.concept_coding, types_.coding, code_.span)) fill_coding(*coding);
  }

  // qty('<4.5 mg') or qty(value, unit, system?, code?)
  void fill_quantity(fhir::Element& to) {
    if (count() == 1) return fill_quantity(to, text(0));
    const auto value = runner_.value(code_.operands[0], frame_, code_.span);
    if (value.size() == 1) runner_.writer.write(to, types_.quantity_value, value[0], code_.span);
    set(to, types_.quantity_unit, 1);
    set(to, types_.quantity_system, 2);
    set(to, types_.quantity_code, 3);
  }

  void fill_quantity(fhir::Element& to, std::string_view all) {
    for (const std::string_view comparator : {"<=", ">=", "<", ">"}) {
      if (!all.starts_with(comparator)) continue;
      set(to, types_.quantity_comparator, comparator);
      all.remove_prefix(comparator.size());
      while (all.starts_with(' ')) all.remove_prefix(1);
      break;
    }
    std::size_t end = 0;
    while (end < all.size() && (std::isdigit(static_cast<unsigned char>(all[end])) || all[end] == '.' || all[end] == '-')) ++end;
    set(to, types_.quantity_value, all.substr(0, end));
    while (end < all.size() && all[end] == ' ') ++end;
    set(to, types_.quantity_unit, all.substr(end));
  }

  // id(system, value, type?)
  void fill_identifier(fhir::Element& to) {
    set(to, types_.identifier_system, std::size_t{0});
    set(to, types_.identifier_value, 1);
    if (count() < 3) return;
    auto* type = runner_.writer.child(to, types_.identifier_type, types_.codeable_concept, code_.span);
    if (type == nullptr) return;
    auto* coding = runner_.writer.child(*type, types_.concept_coding, types_.coding, code_.span);
    set(*coding, types_.coding_system, std::string_view("http://terminology.hl7.org/CodeSystem/v2-0203"));
    set(*coding, types_.coding_code, 2);
  }

  // cp(value) or cp(system, value). Without a system the value shows it, or not.
  void fill_contact_point(fhir::Element& to) {
    if (count() > 1) set(to, types_.contact_system, std::size_t{0});
    else set(to, types_.contact_system, contact_system(text(0)));
    set(to, types_.contact_value, count() - 1);
  }

  Runner& runner_;
  const TargetCode& code_;
  Frame frame_;
  fhir::Element* parent_;
  const DataTypes& types_;
};

}  // namespace

fhir::Element* made_type(Runner& runner, const TargetCode& code, Frame frame, fhir::Element* parent) {
  return Maker(runner, code, frame, parent).make();
}

}  // namespace paraneo::fml

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
  if (value.find('@') != std::string_view::npos)
    return value.find(' ') == std::string_view::npos ? "email" : "";
  const auto is_number = value.find_first_not_of("+0123456789 ()-./") == std::string_view::npos &&
                         value.find_first_of("0123456789") != std::string_view::npos;
  return is_number ? "phone" : "";
}

class Maker {
 public:
  Maker(Runner& runner, const TargetCode& code, Frame frame, element::Element* parent)
      : runner_(runner), code_(code), frame_(frame), parent_(parent),
        types_(runner.program.data_types) {}

  element::Element* make() {
    const auto type = type_made();
    if (type == 0) return code_.type == 0 ? nullptr : runner_.writer.detached(code_.type);
    auto& writer = runner_.writer;
    auto* made = parent_ == nullptr ? writer.detached(type)
                                    : writer.fresh(*parent_, code_.resolved, type, code_.span);
    auto* to = made;
    if (made != nullptr && code_.transform == Transform::cc && count() > 1)
      to = writer.child(*made, types_.concept_coding, types_.coding, code_.span);
    if (to == nullptr) return made;
    if (count() == 1) fill_from_text(*to);
    for (const auto& operand : code_.operands) fill(*to, operand);
    return made;
  }

 private:
  definition::TypeId type_made() const {
    switch (code_.transform) {
      case Transform::cc: return types_.codeable_concept;
      case Transform::c: return types_.coding;
      case Transform::qty: return types_.quantity;
      case Transform::id: return types_.identifier;
      case Transform::cp: return types_.contact_point;
      default: return 0;
    }
  }

  std::size_t count() const { return code_.operands.size(); }
  std::string_view only_text() { return runner_.text(code_.operands[0], frame_, code_.span); }
  void set(element::Element& to, const ResolvedElement& resolved, const Item& string) {
    if (!string.string().empty()) runner_.writer.write(to, resolved, string, code_.span);
  }
  void set(element::Element& to, const ResolvedElement& resolved, std::string_view value) {
    set(to, resolved, Item::of_string(value));
  }

  void fill(element::Element& to, const OperandCode& operand) {
    if (operand.resolved == nullptr) return;
    const auto& resolved = *operand.resolved;
    if (&resolved == &types_.quantity_value) {
      const auto value = runner_.value(operand, frame_, code_.span);
      if (value.size() == 1) runner_.writer.write(to, resolved, value[0], code_.span);
      return;
    }
    auto* holder = &to;
    if (code_.transform == Transform::id && &resolved == &types_.coding_code)
      holder = type_coding(to);
    if (holder == nullptr) return;
    if (operand.checked != nullptr)
      runner_.writer.write_checked(*holder, resolved, *operand.checked, code_.span);
    else set(*holder, resolved, runner_.text_item(operand, frame_, code_.span));
  }

  // id(system, value, type): the coding of the identifier's type.
  element::Element* type_coding(element::Element& identifier) {
    auto* type = runner_.writer.child(identifier, types_.identifier_type, types_.codeable_concept,
                                      code_.span);
    auto* coding = type == nullptr ? nullptr
                                   : runner_.writer.child(*type, types_.concept_coding,
                                                          types_.coding, code_.span);
    if (coding != nullptr)
      set(*coding, types_.coding_system,
          std::string_view("http://terminology.hl7.org/CodeSystem/v2-0203"));
    return coding;
  }

  // What takes its only operand apart.
  void fill_from_text(element::Element& to) {
    if (code_.transform == Transform::qty) fill_quantity(to, only_text());
    if (code_.transform == Transform::cp) fill_contact_point(to, only_text());
  }

  // qty('<4.5 mg')
  void fill_quantity(element::Element& to, std::string_view all) {
    for (const std::string_view comparator : {"<=", ">=", "<", ">"}) {
      if (!all.starts_with(comparator)) continue;
      set(to, types_.quantity_comparator, comparator);
      all.remove_prefix(comparator.size());
      while (all.starts_with(' ')) all.remove_prefix(1);
      break;
    }
    std::size_t end = 0;
    while (end < all.size() && (std::isdigit(static_cast<unsigned char>(all[end])) ||
                                all[end] == '.' || all[end] == '-'))
      ++end;
    set(to, types_.quantity_value, all.substr(0, end));
    while (end < all.size() && all[end] == ' ') ++end;
    set(to, types_.quantity_unit, all.substr(end));
  }

  // cp(value): the value shows its system, or not.
  void fill_contact_point(element::Element& to, std::string_view value) {
    set(to, types_.contact_system, contact_system(value));
    set(to, types_.contact_value, value);
  }

  Runner& runner_;
  const TargetCode& code_;
  Frame frame_;
  element::Element* parent_;
  const DataTypes& types_;
};

}  // namespace

element::Element* made_type(Runner& runner, const TargetCode& code, Frame frame,
                            element::Element* parent) {
  return Maker(runner, code, frame, parent).make();
}

}  // namespace paraneo::fml

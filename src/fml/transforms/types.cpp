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
  Maker(Runner& runner, const TargetCode& code, Frame frame)
      : runner_(runner), code_(code), frame_(frame), types_(runner.program.data_types) {}

  Collection make() {
    switch (code_.transform) {
      case Transform::cc: return codeable_concept();
      case Transform::c: return coding();
      case Transform::qty: return quantity();
      case Transform::id: return identifier();
      case Transform::cp: return contact_point();
      default: return code_.type == 0 ? Collection() : done(made(code_.type));
    }
  }

 private:
  std::size_t count() const { return code_.operands.size(); }
  std::string_view text(std::size_t i) { return runner_.text(code_.operands[i], frame_, code_.span); }
  fhir::Element* made(fhir::TypeId type) { return runner_.writer.detached(type); }
  static Collection done(fhir::Element* element) { return Collection(Item::of(element)); }
  void set(fhir::Element& to, const Place& place, std::string_view value) {
    if (!value.empty()) runner_.writer.write(to, place, Item::of_string(value), code_.span);
  }

  void fill_coding(fhir::Element& coding) {
    set(coding, types_.coding_system, text(0));
    set(coding, types_.coding_code, text(1));
    if (count() > 2) set(coding, types_.coding_display, text(2));
  }

  // cc(text) or cc(system, code, display?)
  Collection codeable_concept() {
    auto* out = made(types_.codeable_concept);
    if (count() == 1) set(*out, types_.concept_text, text(0));
    else if (auto* coding = runner_.writer.child(*out, types_.concept_coding, types_.coding, code_.span)) fill_coding(*coding);
    return done(out);
  }

  Collection coding() {
    auto* out = made(types_.coding);
    fill_coding(*out);
    return done(out);
  }

  // qty('<4.5 mg') or qty(value, unit, system?, code?)
  Collection quantity() {
    auto* out = made(types_.quantity);
    if (count() == 1) {
      auto all = text(0);
      for (const std::string_view comparator : {"<=", ">=", "<", ">"}) {
        if (!all.starts_with(comparator)) continue;
        set(*out, types_.quantity_comparator, comparator);
        all.remove_prefix(comparator.size());
        while (all.starts_with(' ')) all.remove_prefix(1);
        break;
      }
      std::size_t end = 0;
      while (end < all.size() && (std::isdigit(static_cast<unsigned char>(all[end])) || all[end] == '.' || all[end] == '-')) ++end;
      set(*out, types_.quantity_value, all.substr(0, end));
      while (end < all.size() && all[end] == ' ') ++end;
      set(*out, types_.quantity_unit, all.substr(end));
      return done(out);
    }
    const auto value = runner_.value(code_.operands[0], frame_, code_.span);
    if (value.size() == 1) runner_.writer.write(*out, types_.quantity_value, value[0], code_.span);
    set(*out, types_.quantity_unit, text(1));
    if (count() > 2) set(*out, types_.quantity_system, text(2));
    if (count() > 3) set(*out, types_.quantity_code, text(3));
    return done(out);
  }

  // id(system, value, type?)
  Collection identifier() {
    auto* out = made(types_.identifier);
    set(*out, types_.identifier_system, text(0));
    set(*out, types_.identifier_value, text(1));
    if (count() > 2)
      if (auto* type = runner_.writer.child(*out, types_.identifier_type, types_.codeable_concept, code_.span)) {
        auto* coding = runner_.writer.child(*type, types_.concept_coding, types_.coding, code_.span);
        set(*coding, types_.coding_system, "http://terminology.hl7.org/CodeSystem/v2-0203");
        set(*coding, types_.coding_code, text(2));
      }
    return done(out);
  }

  // cp(value) or cp(system, value). Without a system the value shows it, or not.
  Collection contact_point() {
    auto* out = made(types_.contact_point);
    set(*out, types_.contact_system, count() > 1 ? text(0) : contact_system(text(0)));
    set(*out, types_.contact_value, text(count() - 1));
    return done(out);
  }

  Runner& runner_;
  const TargetCode& code_;
  Frame frame_;
  const DataTypes& types_;
};

}  // namespace

Collection type_transform(Runner& runner, const TargetCode& code, Frame frame) {
  return Maker(runner, code, frame).make();
}

}  // namespace paraneo::fml

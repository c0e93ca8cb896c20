#include "fml/compile/copy_types.h"

#include <algorithm>

namespace paraneo::fml {
namespace {

using definition::PrimitiveForm;

// What is written alike.
enum class LexicalClass { text, boolean, number, day, moment, time };

LexicalClass lexical_class_of(PrimitiveForm form) {
  switch (form) {
    case PrimitiveForm::boolean: return LexicalClass::boolean;
    case PrimitiveForm::decimal:
    case PrimitiveForm::integer:
    case PrimitiveForm::unsigned_int:
    case PrimitiveForm::positive_int: return LexicalClass::number;
    case PrimitiveForm::date:
    case PrimitiveForm::date_time: return LexicalClass::day;
    case PrimitiveForm::instant: return LexicalClass::moment;
    case PrimitiveForm::time: return LexicalClass::time;
    default: return LexicalClass::text;
  }
}

bool may_be_written_as(PrimitiveForm from, PrimitiveForm to) {
  const auto a = lexical_class_of(from);
  const auto b = lexical_class_of(to);
  if (a == b || a == LexicalClass::text || b == LexicalClass::text) return true;
  const auto are = [&](LexicalClass x, LexicalClass y) {
    return (a == x && b == y) || (a == y && b == x);
  };
  // A year is a number, and a dateTime may be an instant.
  if (are(LexicalClass::day, LexicalClass::moment))
    return from == PrimitiveForm::date_time || to == PrimitiveForm::date_time;
  return are(LexicalClass::number, LexicalClass::day);
}

bool may_be_copied(const definition::Definitions& definitions, definition::TypeId from,
                   definition::TypeId to) {
  if (from == 0 || to == 0 || definitions.is_a_named(from, to) || definitions.is_a_named(to, from))
    return true;
  const auto& a = definitions.type(from);
  const auto& b = definitions.type(to);
  if (a.abstract || b.abstract)
    return a.kind == b.kind || !definitions.is_resource(a.abstract ? from : to);
  return definitions.is_primitive(from) && definitions.is_primitive(to) &&
         may_be_written_as(a.primitive, b.primitive);
}

}  // namespace

bool may_be_copied(const definition::Definitions& definitions,
                   std::span<const definition::TypeId> from, const definition::ElementDef& to) {
  const auto types = definitions.types(to);
  if (from.empty() || types.empty()) return true;
  return std::any_of(from.begin(), from.end(), [&](auto type) {
    return std::any_of(types.begin(), types.end(),
                       [&](const auto& ref) { return may_be_copied(definitions, type, ref.type); });
  });
}

}  // namespace paraneo::fml

// Which type a name means (FHIRPath 2.0, "Types"). Entry points: resolve_type(), is_system_type().
#include <array>

#include "fhirpath/program.h"

namespace paraneo::fhirpath {
namespace {

struct SystemType {
  std::string_view name;
  ItemKind kind;
  DateTime::Kind temporal = DateTime::Kind::date;
};
constexpr std::array<SystemType, 9> kSystemTypes = {{
    {"Boolean", ItemKind::boolean},
    {"Integer", ItemKind::integer},
    {"Long", ItemKind::long_integer},
    {"Decimal", ItemKind::decimal},
    {"String", ItemKind::string},
    {"Date", ItemKind::date_time, DateTime::Kind::date},
    {"DateTime", ItemKind::date_time, DateTime::Kind::date_time},
    {"Time", ItemKind::date_time, DateTime::Kind::time},
    {"Quantity", ItemKind::quantity},
}};

}  // namespace

bool is_system_type(const definition::Definitions& definitions, definition::TypeId type) {
  constexpr std::string_view kSystem = "http://hl7.org/fhirpath/System.";
  return type != 0 && definitions.text(definitions.type(type).url).starts_with(kSystem);
}

TypeSpec resolve_type(const definition::Definitions& definitions, std::string_view name) {
  TypeSpec spec;
  auto in_system = true;
  auto in_fhir = true;
  if (name.starts_with("System.")) {
    name.remove_prefix(7);
    in_fhir = false;
  } else if (name.starts_with("FHIR.")) {
    name.remove_prefix(5);
    in_system = false;
  }
  if (in_fhir) spec.type = definitions.find_type(name);
  if (is_system_type(definitions, spec.type)) spec.type = 0;
  spec.known = spec.type != 0;
  if (spec.known || !in_system) return spec;
  // A type that System does not have: known to be no item's type.
  spec.known = spec.system = !in_fhir;
  for (const auto& known : kSystemTypes) {
    if (known.name != name) continue;
    spec.known = spec.system = true;
    spec.kind = known.kind;
    spec.temporal = known.temporal;
  }
  return spec;
}

}  // namespace paraneo::fhirpath

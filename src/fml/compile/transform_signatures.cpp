#include "fml/compile/transform_signatures.h"

#include <array>

#include "diag/suggest.h"
#include "fhirpath/program.h"

namespace paraneo::fml {

using diag::closest;
using diag::did_you_mean;

namespace {

constexpr std::size_t kMany = 1000;
constexpr std::array<TransformSignature, 23> kTransforms = {{
    {"create", Transform::create, 0, 1, ""},
    {"copy", Transform::copy, 1, 1, ""},
    {"truncate", Transform::truncate, 2, 2, "string"},
    {"escape", Transform::escape, 2, 3, "string"},
    {"cast", Transform::cast, 1, 2, ""},
    {"append", Transform::append, 1, kMany, "string"},
    {"translate", Transform::translate, 2, 3, ""},
    {"reference", Transform::reference, 1, 1, "string"},
    {"uuid", Transform::uuid, 0, 0, "string"},
    {"pointer", Transform::pointer, 1, 1, "string"},
    {"evaluate", Transform::evaluate, 1, 2, ""},
    {"cc", Transform::cc, 1, 3, "CodeableConcept"},
    {"c", Transform::c, 2, 3, "Coding"},
    {"qty", Transform::qty, 1, 4, "Quantity"},
    {"id", Transform::id, 2, 3, "Identifier"},
    {"cp", Transform::cp, 1, 2, "ContactPoint"},
    {"dateOp", Transform::date_op, 1, 3, "string"},
    {"toDate", Transform::to_date, 1, 2, "string"},
    {"toDateTime", Transform::to_date_time, 1, 3, "string"},
    {"toTime", Transform::to_time, 1, 2, "string"},
    {"unixToDate", Transform::unix_to_date, 1, 2, "string"},
    {"unixToDateTime", Transform::unix_to_date_time, 1, 2, "string"},
    {"unixToTime", Transform::unix_to_time, 1, 2, "string"},
}};

}  // namespace

const TransformSignature* find_transform(std::string_view name) {
  for (const auto& info : kTransforms)
    if (info.name == name) return &info;
  return nullptr;
}

std::string transform_advice(const diag::Sink& sink, std::string_view name) {
  const auto near =
      closest(sink, name, kTransforms, [](const TransformSignature& info) { return info.name; });
  return near.empty() ? "" : did_you_mean(near) + " ";
}

bool is_transform_call(const syntax::Expression& e) {
  const auto* info =
      e.kind == syntax::ExpressionKind::call && !e.has_focus ? find_transform(e.text) : nullptr;
  return info != nullptr &&
         (fhirpath::find_function(e.text) == nullptr || e.operands.size() >= info->arguments_min);
}

}  // namespace paraneo::fml

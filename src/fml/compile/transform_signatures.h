// The transforms of the language: what each takes, and what it makes. Internal to this folder.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "diag/diagnostic.h"
#include "fml/compile/program.h"
#include "syntax/expression.h"

namespace paraneo::fml {

struct TransformSignature {
  std::string_view name;
  Transform transform;
  std::size_t arguments_min;
  std::size_t arguments_max;
  std::string_view result;  // type; empty: depends
};

// Null where there is none of that name.
const TransformSignature* find_transform(std::string_view name);
// "did you mean ...? "; empty where nothing is near.
std::string transform_advice(const diag::Sink& sink, std::string_view name);
// "uuid()" where an expression stands.
bool is_transform_call(const syntax::Expression& e);

}  // namespace paraneo::fml

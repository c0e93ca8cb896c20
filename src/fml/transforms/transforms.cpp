#include "fml/transforms/transforms.h"

namespace paraneo::fml {
namespace {

Collection without_place(Runner& runner, const TargetCode& code, Frame frame) {
  const auto* made = made_type(runner, code, frame, nullptr);
  return made == nullptr ? Collection() : Collection(Item::of(made));
}

}  // namespace

TransformBody body_of(Transform transform) {
  switch (transform) {
    case Transform::none:
    case Transform::create:
    case Transform::cc:
    case Transform::c:
    case Transform::qty:
    case Transform::id:
    case Transform::cp: return without_place;
    case Transform::translate: return translate;
    case Transform::escape: return escape_transform;
    case Transform::date_op:
    case Transform::to_date:
    case Transform::to_date_time:
    case Transform::to_time:
    case Transform::unix_to_date:
    case Transform::unix_to_date_time:
    case Transform::unix_to_time: return date_transform;
    default: return text_transform(transform);
  }
}

}  // namespace paraneo::fml

#include "fml/run/step_meter.h"

#include <algorithm>
#include <utility>

namespace paraneo::fml {

bool StepMeter::stop(std::string message, std::string advice, const Span& span) {
  if (!std::exchange(stopped_, true))
    environment_.sink.report(diag::Code::fml_limit, std::move(message), span, {},
                             std::move(advice));
  left_ = 0;
  return false;
}

bool StepMeter::has_room(const Span& span) {
  const auto most = environment_.limits.evaluation_bytes_max;
  if (stopped_) return false;
  if (environment_.arena.used_bytes() - budget_.bytes_before() <= most) return true;
  return stop("the map needs more than " + std::to_string(most) + " bytes of memory",
              limit_advice("memory"), span);
}

bool StepMeter::look(const Span& span) {
  const auto& limits = environment_.limits;
  if (!has_room(span)) return false;
  if (granted_ == limits.steps_max)
    return stop("the map takes more than " + std::to_string(limits.steps_max) + " steps",
                limit_advice("steps"), span);
  if (budget_.is_late())
    return stop("the map takes more than " + std::to_string(limits.time_ms_max) + " ms",
                limit_advice("time"), span);
  left_ = std::min(kStepsBetweenLooks, limits.steps_max - granted_);
  granted_ += left_;
  --left_;
  return true;
}

}  // namespace paraneo::fml

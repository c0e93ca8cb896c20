// The labels of a scale of time.
#pragma once

#include "view/axis.h"

namespace paraneo::view {

// Of days, weeks, months or years from the frame's zero, or of dates: as many as stand beside each
// other. The scale (knots) must be there; sets ticks and the title.
void add_ticks(FrameAxis& axis, const Frame& frame);

}  // namespace paraneo::view

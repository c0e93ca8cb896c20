// The course of one record as SVG.
#pragma once

#include <string>

#include "view/axis.h"

namespace paraneo::view {

struct PictureOptions {
  double width = 1120;   // pixels; more where the frames of time need it
  std::string id = "p";  // what the ids in it begin with: letters, digits and "-"
};

// A whole <svg> element, which is a file of its own as well. Each mark is a <g data-fact="KEY">;
// the patient's death is data-fact="subject". Takes time in proportion to the facts, and to their
// number of labels in a row.
std::string picture(const Facts& facts, const Timeline& timeline, const Course& course,
                    const PictureOptions& options);

// "2003-10", "with biopsy": when a fact was, in words.
std::string time_text(const Facts& facts, const Timeline& timeline, std::size_t fact);
// "PSA: 147.7 ng/mL".
std::string fact_text(const Facts& facts, std::size_t fact);

// The same, small and without words, for an index of many: conditions, treatments and values. No
// ids.
std::string small_picture(const Timeline& timeline, const Course& course);

}  // namespace paraneo::view

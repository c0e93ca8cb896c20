// Single resources as they come from NDJSON, put together by patient. Holds their texts until the
// last one has come: memory grows with the input.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/limits.h"
#include "base/source.h"

namespace paraneo::record {

class Collector {
 public:
  explicit Collector(const Limits& limits) : limits_(limits) {}

  // True when the text is a single resource of a patient, which is kept until next(). What is a
  // bundle, is broken or belongs to no patient is not kept: it goes its own way.
  bool keep(const Source& source);
  // A bundle of the resources of the next patient; null when there is none left.
  std::unique_ptr<Source> next();

 private:
  const Limits limits_;
  std::map<std::string, std::string> entries_;  // by patient: the entries of a bundle
};

}  // namespace paraneo::record

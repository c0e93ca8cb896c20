// Cuts the texts of an import into resources: Bundles, Bundles in Bundles, single resources, and the word that one
// was deleted (FHIR R4 3.1.0.11).
#pragma once

#include <functional>
#include <string>

#include "base/limits.h"
#include "diag/diagnostic.h"
#include "json/value.h"
#include "record/gather/chart_entry.h"

namespace paraneo::record {

// Not thread-safe.
class EntryReader {
 public:
  using Take = std::function<void(ChartEntry, EntryLinks)>;

  // The limits must outlive it.
  EntryReader(const Limits& limits, Take take) : limits_(limits), take_(std::move(take)) {}

  // What is neither a Bundle nor a resource is reported and costs nothing else. Each resource is a copy of its text,
  // in which single values that nobody can hold were replaced: ChartEntry::faults.
  void read(const Source& text, diag::Sink& sink);

 private:
  class Text;  // an input that is cut into resources
  void read(const json::Value& root, Text& text, const Source& source, diag::Sink& sink);
  void add_bundle(const json::Value& bundle, Text& text, const std::string& path);
  void add_entry(const json::Value& entry, Text& text, const std::string& path, std::size_t scope);
  void add_resource(const json::Value& resource, Text& text, std::string path, std::string full_url, std::size_t scope);
  void add_deletion(const json::Value& entry, Text& text, std::string path, std::size_t scope);
  std::string name_of_unidentified(const ChartEntry& entry, const EntryLinks& links, Text& text);

  const Limits& limits_;
  const Take take_;
  std::size_t scopes_ = 0;  // Bundles so far
};

}  // namespace paraneo::record

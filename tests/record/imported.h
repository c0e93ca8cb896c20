// What a made-up input becomes, for the tests of the import.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/clock.h"
#include "record/gather/intake.h"
#include "record/import.h"
#include "records.h"

namespace paraneo::record {

// The records of an input, and its messages: each code, a space, the element's path.
struct Problems {
  std::vector<std::string> codes;
  std::vector<Imported> records;
};

inline void take_messages(const diag::Sink& sink, Problems& out) {
  for (const auto& d : sink.all())
    out.codes.push_back(std::string(diag::info(d.code).name) + " " + d.element);
}

inline Problems imported(std::string json) {
  Importer importer(record_maps(), Limits{});
  diag::Sink sink;
  Problems out;
  out.records = importer.run({"x.json", std::move(json)}, sink);
  take_messages(sink, out);
  return out;
}

inline std::string bundle(const std::vector<std::string>& resources,
                          const std::string& type = "collection") {
  std::string text = R"({"resourceType":"Bundle","type":")" + type + R"(","entry":[)";
  for (const auto& each : resources) text += (text.ends_with('[') ? "" : ",") + each;
  return text + "]}";
}
inline std::string entry(const std::string& resource) { return R"({"resource":)" + resource + "}"; }
inline std::string at(const std::string& base, const std::string& name,
                      const std::string& resource) {
  return R"({"fullUrl":")" + base + name + R"(","resource":)" + resource + "}";
}
inline const std::string kPatient = R"({"resourceType":"Patient","id":"p","gender":"female"})";
inline std::string observation(const std::string& id, const std::string& more = {},
                               const std::string& status = "final") {
  return R"({"resourceType":"Observation","id":")" + id + R"(","status":")" + status +
         R"(","code":{"text":"x"},"subject":{"reference":"Patient/p"})" +
         (more.empty() ? "" : "," + more) + "}";
}
inline bool has(const Problems& problems, const std::string& code) {
  return std::any_of(problems.codes.begin(), problems.codes.end(),
                     [&](const auto& each) { return each.starts_with(code + " "); });
}
inline std::size_t facts(const Problems& problems) {
  std::size_t count = 0;
  for (const auto& record : problems.records)
    for (auto at = record.json.find("\"key\":"); at != std::string::npos;
         at = record.json.find("\"key\":", at + 1))
      ++count;
  return count;
}

inline std::vector<Imported> imported_together(const std::vector<std::string>& texts,
                                               diag::Sink& sink) {
  Intake intake(Limits{}, {});
  std::size_t count = 0;
  for (const auto& text : texts)
    EXPECT_TRUE(intake.add({"input " + std::to_string(++count), text}, sink));
  const auto charts = *intake.next(sink);
  Importer importer(record_maps(), Limits{});
  std::vector<Imported> out;
  for (const auto& chart : charts->charts())
    if (auto made = importer.run(*charts, chart, sink)) out.push_back(std::move(*made));
  return out;
}

}  // namespace paraneo::record

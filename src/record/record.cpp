#include "record/record.h"

#include <algorithm>
#include <vector>

#include "record/identity.h"
#include "json/read.h"

namespace paraneo::record {

RecordReader::RecordReader(const Mappings& mappings, const Limits& limits)
    : mappings_(mappings), limits_(limits), context_{mappings.engine(), terminology::ValueSets::builtin(), limits_},
      validator_(context_) {}

element::Element* RecordReader::read(const Source& source, Arena& arena, diag::Sink& sink) {
  const Budget budget(limits_, arena, &steady_clock());
  const auto* json = json::read(source, arena, limits_, sink, &budget);
  if (json == nullptr) return nullptr;
  const auto place = [&](const json::Value& at) { return Span{&source, at.offset, at.offset + 1}; };
  if (const auto type = json->text_of("resourceType"); json->is_object() && type != "CaseRecord") {
    sink.report(diag::Code::record_type, type.empty() ? "this is no case record" : "this is a " + std::string(type) + ", no case record",
                place(*json), "/resourceType", "a record begins with \"resourceType\": \"CaseRecord\"");
    return nullptr;
  }
  const auto* version = json->find("version");
  if (version != nullptr && version->text() != kRecordVersion) {
    sink.report(diag::Code::record_version, "a record of version \"" + std::string(version->text()) + "\"", place(*version), "/version",
                "this program reads version \"" + std::string(kRecordVersion) + "\"");
    return nullptr;
  }
  const auto errors = sink.errors();
  auto* record = format::read_json(mappings_.definitions(), *json, source, {mappings_.record_type()}, arena, sink, &budget);
  if (record == nullptr) return nullptr;
  validator_.validate(*record, &source, arena, sink);
  return sink.errors() == errors ? record : nullptr;
}

bool RecordReader::check(const element::Element& made, Arena& arena, diag::Sink& sink) {
  return validator_.validate(made, nullptr, arena, sink);
}

void sort_facts(const definition::Definitions& definitions, element::Element& record) {
  std::vector<element::Element*> children;
  for (auto* c = record.first; c != nullptr; c = c->next) children.push_back(c);
  std::stable_sort(children.begin(), children.end(), [&](const element::Element* a, const element::Element* b) {
    return a->def != b->def ? a->def < b->def : text_of(definitions, *a, "key") < text_of(definitions, *b, "key");
  });
  element::Element* before = nullptr;
  for (auto* c : children) {
    (before == nullptr ? record.first : before->next) = c;
    before = c;
    c->next = nullptr;
  }
  record.last = before;
}

}  // namespace paraneo::record

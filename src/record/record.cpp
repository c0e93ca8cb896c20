#include "record/record.h"

#include <algorithm>
#include <vector>

#include "format/json.h"
#include "json/read.h"
#include "record/anchors.h"
#include "record/identity.h"
#include "record/unit_codes.h"

namespace paraneo::record {
namespace {

// "CaseRecord.observations[0].at" as a JSON pointer, like all other places of a record.
std::string pointer_of_path(std::string_view path) {
  if (path.empty() || path.starts_with('/')) return std::string(path);
  std::string out;
  for (const char c : path.substr(std::min(path.find('.'), path.size())))
    if (c != ']') out += c == '.' || c == '[' ? '/' : c;
  return out.empty() ? "/" : out;
}

}  // namespace

RecordReader::RecordReader(const RecordMaps& maps, const Limits& limits)
    : maps_(maps), limits_(limits), context_{maps.engine(), maps.knowledge().value_sets(), limits_},
      validator_(context_) {}

element::Element* RecordReader::read(const Source& source, Arena& arena, diag::Sink& sink,
                                     diag::Severity level) {
  const Budget budget(limits_, arena, &steady_clock());
  const auto errors = sink.errors();
  auto* record = read_usual(source, arena, budget);
  if (record == nullptr) record = read_carefully(source, arena, budget, sink);
  if (record == nullptr) return nullptr;
  context_.level = level;
  validator_.validate(*record, &source, arena, sink);
  findings_ = validator_.findings();
  if (source.text.find("nitCode\"") != std::string::npos)
    check_unit_codes(maps_, *record, &source, sink, findings_);
  if (source.text.find("\"anchor\"") != std::string::npos)
    check_anchors(maps_.definitions(), *record, &source, sink, findings_);
  return sink.errors() == errors ? record : nullptr;
}

// Without an expected type, so that a text which does not say that it is a record is none.
element::Element* RecordReader::read_usual(const Source& source, Arena& arena,
                                           const Budget& budget) {
  const auto& definitions = maps_.definitions();
  auto* record = format::read_usual_json(definitions, source, {}, limits_, arena, &budget);
  const auto is_ours = record != nullptr && record->type == maps_.record_type() &&
                       text_of(definitions, *record, "version") == kRecordVersion;
  return is_ours ? record : nullptr;
}

// Says what is wrong, and where.
element::Element* RecordReader::read_carefully(const Source& source, Arena& arena,
                                               const Budget& budget, diag::Sink& sink) {
  const auto* json = json::read(source, arena, limits_, sink, &budget);
  if (json == nullptr) return nullptr;
  const auto place = [&](const json::Value& at) { return Span{&source, at.offset, at.offset + 1}; };
  if (const auto type = json->text_of("resourceType"); json->is_object() && type != "CaseRecord") {
    sink.report(diag::Code::record_type,
                type.empty() ? "this is no case record"
                             : "this is a " + std::string(type) + ", no case record",
                place(*json), "/resourceType",
                "a record begins with \"resourceType\": \"CaseRecord\"");
    return nullptr;
  }
  const auto* version = json->find("version");
  if (version != nullptr && version->text() != kRecordVersion) {
    sink.report(diag::Code::record_version,
                "a record of version \"" + std::string(version->text()) + "\"", place(*version),
                "/version", "this program reads version \"" + std::string(kRecordVersion) + "\"");
    return nullptr;
  }
  diag::Sink messages(limits_.diagnostics_max);
  auto* record = format::read_json(maps_.definitions(), *json, source, {maps_.record_type()}, arena,
                                   messages, &budget);
  for (auto message : messages.all()) {
    message.element = pointer_of_path(message.element);
    sink.report(std::move(message));
  }
  return record;
}

bool RecordReader::check(const element::Element& made, Arena& arena, diag::Sink& sink) {
  const auto errors = sink.errors();
  context_.level = diag::Severity::information;
  validator_.validate(made, nullptr, arena, sink);
  findings_ = validator_.findings();
  if (made.type == maps_.record_type()) {
    check_unit_codes(maps_, made, nullptr, sink, findings_);
    check_anchors(maps_.definitions(), made, nullptr, sink, findings_);
  }
  return sink.errors() == errors;
}

void sort_facts(const definition::Definitions& definitions, element::Element& record) {
  std::vector<element::Element*> children;
  for (auto* c = record.first; c != nullptr; c = c->next) children.push_back(c);
  std::stable_sort(
      children.begin(), children.end(), [&](const element::Element* a, const element::Element* b) {
        return a->def != b->def ? a->def < b->def
                                : text_of(definitions, *a, "key") < text_of(definitions, *b, "key");
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

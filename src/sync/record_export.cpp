#include "sync/record_export.h"

#include "base/arena.h"
#include "diag/render.h"
#include "json/read.h"
#include "record/identity.h"
#include "sync/content.h"

namespace paraneo::sync {
namespace {

constexpr std::size_t kReasonsMax = 5;

std::string reasons(const diag::Sink& sink) {
  std::string text;
  std::size_t shown = 0;
  for (const auto& diagnostic : sink.all()) {
    if (diagnostic.severity != diag::Severity::error || shown == kReasonsMax) continue;
    ++shown;
    if (!text.empty()) text += "; ";
    if (!diagnostic.element.empty()) text += diagnostic.element + ": ";
    text += diagnostic.message;
  }
  if (sink.errors() > shown) text += "; and " + std::to_string(sink.errors() - shown) + " more";
  return text.empty() ? "the record cannot be exported" : text;
}

Made make(record::Exporter& exporter, const Source& text, const Limits& limits,
          const std::string& name_space, const record::ExportOptions& options) {
  Made made;
  diag::Sink sink(limits.diagnostics_max);
  auto exported = exporter.run(text, options, sink);
  if (!exported) {
    made.refusal = reasons(sink);
    made.record = name_of_record(text, limits, name_space);
    return made;
  }
  made.record = std::move(exported->record_name);
  auto item = rest::plan_push({text.name, std::move(exported->text), text.first_line}, limits);
  if (!item) made.refusal = item.error().what;
  else made.entries = std::move(item->entries);
  return made;
}

}  // namespace

Make record_maker(std::shared_ptr<const record::RecordMaps> maps, const Limits& limits,
                  const std::string& name_space, const record::ExportOptions& options) {
  auto exporter = std::make_shared<record::Exporter>(*maps, limits, name_space);
  return [maps = std::move(maps), exporter, limits, name_space, options](const Source& text) {
    return make(*exporter, text, limits, name_space, options);
  };
}

std::string name_of_record(const Source& text, const Limits& limits, std::string_view name_space) {
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(text, arena, limits, sink);
  // Another resource's id is no record's: it may stand in the place of any.
  const bool is_record = root != nullptr && (root->find("resourceType") == nullptr ||
                                             root->text_of("resourceType") == "CaseRecord");
  const auto id = is_record ? root->text_of("id") : std::string_view();
  return id.empty() ? std::string() : record::record_name(name_space, id);
}

std::string maker_fingerprint(const knowledge::Knowledge& knowledge, const std::string& name_space,
                              bool validate) {
  return hash_of(PARANEO_VERSION + knowledge.fingerprint() + name_space +
                 (validate ? "\nvalidated" : ""));
}

}  // namespace paraneo::sync

#include "rest/rewrite.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "json/write.h"

namespace paraneo::rest {
namespace {

// Depth is bounded by the reader's limit.
void write_with(json::Writer& writer, const json::Value& value, const References& references) {
  if (value.is_string()) {
    const auto known = references.find(value.text());
    writer.string(known == references.end() ? value.text() : std::string_view(known->second));
  } else if (value.is_array()) {
    writer.begin_array();
    for (const auto& item : value.items()) write_with(writer, item, references);
    writer.end_array();
  } else if (value.is_object()) {
    writer.begin_object();
    for (const auto& member : value.members()) {
      writer.key(member.name);
      write_with(writer, member.value, references);
    }
    writer.end_object();
  } else {
    writer.value(value);
  }
}

}  // namespace

std::string resource_text(const json::Value& resource, std::string_view id,
                          const References& references) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.key("resourceType");
  writer.string(resource.text_of("resourceType"));
  if (!id.empty()) {
    writer.key("id");
    writer.string(id);
  }
  for (const auto& member : resource.members()) {
    if (member.name == "resourceType" || (member.name == "id" && !id.empty())) continue;
    writer.key(member.name);
    write_with(writer, member.value, references);
  }
  writer.end_object();
  return out;
}

std::string with_reference(const std::string& resource, const std::string& from,
                           const std::string& to, const std::string& id) {
  const Source source{"resource", resource};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, Limits{}, sink);
  return root == nullptr ? resource : resource_text(*root, id, {{from, to}});
}

}  // namespace paraneo::rest

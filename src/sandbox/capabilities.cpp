#include "sandbox/capabilities.h"

#include "json/write.h"
#include "sandbox/answer.h"
#include "sandbox/query.h"

namespace paraneo::sandbox {
namespace {

void write_text(json::Writer& writer, std::string_view name, std::string_view value) {
  writer.key(name);
  writer.string(value);
}

void write_type(json::Writer& writer, std::string_view type) {
  writer.begin_object();
  write_text(writer, "type", type);
  writer.key("interaction");
  writer.begin_array();
  for (const auto* code : {"read", "vread", "update", "delete", "history-instance", "history-type",
                           "create", "search-type"}) {
    writer.begin_object();
    write_text(writer, "code", code);
    writer.end_object();
  }
  writer.end_array();
  write_text(writer, "versioning", "versioned-update");
  writer.key("updateCreate");
  writer.boolean(true);
  writer.key("searchParam");
  writer.begin_array();
  for (const auto& parameter : parameters()) {
    writer.begin_object();
    write_text(writer, "name", parameter.name);
    write_text(writer, "type", parameter.type);
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
}

}  // namespace

std::string capability_statement(const Shared& shared, const std::string& base) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  write_text(writer, "resourceType", "CapabilityStatement");
  write_text(writer, "status", "active");
  write_text(writer, "date", instant(shared.clock.now_ms()));
  write_text(writer, "kind", "instance");
  writer.key("software");
  writer.raw(R"({"name":"paraneo sandbox"})");
  writer.key("implementation");
  writer.begin_object();
  write_text(writer, "description", "For rehearsals and tests. Not a server for patients.");
  write_text(writer, "url", base);
  writer.end_object();
  write_text(writer, "fhirVersion", "4.0.1");
  writer.key("format");
  writer.raw(R"(["json","xml","application/fhir+json","application/fhir+xml"])");
  writer.key("rest");
  writer.begin_array();
  writer.begin_object();
  write_text(writer, "mode", "server");
  writer.key("resource");
  writer.begin_array();
  for (definition::TypeId id = 1; id < shared.definitions.type_count(); ++id) {
    const auto& type = shared.definitions.type(id);
    if (type.kind == definition::TypeKind::resource && !type.abstract)
      write_type(writer, shared.definitions.type_name(id));
  }
  writer.end_array();
  writer.key("interaction");
  writer.raw(R"([{"code":"transaction"},{"code":"batch"},{"code":"history-system"}])");
  writer.end_object();
  writer.end_array();
  writer.end_object();
  return body;
}

}  // namespace paraneo::sandbox

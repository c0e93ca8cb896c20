#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "json/write.h"
#include "rest/probe.h"

namespace paraneo::rest {

std::string_view ProbeResult::value(std::string_view key) const {
  for (const auto& finding : findings)
    if (finding.key == key) return finding.value;
  return {};
}

std::string write_probe(const ProbeResult& result) {
  std::string out;
  json::Writer writer(out, true);
  writer.begin_object();
  for (const auto& [name, value] :
       {std::pair("paraneo", std::string("probe/1")), std::pair("server", result.server),
        std::pair("time", result.time), std::pair("software", result.software),
        std::pair("fhirVersion", result.fhir_version)}) {
    writer.key(name);
    writer.string(value);
  }
  writer.key("findings");
  writer.begin_object();
  for (const auto& finding : result.findings) {
    writer.key(finding.key);
    writer.string(finding.value);
  }
  writer.end_object();
  writer.end_object();
  out += '\n';
  return out;
}

Result<ProbeResult> read_probe(std::string_view text, const std::string& file) {
  const Source source{file, std::string(text)};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, Limits{}, sink);
  if (root == nullptr || root->text_of("paraneo") != "probe/1")
    return fail(ErrorCode::file_unusable, "this is no result of a probe", file,
                "run paraneo probe again");
  ProbeResult result{std::string(root->text_of("server")),
                     std::string(root->text_of("time")),
                     std::string(root->text_of("software")),
                     std::string(root->text_of("fhirVersion")),
                     {}};
  if (const auto* findings = root->find("findings"); findings != nullptr)
    for (const auto& member : findings->members())
      result.findings.push_back({std::string(member.name), std::string(member.value.text()), {}});
  return result;
}

}  // namespace paraneo::rest

// A profile, a value set, a code system or a Bundle of such, and behind a line of three dashes the
// resource that is held to them: whatever they say, validation ends, and says the same of the same
// input again, with a validator that has seen it and with a fresh one.
#include "definition/profiles.h"
#include "json/read.h"
#include "two_parts.h"
#include "validate/validate.h"

namespace {

using namespace paraneo;

const fhirpath::Engine& engine() {
  static const fhirpath::Engine engine(definition::Definitions::builtin());
  return engine;
}

struct Knowledge {
  definition::Profiles profiles = definition::Profiles::builtin();
  terminology::ValueSets value_sets = terminology::ValueSets::builtin();
  std::vector<std::string> urls;

  void take(const json::Value& resource) {
    const auto url = resource.text_of("url");
    profiles.add(resource);
    value_sets.add(resource);
    if (resource.text_of("resourceType") == "StructureDefinition" && !url.empty())
      urls.emplace_back(url);
    if (const auto* entries = resource.find("entry"); entries != nullptr)
      for (const auto& entry : entries->items())
        if (const auto* inner = entry.find("resource");
            inner != nullptr && inner->find("entry") == nullptr)
          take(*inner);
  }
};

std::string verdict(validate::Validator& validator, const element::Element& root,
                    const Source& source, const Limits& limits) {
  Arena arena;
  diag::Sink sink(limits.diagnostics_max);
  const Budget budget(limits, arena, nullptr);
  const auto is_good = validator.validate(root, &source, arena, sink, &budget);
  fuzz::require(is_good == sink.ok());
  std::string out = std::to_string(sink.errors());
  for (const auto& each : sink.all()) out += "\n" + each.element + " " + each.message;
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto limits = fuzz::limits();
  limits.json_values_max = 20'000;
  fuzz::TwoParts parts(fuzz::text(data, size));
  Arena arena;
  diag::Sink sink;
  Knowledge knowledge;
  if (const auto* json = json::read(parts.subject, arena, limits, sink)) knowledge.take(*json);
  knowledge.value_sets.finish();
  const auto* root = parts.read(arena, limits);
  const validate::Context context{engine(), knowledge.value_sets, limits, &knowledge.profiles,
                                  knowledge.urls};
  validate::Validator used(context);
  const auto first = verdict(used, *root, parts.resource, limits);
  fuzz::require(verdict(used, *root, parts.resource, limits) == first);
  validate::Validator fresh(context);
  fuzz::require(verdict(fresh, *root, parts.resource, limits) == first);
  return 0;
}

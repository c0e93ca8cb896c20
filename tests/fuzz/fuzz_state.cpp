// What earlier runs left in files, and what a bulk export's server says of its files: a text that
// is read is written and read again the same, and names no file outside of its folder.
#include "fetch/bulk.h"
#include "fetch/pull_state.h"
#include "fuzz.h"
#include "rest/probe.h"
#include "rest/url.h"

namespace paraneo::fuzz {
namespace {

const std::string kUrl = "https://fhir.test/r4/job/1";

void pull_state(const std::string& text) {
  const auto state = fetch::read_state(text, "state");
  if (!state) return;
  const auto written = fetch::write_state(*state);
  const auto again = fetch::read_state(written, "state");
  require(again && fetch::write_state(*again) == written);
  require(again->recent == state->recent && again->hashes == state->hashes);
}

void bulk_state(const std::string& text) {
  const auto state = fetch::read_bulk_state(text, "state");
  if (!state) return;
  for (const auto& file : state->files)
    require(file.name.find('/') == std::string::npos && !file.name.starts_with('.'));
  const auto written = fetch::write_state(*state);
  const auto again = fetch::read_bulk_state(written, "state");
  require(again && fetch::write_state(*again) == written);
}

void manifest(const std::string& text) {
  auto read = fetch::read_manifest(text, kUrl, limits());
  if (!read) return;
  const auto here = rest::split_url(kUrl)->origin;
  for (const auto& file : read->files) {
    const auto there = rest::split_url(file.url);
    require(there && (there->origin == here) == !file.anonymous && there->origin.tls);
  }
  require(read->next.empty() || rest::split_url(read->next)->origin == here);
  fetch::name_files(read->files, {});
  for (const auto& file : read->files)
    require(file.name.ends_with(".ndjson") && file.name.find('/') == std::string::npos);
}

void probe_result(const std::string& text) {
  const auto result = rest::read_probe(text, "probe");
  if (!result) return;
  const auto written = rest::write_probe(*result);
  const auto again = rest::read_probe(written, "probe");
  require(again && rest::write_probe(*again) == written);
}

}  // namespace
}  // namespace paraneo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace paraneo;
  const auto text = fuzz::text(data, size);
  fuzz::pull_state(text);
  fuzz::bulk_state(text);
  fuzz::manifest(text);
  fuzz::probe_result(text);
  return 0;
}

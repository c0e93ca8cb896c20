// The texts of a bulk export: manifest, NDJSON files, and the state between two runs.
#include <charconv>
#include <map>
#include <utility>

#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "json/write.h"
#include "fetch/bulk.h"
#include "rest/url.h"

namespace paraneo::fetch {
namespace {

constexpr std::size_t kFilesMax = 100'000;

Error bad(const std::string& url, std::string what) {
  return fail(Fault::server, std::move(what), url, "report it to the server's operators");
}

Result<std::vector<BulkFile>> read_files(const json::Value& root, const char* member,
                                         const std::string& prefix, const std::string& url) {
  std::vector<BulkFile> files;
  std::map<std::string, int> numbers;
  const auto* list = root.find(member);
  for (const auto& each : list == nullptr ? std::span<const json::Value>() : list->items()) {
    BulkFile file;
    file.type = each.text_of("type");
    const auto link = rest::follow(url, each.text_of("url"));
    if (!link) return link.error();
    if (!rest::is_type_name(file.type) || each.text_of("url").empty() || files.size() >= kFilesMax)
      return bad(url, "the manifest of the export names a file that cannot be fetched");
    file.url = *link;
    file.name = prefix + file.type + "." + std::to_string(++numbers[file.type]) + ".ndjson";
    if (const auto* count = each.find("count"); count != nullptr) {
      std::uint64_t value = 0;
      const auto digits = count->text();
      if (std::from_chars(digits.data(), digits.data() + digits.size(), value).ec == std::errc())
        file.count = value;
    }
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace

Result<Manifest> read_manifest(const std::string& body, const std::string& url, const Limits& limits) {
  const Source source{url, body};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, limits, sink);
  if (root == nullptr || root->find("output") == nullptr)
    return bad(url, "the answer is no manifest of an export");
  auto output = read_files(*root, "output", "", url);
  if (!output) return output.error();
  auto deleted = read_files(*root, "deleted", "deleted.", url);
  if (!deleted) return deleted.error();
  auto error = read_files(*root, "error", "error.", url);
  if (!error) return error.error();
  return Manifest{std::string(root->text_of("transactionTime")), std::move(*output), std::move(*deleted),
                  std::move(*error)};
}

void LineCheck::take(std::string_view piece) {
  for (auto end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
    begun_ += piece.substr(0, end);
    piece.remove_prefix(end + 1);
    check(std::exchange(begun_, {}));
  }
  if (lines_.bad_line) return;
  begun_ += piece;
  if (begun_.size() > limits_.response_bytes_max) check(std::exchange(begun_, {}));
}

const Lines& LineCheck::end() {
  if (!begun_.empty()) check(std::exchange(begun_, {}));
  return lines_;
}

void LineCheck::check(std::string line) {
  ++number_;
  if (line.ends_with('\r')) line.pop_back();
  if (line.empty() || lines_.bad_line) return;
  const Source source{"line", std::move(line)};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, limits_, sink);
  const bool needs_id = type_ != "Bundle" && type_ != "OperationOutcome";
  if (root == nullptr || root->text_of("resourceType") != type_ || (needs_id && !rest::is_id(root->text_of("id"))))
    lines_.bad_line = number_;
  else
    ++lines_.count;
}

std::string write_state(const BulkState& state) {
  std::string out;
  json::Writer writer(out, true);
  writer.begin_object();
  for (const auto& [name, value] : {std::pair("paraneo", std::string("bulk-state/1")),
                                    std::pair("server", state.server), std::pair("what", state.what),
                                    std::pair("statusUrl", state.status_url)}) {
    writer.key(name);
    writer.string(value);
  }
  writer.key("files");
  writer.begin_array();
  for (const auto& file : state.files) writer.string(file);
  writer.end_array();
  writer.end_object();
  out += '\n';
  return out;
}

Result<BulkState> read_bulk_state(std::string_view text, const std::string& file) {
  const Source source{file, std::string(text)};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, Limits{}, sink);
  if (root == nullptr || root->text_of("paraneo") != "bulk-state/1")
    return fail(Fault::usage, "this is no state of an export", file, "remove it to begin anew");
  BulkState state{std::string(root->text_of("server")), std::string(root->text_of("what")),
                  std::string(root->text_of("statusUrl")), {}};
  if (const auto* files = root->find("files"); files != nullptr)
    for (const auto& each : files->items()) state.files.emplace_back(each.text());
  return state;
}

}  // namespace paraneo::fetch

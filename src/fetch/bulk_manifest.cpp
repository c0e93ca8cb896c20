// The texts of a bulk export: manifest, NDJSON files, and the state between two runs.
#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <utility>

#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "fetch/bulk.h"
#include "fetch/pull_query.h"
#include "json/read.h"
#include "json/write.h"
#include "rest/url.h"

namespace paraneo::fetch {
namespace {

constexpr std::string_view kStateName = "bulk-state/2";
constexpr std::string_view kStateNameBefore = "bulk-state/1";

std::optional<std::uint64_t> number_of(const json::Value& value) {
  std::uint64_t number = 0;
  const auto digits = value.text();
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = read.ec == std::errc() && read.ptr == digits.data() + digits.size();
  return whole ? std::optional(number) : std::nullopt;
}

Error bad(const std::string& url, std::string what) {
  return fail(ErrorCode::answer_incomplete, std::move(what), url,
              "report it to the server's operators");
}

// Where a file is, and whether it may be fetched from there.
Result<void> place(BulkFile& file, const std::string& url, std::string_view link,
                   bool needs_token) {
  auto target = rest::resolve(url, link);
  if (!target) return target.error();
  file.url = std::move(*target);
  const auto here = rest::split_url(url);
  if (!here) return here.error();
  const auto there = rest::split_url(file.url)->origin;
  file.anonymous = there != here->origin;
  if (file.anonymous && needs_token)
    return bad(url, "a file of the export is at " + to_string(there) +
                        ", and its manifest does not say that it needs no token "
                        "(requiresAccessToken): it is not fetched, and no token is sent there");
  if (file.anonymous && here->origin.tls && !there.tls)
    return bad(url, "the manifest of the export names a file without TLS at " + to_string(there) +
                        ": it is not fetched");
  return {};
}

// The list of errors has information, too: that is no sign that anything is missing.
bool complains(const json::Value& outcome) {
  const auto* issues = outcome.find("issue");
  if (issues == nullptr || issues->items().empty()) return true;
  const auto list = issues->items();
  return std::any_of(list.begin(), list.end(), [](const json::Value& issue) {
    return issue.text_of("severity") != "information";
  });
}

// One file, said twice: nothing is lost when it is fetched once.
bool is_named_alike(const std::vector<BulkFile>& files, const BulkFile& file) {
  return std::any_of(files.begin(), files.end(), [&](const BulkFile& each) {
    return each.url == file.url && each.type == file.type && each.section == file.section &&
           each.count == file.count;
  });
}

struct Section {
  const char* member;
  BulkSection section;
};

Result<void> read_files(const json::Value& root, const Section& section, const std::string& url,
                        Manifest& manifest, std::set<std::string>& seen) {
  const auto* needs = root.find("requiresAccessToken");
  const bool needs_token = needs == nullptr || needs->kind != json::Kind::boolean || needs->truth;
  const auto* list = root.find(section.member);
  if (list != nullptr && !list->is_array() && list->kind != json::Kind::null)
    return bad(url, std::string("what the manifest of the export has as \"") + section.member +
                        "\" is no list");
  for (const auto& each : list == nullptr ? std::span<const json::Value>() : list->items()) {
    BulkFile file;
    file.section = section.section;
    file.type = each.text_of("type");
    const auto link = each.text_of("url");
    if (!rest::is_type_name(file.type) || link.empty() || manifest.files.size() >= kBulkFilesMax)
      return bad(url, "the manifest of the export names a file that cannot be fetched");
    if (const auto placed = place(file, url, link, needs_token); !placed) return placed;
    if (const auto* count = each.find("count");
        count != nullptr && count->kind != json::Kind::null) {
      file.count = number_of(*count);
      if (!file.count) return bad(url, "the manifest of the export has a count that is none");
    }
    if (!seen.insert(file.url).second) {
      if (is_named_alike(manifest.files, file)) continue;
      return bad(url, "the manifest of the export names one file twice, and not in the same way");
    }
    manifest.files.push_back(std::move(file));
  }
  return {};
}

std::string_view prefix_of(BulkSection section) {
  switch (section) {
    case BulkSection::output: return "";
    case BulkSection::deleted: return "deleted.";
    case BulkSection::error: return "error.";
  }
  return "";
}

std::string path_of(const std::string& url) { return url.substr(0, url.find('?')); }

// Object stores sign each URL anew, in its query. Where no two files differ in the query alone, the
// rest of the URL names a file.
template <class Files>
bool has_own_paths(const Files& files) {
  std::set<std::string> paths;
  return std::all_of(files.begin(), files.end(),
                     [&](const auto& file) { return paths.insert(path_of(file.url)).second; });
}

// In a folder, and nowhere else.
bool is_file_name(std::string_view name) {
  return name.ends_with(".ndjson") && name.find('/') == std::string_view::npos &&
         !name.starts_with('.');
}

}  // namespace

Result<Manifest> read_manifest(const std::string& body, const std::string& url,
                               const Limits& limits) {
  const Source source{url, body};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, limits, sink);
  if (root == nullptr || root->find("output") == nullptr)
    return bad(url, "the answer is no manifest of an export");
  Manifest manifest;
  manifest.time = rest::one_line(root->text_of("transactionTime"));
  std::set<std::string> seen;
  for (const auto& section :
       {Section{"output", BulkSection::output}, Section{"deleted", BulkSection::deleted},
        Section{"error", BulkSection::error}})
    if (const auto read = read_files(*root, section, url, manifest, seen); !read)
      return read.error();
  const auto link = next_link(*root, url);
  if (!link) return link.error();
  if (link->empty()) return manifest;
  auto next = rest::follow(url, *link);
  if (!next) return next.error();
  manifest.next = std::move(*next);
  return manifest;
}

void name_files(std::vector<BulkFile>& files, const std::vector<BulkKept>& kept) {
  const bool by_path = has_own_paths(files) && has_own_paths(kept);
  const auto key = [&](const std::string& url) { return by_path ? path_of(url) : url; };
  std::map<std::string, std::string> names;  // by key
  std::set<std::string> taken;
  for (const auto& each : kept) {
    names.emplace(key(each.url), each.name);
    taken.insert(each.name);
  }
  std::map<std::string, int> numbers;
  for (auto& file : files) {
    const auto known = names.find(key(file.url));
    file.kept = known != names.end();
    if (file.kept) {
      file.name = known->second;
      continue;
    }
    const auto stem = std::string(prefix_of(file.section)) + file.type + ".";
    do {
      file.name = stem + std::to_string(++numbers[stem]) + ".ndjson";
    } while (taken.contains(file.name));
  }
}

Error LineCheck::too_much(const std::string& what) const {
  return fail(ErrorCode::limit_size, what, file_.name,
              "nothing of the file is kept; report it to the server's operators");
}

Result<void> LineCheck::take(std::string_view piece) {
  bytes_ += piece.size();
  if (bytes_ > file_limits_.file_bytes_max)
    return too_much("the file has more than " + std::to_string(file_limits_.file_bytes_max) +
                    " bytes");
  for (auto end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
    begun_ += piece.substr(0, end);
    piece.remove_prefix(end + 1);
    if (const auto checked = check(std::exchange(begun_, {})); !checked) return checked;
  }
  begun_ += piece;
  if (begun_.size() > file_limits_.line_bytes_max)
    return too_much("line " + std::to_string(number_ + 1) + " has more than " +
                    std::to_string(file_limits_.line_bytes_max) + " bytes");
  return {};
}

Result<std::uint64_t> LineCheck::end() {
  if (!begun_.empty())
    if (const auto checked = check(std::exchange(begun_, {})); !checked) return checked.error();
  return count_;
}

Result<void> LineCheck::check(std::string line) {
  ++number_;
  const auto bytes = line.size() + 1;
  constexpr std::string_view kBom = "\xef\xbb\xbf";
  if (number_ == 1 && line.starts_with(kBom)) line.erase(0, kBom.size());
  if (line.find_first_not_of(" \t\r") == std::string::npos) {
    blank_bytes_ += bytes;
    if (blank_bytes_ > file_limits_.blank_bytes_max)
      return too_much("the file has more than " + std::to_string(file_limits_.blank_bytes_max) +
                      " bytes of empty lines");
    return {};
  }
  const Source source{"line", std::move(line)};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, limits_, sink);
  const bool needs_id = file_.type != "Bundle" && file_.type != "OperationOutcome";
  if (root == nullptr || root->text_of("resourceType") != file_.type ||
      (needs_id && !rest::is_id(root->text_of("id"))))
    return fail(ErrorCode::answer_incomplete,
                "line " + std::to_string(number_) + " is no " + file_.type, file_.name,
                "run again; if it stays, report it to the server's operators");
  ++count_;
  if (file_.section == BulkSection::error && complains(*root)) ++complaints_;
  return {};
}

std::string write_state(const BulkState& state) {
  std::string out;
  json::Writer writer(out, true);
  writer.begin_object();
  for (const auto& [name, value] :
       {std::pair("paraneo", std::string(kStateName)), std::pair("server", state.server),
        std::pair("what", state.what), std::pair("statusUrl", state.status_url)}) {
    writer.key(name);
    writer.string(value);
  }
  writer.key("files");
  writer.begin_array();
  for (const auto& file : state.files) {
    writer.begin_object();
    writer.key("url");
    writer.string(file.url);
    writer.key("name");
    writer.string(file.name);
    writer.key("lines");
    writer.raw(std::to_string(file.lines));
    if (file.complaints > 0) {
      writer.key("complaints");
      writer.raw(std::to_string(file.complaints));
    }
    writer.end_object();
  }
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
  const auto version = root == nullptr ? std::string_view() : root->text_of("paraneo");
  const auto refused = fail(ErrorCode::file_unusable, "this is no state of an export", file,
                            "remove it to begin anew");
  if (version != kStateName && version != kStateNameBefore) return refused;
  BulkState state{std::string(root->text_of("server")),
                  std::string(root->text_of("what")),
                  std::string(root->text_of("statusUrl")),
                  {}};
  const auto* files = root->find("files");
  for (const auto& each : files == nullptr ? std::span<const json::Value>() : files->items()) {
    BulkKept kept;
    if (version == kStateNameBefore) {
      kept.name = each.text();
    } else {
      kept = {std::string(each.text_of("url")), std::string(each.text_of("name")), 0, 0};
      if (const auto* lines = each.find("lines"); lines != nullptr)
        kept.lines = number_of(*lines).value_or(0);
      if (const auto* complaints = each.find("complaints"); complaints != nullptr)
        kept.complaints = number_of(*complaints).value_or(0);
    }
    if (!is_file_name(kept.name)) return refused;
    state.files.push_back(std::move(kept));
  }
  return state;
}

}  // namespace paraneo::fetch

#include "sandbox/reads.h"

#include <charconv>

#include "json/write.h"
#include "rest/url.h"
#include "sandbox/answer.h"

namespace paraneo::sandbox {
namespace {

constexpr char kSeparator = '\x1f';
constexpr std::string_view kEverything = "$everything";

std::string hex(std::string_view text) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

std::string from_hex(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    unsigned value = 0;
    if (std::from_chars(&text[i], &text[i] + 2, value, 16).ptr != &text[i] + 2) return {};
    out.push_back(static_cast<char>(value));
  }
  return out;
}

// Of a query, as it continues another one: a page has the form of the first.
std::string format_of(std::string_view place) {
  const auto at = std::min(place.find("?_format="), place.find("&_format="));
  if (at == std::string_view::npos) return {};
  const auto value = place.substr(at + 1);
  return "&" + std::string(value.substr(0, value.find('&')));
}

void begin_bundle(json::Writer& writer, std::string_view type, std::uint64_t total) {
  writer.begin_object();
  writer.key("resourceType");
  writer.string("Bundle");
  writer.key("type");
  writer.string(type);
  writer.key("total");
  writer.raw(std::to_string(total));
}

void write_link(json::Writer& writer, std::string_view relation, std::string_view url) {
  writer.begin_object();
  writer.key("relation");
  writer.string(relation);
  writer.key("url");
  writer.string(url);
  writer.end_object();
}

// One entry of a history.
void write_version(json::Writer& writer, const Version& version, const std::string& base) {
  const auto target = version.type + "/" + version.id;
  writer.begin_object();
  writer.key("fullUrl");
  writer.string(base + "/" + target);
  if (!version.deleted) {
    writer.key("resource");
    writer.raw(version.body);
  }
  writer.key("request");
  writer.begin_object();
  writer.key("method");
  writer.string(version.deleted ? "DELETE" : "PUT");
  writer.key("url");
  writer.string(target);
  writer.end_object();
  writer.key("response");
  writer.begin_object();
  writer.key("status");
  writer.string(version.deleted ? "204" : version.version == 1 ? "201" : "200");
  writer.key("etag");
  writer.string(etag(version.version));
  writer.key("lastModified");
  writer.string(instant(version.updated_ms));
  writer.end_object();
  writer.end_object();
}

}  // namespace

rest::Response Reads::read(const Call& call) {
  Result<std::optional<Version>> found = std::optional<Version>();
  if (call.version.empty()) {
    found = context_.store.find(call.type, call.id);
  } else {
    std::int64_t number = 0;
    std::from_chars(call.version.data(), call.version.data() + call.version.size(), number);
    found = context_.store.find_version(call.type, call.id, number);
  }
  if (!found) return refusal(found.error());
  if (!*found) return refusal(404, "not-found", "there is no such resource");
  const auto& version = **found;
  if (version.deleted) return refusal(410, "deleted", "the resource was deleted");
  if (!call.if_none_match.empty() && call.if_none_match == etag(version.version)) {
    auto response = answer(304, version);
    response.body.clear();
    return response;
  }
  return answer(200, version);
}

rest::Response Reads::history(const Call& call) {
  std::int64_t since = 0;
  if (call.id.empty()) {
    // _since is the only parameter of a history that is known; it comes in one answer.
    auto query = call.query;
    if (const auto at = query.find("_since="); at != std::string::npos)
      query.replace(at, 7, "_lastUpdated=ge");
    const auto search = parse_search(call.type, query, context_.shared.options.page_entries,
                                     context_.shared.options.page_entries_max);
    if (!search) return refusal(search.error());
    since = search->query.updated_ms_min;
  }
  const auto versions = call.id.empty() ? context_.store.changes(call.type, since)
                                        : context_.store.history(call.type, call.id);
  if (!versions) return refusal(versions.error());
  if (versions->empty() && !call.id.empty())
    return refusal(404, "not-found", "there is no such resource");
  std::string body;
  json::Writer writer(body);
  begin_bundle(writer, "history", versions->size());
  writer.key("entry");
  writer.begin_array();
  for (const auto& version : *versions) write_version(writer, version, context_.base);
  writer.end_array();
  writer.end_object();
  return answer(200, std::move(body));
}

rest::Response Reads::search(const Call& call) {
  const bool everything = call.operation == kEverything;
  // Of $everything only what concerns paging is known; _since is _lastUpdated=ge.
  auto query = call.query;
  if (everything)
    if (const auto since = query.find("_since="); since != std::string::npos)
      query.replace(since, 7, "_lastUpdated=ge");
  auto search =
      parse_search(everything ? "" : call.type, query, context_.shared.options.page_entries,
                   context_.shared.options.page_entries_max);
  if (!search) return refusal(search.error());
  auto place = call.type;
  if (everything) {
    const auto patient = context_.store.find(call.type, call.id);
    if (!patient) return refusal(patient.error());
    if (!*patient || (*patient)->deleted)
      return refusal(404, "not-found", "there is no such patient");
    search->query.patient = call.id;
    place += "/" + call.id + "/" + std::string(kEverything);
  }
  return list(place + "?" + query, *search);
}

// The token holds the search and where it goes on; it is checked as any search is.
rest::Response Reads::next_page(const std::string& token) {
  const auto text = from_hex(token);
  const auto first = text.find(kSeparator);
  const auto second = text.find(kSeparator, first == std::string::npos ? first : first + 1);
  if (second == std::string::npos) return refusal(400, "value", "this page link was not made here");
  const auto place = text.substr(0, first);
  const auto call = parse_call("GET", place);
  const bool everything = call.operation == kEverything;
  auto search =
      parse_search(everything ? "" : call.type, call.query, context_.shared.options.page_entries,
                   context_.shared.options.page_entries_max);
  if (!search) return refusal(search.error());
  if (everything) search->query.patient = call.id;
  search->query.after_type = text.substr(first + 1, second - first - 1);
  search->query.after_id = text.substr(second + 1);
  return list(place, *search);
}

rest::Response Reads::list(const std::string& place, const Search& search) {
  const auto total = context_.store.count(search.query);
  if (!total) return refusal(total.error());
  auto query = search.query;
  query.count = search.count_only ? 0 : query.count + 1;  // one more shows whether there are more
  auto found = context_.store.search(query);
  if (!found) return refusal(found.error());
  const bool more = !search.count_only && found->size() > search.query.count;
  if (more) found->pop_back();
  std::string body;
  json::Writer writer(body);
  begin_bundle(writer, "searchset", *total);
  writer.key("link");
  writer.begin_array();
  // As a URL has it: what came need be no UTF-8.
  write_link(writer, "self",
             context_.base + "/" + rest::encoded_query(place).value_or(search.query.type));
  if (more) {
    const auto& last = found->back();
    write_link(writer, "next",
               context_.base + "?_page=" +
                   hex(place + kSeparator + last.type + kSeparator + last.id) + format_of(place));
  }
  writer.end_array();
  if (!found->empty()) {
    writer.key("entry");
    writer.begin_array();
    for (const auto& version : *found) {
      writer.begin_object();
      writer.key("fullUrl");
      writer.string(context_.base + "/" + version.type + "/" + version.id);
      writer.key("resource");
      writer.raw(version.body);
      writer.key("search");
      writer.raw(R"({"mode":"match"})");
      writer.end_object();
    }
    writer.end_array();
  }
  writer.end_object();
  return answer(200, std::move(body));
}

}  // namespace paraneo::sandbox

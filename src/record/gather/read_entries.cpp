#include "record/gather/read_entries.h"

#include <algorithm>

#include "base/arena.h"
#include "base/budget.h"
#include "base/clock.h"
#include "base/decimal.h"
#include "base/digest.h"
#include "base/uuid.h"
#include "json/read.h"
#include "json/value.h"
#include "record/gather/literal_reference.h"
#include "record/gather/senders.h"

namespace paraneo::record {
namespace {

// Where the value that begins at `begin` ends.
std::size_t end_of(std::string_view text, std::size_t begin) {
  int depth = 0;
  for (auto at = begin; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at)
        if (text[at] == '\\') ++at;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return at + 1;
    }
  }
  return text.size();
}

template <class Visit>
void each_item(const json::Value* value, const Visit& visit) {
  if (value == nullptr) return;
  if (value->is_array())
    for (const auto& item : value->items()) visit(item);
  else visit(*value);
}

std::string identifier_text(const json::Value& identifier) {
  const auto value = identifier.text_of("value");
  return value.empty() ? std::string()
                       : std::string(identifier.text_of("system")) + "|" + std::string(value);
}

// Every Reference.reference below a value.
void references_in(const json::Value& value, std::vector<std::string>& to) {
  if (value.is_array())
    for (const auto& item : value.items()) references_in(item, to);
  for (const auto& member : value.members()) {
    if (member.name == "reference" && member.value.is_string())
      to.emplace_back(member.value.text());
    else references_in(member.value, to);
  }
}

// urn:uuid: and a UUID (RFC 4122): nobody else gives it. What people write in its place is unique
// in their Bundle at most.
bool is_uuid_urn(std::string_view url) {
  constexpr std::string_view kScheme = "urn:uuid:";
  constexpr std::string_view kForm = "00000000-0000-0000-0000-000000000000";
  if (!url.starts_with(kScheme) || url.size() != kScheme.size() + kForm.size()) return false;
  url.remove_prefix(kScheme.size());
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const auto c = url[i];
    const auto is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (kForm[i] == '-' ? c != '-' : !is_hex) return false;
  }
  return true;
}

// What turns a statement round in DSTU2 and STU3, and R4's own modifying elements in another shape:
// passed over, "not taken" would become "taken".
bool has_foreign_modifier(const json::Value& resource) {
  for (const auto* name : {"taken", "notGiven", "notDone", "wasNotTaken", "wasNotGiven"})
    if (resource.find(name) != nullptr) return true;
  for (const auto* name : {"clinicalStatus", "verificationStatus"})
    if (const auto* status = resource.find(name); status != nullptr && !status->is_object())
      return true;
  for (const auto* name : {"status", "actuality", "intent"})
    if (const auto* status = resource.find(name); status != nullptr && !status->is_string())
      return true;
  return false;
}

}  // namespace

std::string ChartEntry::reference() const {
  if (id.empty()) return name.empty() ? std::string() : in_sender(name);
  return base + type + "/" + id;
}

std::string ChartEntry::any_reference() const {
  auto named = reference();
  return named.empty() ? in_sender(digest) : named;
}

std::string ChartEntry::in_sender(std::string_view text) const {
  return std::string(sender_part(base)) + std::string(text);
}

std::string shown_name(const ChartEntry& entry) {
  return entry.id.empty() || entry.type == "Patient" ? entry.type : entry.type + "/" + entry.id;
}

Span place_of(const ChartEntry& entry) { return {&entry.text, 0, 1}; }

namespace {

// Lines and columns of places that come in order: each character is looked at once.
class Text {
 public:
  explicit Text(const Source& source, std::vector<json::Fault> faults = {})
      : source_(source), line_(source.first_line), column_(source.first_column),
        faults_(std::move(faults)) {}

  Source part(const json::Value& value) {
    const std::string_view whole = source_.text;
    for (; at_ < value.offset; ++at_) {
      const auto byte = static_cast<unsigned char>(whole[at_]);
      if (byte == '\n') ++line_, column_ = 1;
      else if ((byte & 0xC0U) != 0x80U) ++column_;
    }
    Source part;
    part.name = source_.name;
    part.text = std::string(whole.substr(value.offset, end_of(whole, value.offset) - value.offset));
    part.first_line = line_;
    part.first_column = column_;
    part.original = source_.original;
    part.begin_in_made = source_.begin_in_made + value.offset;
    return part;
  }

  // Of the part that was cut out last, which began at `begin`; each is given once.
  std::vector<json::Fault> faults_of(std::string_view part, std::uint32_t begin,
                                     const std::string& path) {
    std::vector<json::Fault> out;
    const auto inside = std::find_if(faults_.begin(), faults_.end(), [&](const json::Fault& fault) {
      return fault.begin >= begin;
    });
    auto end = inside;
    for (; end != faults_.end() && end->begin < begin + part.size(); ++end) {
      auto fault = std::move(*end);
      fault.begin -= begin;
      fault.end -= begin;
      fault.path.erase(0, std::min(fault.path.size(), path.size()));
      out.push_back(std::move(fault));
    }
    faults_.erase(inside, end);
    return out;
  }

  // Resources that come from now on are of that Bundle; null: of none.
  void enter(const json::Value* bundle) {
    bundle_ = bundle;
    digest_of_bundle_.clear();
  }
  const json::Value* bundle() const { return bundle_; }
  // The same for the same Bundle, wherever it stands.
  const std::string& digest_of_bundle() {
    if (digest_of_bundle_.empty() && bundle_ != nullptr) {
      const auto begin = bundle_->offset;
      const auto digest = digest_of(
          std::string_view(source_.text).substr(begin, end_of(source_.text, begin) - begin));
      digest_of_bundle_ = std::to_string(digest.high) + "-" + std::to_string(digest.low);
    }
    return digest_of_bundle_;
  }

  // What is wrong outside of all resources of a text whose root is of that type.
  void report_others(const std::string& type, diag::Sink& sink) const {
    for (const auto& fault : faults_)
      sink.report(fault.code, fault.message, {&source_, fault.begin, fault.end},
                  type + "." + fault.path, fault.advice);
  }

 private:
  const Source& source_;
  std::size_t at_ = 0;
  std::uint32_t line_;
  std::uint32_t column_;
  std::vector<json::Fault> faults_;  // that no part has taken yet
  const json::Value* bundle_ = nullptr;
  std::string digest_of_bundle_;  // empty: nobody has asked for it
};

// FHIR R4 3.1.1.5.7: the matches may be on several pages.
void say_what_may_be_missing(const json::Value& searchset, const Source& source, diag::Sink& sink) {
  std::size_t matches = 0;
  each_item(searchset.find("entry"), [&](const json::Value& entry) {
    const auto* search = entry.find("search");
    const auto mode = search == nullptr ? std::string_view() : search->text_of("mode");
    if (mode.empty() || mode == "match") ++matches;
  });
  const auto say = [&](const json::Value& at, const char* path, const char* what) {
    sink.report({diag::Code::import_unclear,
                 diag::Severity::information,
                 what,
                 {&source, at.offset, at.offset + 1},
                 path,
                 "give the other pages, too, or let 'paraneo pull' fetch them"});
  };
  const json::Value* next = nullptr;
  each_item(searchset.find("link"), [&](const json::Value& link) {
    if (link.text_of("relation") == "next") next = &link;
  });
  if (next != nullptr)
    return say(*next, "Bundle.link", "this is one page of a search, and there is a next one");
  const auto* total = searchset.find("total");
  const auto count =
      total != nullptr && !total->is_string() ? Decimal::parse(total->text()) : std::nullopt;
  if (count && *count > Decimal(static_cast<std::int64_t>(matches)))
    say(*total, "Bundle.total", "the search has more matches than this Bundle");
}

class EntryReader {
 public:
  explicit EntryReader(ReadText& out) : out_(out) {}

  void read(const json::Value& root, Text& text, const Source& source, diag::Sink& sink);

 private:
  void add_bundle(const json::Value& bundle, Text& text, const std::string& path);
  void add_entry(const json::Value& entry, Text& text, const std::string& path, std::size_t scope);
  void add_resource(const json::Value& resource, Text& text, std::string path, std::string full_url,
                    std::size_t scope);
  void add_deletion(const json::Value& entry, Text& text, std::string path, std::size_t scope);
  std::string name_of_unidentified(const ChartEntry& entry, const EntryLinks& links, Text& text);

  ReadText& out_;
};

void EntryReader::read(const json::Value& root, Text& text, const Source& source,
                       diag::Sink& sink) {
  const auto type = root.text_of("resourceType");
  if (!root.is_object() || type.empty()) {
    sink.report(diag::Code::fhir_unknown_type,
                "this is no FHIR resource: there is no \"resourceType\"", {&source, 0, 1}, {},
                "every resource begins with it");
    return;
  }
  if (type == "Bundle") {
    add_bundle(root, text, "Bundle");
    if (root.text_of("type") == "searchset") say_what_may_be_missing(root, source, sink);
  } else add_resource(root, text, std::string(type), {}, 0);
}

void EntryReader::add_bundle(const json::Value& bundle, Text& text, const std::string& path) {
  const auto scope = ++out_.bundles;
  const auto* outer = text.bundle();
  text.enter(&bundle);
  std::size_t index = 0;
  each_item(bundle.find("entry"), [&](const json::Value& entry) {
    add_entry(entry, text, path + ".entry[" + std::to_string(index++) + "]", scope);
  });
  text.enter(outer);
}

// A Patient is who its identifier says, in whatever Bundle it comes. Anything else that has no id
// is one of its Bundle: the same placeholder in another one is another resource.
std::string EntryReader::name_of_unidentified(const ChartEntry& entry, const EntryLinks& links,
                                              Text& text) {
  constexpr std::string_view kSpace = "https://paraneo.invalid/identifier";
  const auto is_patient = entry.type == "Patient";
  const auto says_who = [](const std::string& identifier) {
    return !identifier.empty() && !identifier.starts_with('|');
  };
  if (const auto who = std::find_if(links.own.begin(), links.own.end(), says_who);
      is_patient && who != links.own.end())
    return "urn:identifier:" + uuid_of(kSpace, *who);
  if (entry.full_url.empty() || (is_patient && is_uuid_urn(entry.full_url))) return entry.full_url;
  return entry.full_url + " of " + text.digest_of_bundle();
}

void EntryReader::add_entry(const json::Value& entry, Text& text, const std::string& path,
                            std::size_t scope) {
  const auto* resource = entry.find("resource");
  const auto* request = entry.find("request");
  if (request != nullptr && request->text_of("method") == "DELETE")
    return add_deletion(entry, text, path, scope);
  if (resource == nullptr || !resource->is_object()) return;
  if (resource->text_of("resourceType") == "Bundle")
    return add_bundle(*resource, text, path + ".resource");  // the reader bounds the depth
  add_resource(*resource, text, path + ".resource", std::string(entry.text_of("fullUrl")), scope);
}

void EntryReader::add_deletion(const json::Value& entry, Text& text, std::string path,
                               std::size_t scope) {
  auto parts = literal_parts(entry.text_of("fullUrl"));
  if (parts.type.empty()) parts = literal_parts(entry.find("request")->text_of("url"));
  if (parts.type.empty()) return;
  ChartEntry deletion;
  deletion.text = text.part(entry);
  deletion.path = std::move(path);
  deletion.type = parts.type;
  deletion.id = parts.id;
  deletion.base = is_web_address(parts.base) ? parts.base : std::string_view();
  deletion.scope = scope;
  deletion.is_deletion = true;
  if (const auto* response = entry.find("response")) {
    deletion.version = response->text_of("etag");
    deletion.updated = response->text_of("lastModified");
  }
  out_.entries.emplace_back(std::move(deletion), EntryLinks());
}

void EntryReader::add_resource(const json::Value& resource, Text& text, std::string path,
                               std::string full_url, std::size_t scope) {
  ChartEntry entry;
  entry.text = text.part(resource);
  // Of a fault's path what leads to the resource goes, but for the root's type, which it does not
  // have.
  const auto inner = path.find('.');
  entry.faults =
      text.faults_of(entry.text.text, resource.offset,
                     inner == std::string::npos ? std::string() : path.substr(inner + 1) + ".");
  entry.path = std::move(path);
  entry.type = resource.text_of("resourceType");
  entry.id = resource.text_of("id");
  entry.full_url = std::move(full_url);
  entry.scope = scope;
  if (const auto parts = literal_parts(entry.full_url); is_web_address(parts.base)) {
    entry.base = parts.base;
    if (entry.id.empty()) entry.id = parts.id;
  }
  if (const auto* meta = resource.find("meta")) {
    entry.version = meta->text_of("versionId");
    entry.updated = meta->text_of("lastUpdated");
  }
  entry.is_of_other_release = has_foreign_modifier(resource);
  EntryLinks links;
  for (const auto* name : {"subject", "patient"})
    each_item(resource.find(name), [&](const json::Value& reference) {
      if (const auto target = reference.text_of("reference"); !target.empty())
        links.references.emplace_back(target);
      const auto* identifier = reference.find("identifier");
      auto who = identifier == nullptr ? std::string() : identifier_text(*identifier);
      if (!who.empty()) links.identifiers.push_back(std::move(who));
    });
  for (const auto* name : {"result", "hasMember", "section"})
    if (const auto* value = resource.find(name)) references_in(*value, links.members);
  references_in(resource, links.others);
  if (entry.type == "Patient") {
    each_item(resource.find("identifier"),
              [&](const json::Value& each) { links.own.push_back(identifier_text(each)); });
    links.sex = resource.text_of("gender");
    links.birth = resource.text_of("birthDate");
    each_item(resource.find("link"), [&](const json::Value& link) {
      const auto* other = link.find("other");
      if (other == nullptr) return;
      if (link.text_of("type") == "replaced-by") links.replaced_by = other->text_of("reference");
      if (link.text_of("type") == "replaces" && other->find("reference") != nullptr)
        links.replaces.emplace_back(other->text_of("reference"));
    });
  }
  if (entry.id.empty()) entry.name = name_of_unidentified(entry, links, text);
  out_.entries.emplace_back(std::move(entry), std::move(links));
}

}  // namespace

ReadText read_entries(const Source& text, const Limits& limits, diag::Sink& sink) {
  ReadText out;
  out.name = text.name;
  EntryReader reader(out);
  Arena arena;
  const Budget budget(limits, arena, &steady_clock());
  diag::Sink messages(limits.diagnostics_max);
  if (const auto* json = json::read(text, arena, limits, messages, &budget)) {
    Text whole(text);
    reader.read(*json, whole, text, sink);
    return out;
  }
  auto repaired = budget.is_late() ? std::nullopt : json::repair(text.text, limits);
  if (!repaired) {
    for (const auto& message : messages.all()) sink.report(message);
    return out;
  }
  auto readable = text;
  readable.text = std::move(repaired->text);
  const auto* json = json::read(readable, arena, limits, sink, &budget);
  if (json == nullptr) return out;
  Text whole(readable, std::move(repaired->faults));
  reader.read(*json, whole, readable, sink);
  whole.report_others(std::string(json->text_of("resourceType")), sink);
  return out;
}

}  // namespace paraneo::record

#include "sync/content.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/arena.h"
#include "base/source.h"
#include "base/uuid.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "json/write.h"
#include "rest/compare.h"

namespace paraneo::sync {
namespace {

// How a type says that a resource of it was entered in error (R4).
struct InError {
  std::string_view type;
  std::string_view element;  // a code, a CodeableConcept or a boolean that then is false
  std::string_view system;   // of the CodeableConcept; empty for the others
  std::string_view dropped;  // must not stand beside it
};
constexpr std::array kInError = {
#define X(...) InError{__VA_ARGS__},
#include "sync/in_error.def"
#undef X
};
constexpr std::string_view kCode = "entered-in-error";

const InError* find_in_error(std::string_view type) {
  const auto* found = std::find_if(kInError.begin(), kInError.end(),
                                   [&](const InError& e) { return e.type == type; });
  return found == kInError.end() ? nullptr : found;
}

struct Parsed {
  Parsed(const std::string& text, const Limits& limits) : source{"resource", text} {
    root = json::read(source, arena, limits, sink);
    if (root != nullptr && !root->is_object()) root = nullptr;
  }
  Source source;
  Arena arena;
  diag::Sink sink;
  const json::Value* root = nullptr;
};

// HAPI appends "#" and the id of the request, also to nothing.
std::string_view own_source(const json::Value& source) {
  return source.text().substr(0, source.text().find('#'));
}

void write_meta(json::Writer& writer, const json::Value& meta) {
  const auto added = [](const json::Member& member) {
    return member.name == "versionId" || member.name == "lastUpdated" ||
           (member.name == "source" && own_source(member.value).empty());
  };
  const auto members = meta.members();
  if (std::all_of(members.begin(), members.end(), added)) return;
  writer.key("meta");
  writer.begin_object();
  for (const auto& member : members) {
    if (added(member)) continue;
    writer.key(member.name);
    if (member.name == "source") writer.string(own_source(member.value));
    else writer.value(member.value);
  }
  writer.end_object();
}

void write_in_error(json::Writer& writer, const InError& how) {
  writer.key(how.element);
  if (how.element == "active") return writer.boolean(false);
  if (how.system.empty()) return writer.string(kCode);
  writer.begin_object();
  writer.key("coding");
  writer.begin_array();
  writer.begin_object();
  writer.key("system");
  writer.string(how.system);
  writer.key("code");
  writer.string(kCode);
  writer.end_object();
  writer.end_array();
  writer.end_object();
}

std::string rewritten(const json::Value& resource, const InError* how) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  bool said = how == nullptr;
  for (const auto& member : resource.members()) {
    if (how != nullptr && member.name == how->element) {
      write_in_error(writer, *how);
      said = true;
      continue;
    }
    if (how != nullptr && (member.name == how->dropped ||
                           (member.name.starts_with('_') && member.name.substr(1) == how->element)))
      continue;
    if (member.name == "meta") {
      write_meta(writer, member.value);
    } else {
      writer.key(member.name);
      writer.value(member.value);
    }
  }
  if (!said) write_in_error(writer, *how);
  writer.end_object();
  return out;
}

// The text of a resource around its meta, which servers write to.
struct AroundMeta {
  std::string_view before;  // without the comma
  std::string_view meta;    // empty: there is none
  std::string_view after;
};

// None where the text has it elsewhere than before all other objects. A quotation mark inside of a
// string is escaped, so the name is found where it is one.
std::optional<AroundMeta> around_meta(std::string_view text) {
  constexpr std::string_view kName = R"(,"meta":)";
  const auto at = text.find(kName);
  if (at == std::string_view::npos) return AroundMeta{text, {}, {}};
  AroundMeta parts;
  parts.before = text.substr(0, at);
  text.remove_prefix(at + kName.size());
  if (parts.before.find_first_of("{[", 1) != std::string_view::npos || !text.starts_with('{'))
    return std::nullopt;
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') ++i;
    else if (c == '"') in_string = !in_string;
    else if (!in_string && c == '{') ++depth;
    else if (!in_string && c == '}' && --depth == 0) {
      parts.meta = text.substr(0, i + 1);
      parts.after = text.substr(i + 1);
      return parts;
    }
  }
  return std::nullopt;
}

bool is_joined(std::string_view text, const AroundMeta& parts) {
  return text.size() == parts.before.size() + parts.after.size() &&
         text.starts_with(parts.before) && text.ends_with(parts.after);
}

bool same_meta(std::string_view ours, std::string_view theirs, const Limits& limits) {
  const auto alone = [](std::string_view meta) {
    return meta.empty() ? std::string("{}") : R"({"meta":)" + std::string(meta) + "}";
  };
  const Parsed a(alone(ours), limits);
  const Parsed b(alone(theirs), limits);
  return a.root != nullptr && b.root != nullptr && rest::same_content(*a.root, *b.root, {});
}

// Without reading either as a whole: most copies are letter by letter what was sent. With it a push
// of 30,000 resources that are there already takes 8.0 ms of user time for 1,000 instead of 9.0.
bool says_the_same_by_text(const std::string& ours, const std::string& copy, const Limits& limits) {
  const auto a = around_meta(ours);
  const auto b = around_meta(copy);
  if (!a || !b) return false;
  const bool same =
      a->meta.empty() ? is_joined(ours, *b) : a->before == b->before && a->after == b->after;
  return same && same_meta(a->meta, b->meta, limits);
}

}  // namespace

std::string hash_of(std::string_view text) { return uuid_of("urn:paraneo:content", text); }

std::string as_sent(const std::string& copy, const Limits& limits) {
  const Parsed parsed(copy, limits);
  return parsed.root == nullptr ? std::string() : rewritten(*parsed.root, nullptr);
}

bool can_be_in_error(std::string_view type) { return find_in_error(type) != nullptr; }

std::string entered_in_error(const std::string& copy, const Limits& limits) {
  const Parsed parsed(copy, limits);
  const auto* how =
      parsed.root == nullptr ? nullptr : find_in_error(parsed.root->text_of("resourceType"));
  return how == nullptr ? std::string() : rewritten(*parsed.root, how);
}

bool says_the_same(const std::string& ours, const std::string& copy, const std::string& base_url,
                   const Limits& limits) {
  if (says_the_same_by_text(ours, copy, limits)) return true;
  const Parsed a(ours, limits);
  const Parsed b(copy, limits);
  return a.root != nullptr && b.root != nullptr && rest::same_content(*a.root, *b.root, base_url);
}

}  // namespace paraneo::sync

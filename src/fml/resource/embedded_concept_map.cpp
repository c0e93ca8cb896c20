#include "fml/resource/embedded_concept_map.h"

#include <algorithm>

#include "fml/text/comment_lines.h"
#include "fml/equivalence.h"
#include "fml/metadata.h"
#include "json/read.h"

namespace paraneo::fml {
namespace {

using namespace ast;

// R4's word for R5's: the plain one of each meaning.
std::string_view from_r5(std::string_view relationship) {
  if (relationship == "equivalent") return "equivalent";
  if (relationship == "source-is-narrower-than-target") return "wider";
  if (relationship == "source-is-broader-than-target") return "narrower";
  if (relationship == "not-related-to") return "disjoint";
  return relationship == "related-to" ? "relatedto" : "";
}

const EquivalenceSign* sign_of(std::string_view code) {
  for (const auto& sign : kEquivalenceSigns)
    if (sign.code == code) return &sign;
  return nullptr;
}

class Reader {
 public:
  Reader(const Source& source, Arena& arena, InlineConceptMap& to)
      : source_(source), arena_(arena), to_(to) {}

  bool read(const json::Value& resource) {
    to_.id = resource.text_of("id");
    to_.span = {&source_, resource.offset, resource.offset + 1};
    for (const auto& member : resource.members()) {
      if (member.name == "extension") extensions(member.value);
      else if (member.name == "status") exact_ = exact_ && member.value.text() == "draft";
      else if (member.name != "resourceType" && member.name != "id" && member.name != "group")
        exact_ = false;
    }
    if (const auto* groups = resource.find("group"))
      for (const auto& group : groups->items()) read_group(group);
    return exact_ && resource.find("status") != nullptr && !to_.id.empty();
  }

 private:
  void extensions(const json::Value& list) {
    for (const auto& item : list.items()) {
      const auto url = item.text_of("url");
      const auto value = item.text_of("valueString");
      const auto equals = value.find('=');
      if (url == extension::kPrefix && equals != std::string_view::npos) {
        to_.prefixes.push_back({value.substr(0, equals), value.substr(equals + 1)});
        said_ = to_.prefixes.size();
      } else if (url == extension::kCommentBefore || url == extension::kCommentEnd) {
        split(value, url == extension::kCommentEnd ? to_.comments.end : to_.comments.before);
      } else if (url == extension::kCommentAfter) {
        to_.comments.after = value;
      } else {
        exact_ = false;
      }
    }
  }

  bool only(const json::Value& object, std::initializer_list<std::string_view> names) {
    const auto known =
        std::all_of(object.members().begin(), object.members().end(), [&](const auto& member) {
          return std::find(names.begin(), names.end(), member.name) != names.end();
        });
    exact_ = exact_ && known;
    return known;
  }

  void read_group(const json::Value& group) {
    only(group, {"source", "target", "element", "unmapped"});
    const auto source = group.text_of("source"), target = group.text_of("target");
    if (const auto* unmapped = group.find("unmapped")) {
      only(*unmapped, {"mode"});
      const auto mode = unmapped->text_of("mode");
      exact_ = exact_ && (mode == "provided" || mode == "use-source-code") &&
               group.find("element") == nullptr;
      to_.unmapped.push_back(prefix(source, "s"));
    }
    const auto* elements = group.find("element");
    if (elements == nullptr) return;
    for (const auto& element : elements->items()) {
      only(element, {"extension", "code", "target", "noMap"});
      CodeRow row;
      if (const auto* list = element.find("extension"))
        for (const auto& e : list->items()) {
          if (e.text_of("url") == extension::kCommentBefore)
            split(e.text_of("valueString"), row.comments.before);
          else exact_ = false;
        }
      row.source_system = source;
      row.source_code = element.text_of("code");
      row.source_prefix = prefix(source, "s");
      row.span = {&source_, element.offset, element.offset + 1};
      const auto* targets = element.find("target");
      if (element.find("noMap") != nullptr) {
        row.equivalence = "unmatched";
        to_.rows.push_back(row);
        exact_ = exact_ && targets == nullptr;
      } else if (targets == nullptr || targets->items().size() != 1) {
        exact_ = false;
      }
      if (targets == nullptr) continue;
      for (const auto& item : targets->items()) read_target(item, target, row);
    }
  }

  void read_target(const json::Value& item, std::string_view system, CodeRow row) {
    only(item, {"code", "equivalence", "relationship", "_relationship", "comment"});
    row.equivalence = item.text_of("equivalence");
    if (row.equivalence.empty()) row.equivalence = from_r5(item.text_of("relationship"));
    if (const auto* shadow = item.find("_relationship"))
      if (const auto* list = shadow->find("extension"))
        for (const auto& e : list->items())
          if (e.text_of("url") == extension::kEquivalence) row.equivalence = e.text_of("valueCode");
    if (sign_of(row.equivalence) == nullptr) {
      exact_ = false;
      row.equivalence = "relatedto";
    }
    row.comments.after = item.text_of("comment");
    exact_ = exact_ && row.comments.after.find('\n') == std::string_view::npos;
    row.target_code = item.text_of("code");
    if (row.equivalence != "unmatched") {
      row.target_system = system;
      row.target_prefix = prefix(system, "t");
    }
    exact_ = exact_ && (row.equivalence == "unmatched") == row.target_code.empty();
    to_.rows.push_back(row);
  }

  // The prefix of a system; a new one is s, s2, s3 ... or t, t2 ...
  std::string_view prefix(std::string_view system, std::string_view letter) {
    for (std::size_t i = 0; i < to_.prefixes.size(); ++i)
      if (to_.prefixes[i].system == system &&
          (i < said_ || to_.prefixes[i].name.starts_with(letter)))
        return to_.prefixes[i].name;
    for (int n = 1;; ++n) {
      const auto name = std::string(letter) + (n == 1 ? "" : std::to_string(n));
      if (std::any_of(to_.prefixes.begin(), to_.prefixes.end(),
                      [&](const auto& p) { return p.name == name; }))
        continue;
      return to_.prefixes.emplace_back(Prefix{arena_.copy(name), system}).name;
    }
  }

  const Source& source_;
  Arena& arena_;
  InlineConceptMap& to_;
  std::size_t said_ = 0;  // prefixes that the resource names
  bool exact_ = true;
};

class MapWriter {
 public:
  MapWriter(FhirVersion version, json::Writer& writer)
      : r5_(version == FhirVersion::r5), out_(writer) {}

  void text(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    out_.key(key);
    out_.string(value);
  }

  void groups(const InlineConceptMap& map) {
    if (map.rows.empty() && map.unmapped.empty()) return;
    out_.key("group");
    out_.begin_array();
    for (const auto name : map.unmapped) {
      out_.begin_object();
      for (const auto& p : map.prefixes)
        if (p.name == name) text("source", p.system);
      out_.key("unmapped");
      out_.begin_object();
      text("mode", r5_ ? "use-source-code" : "provided");
      out_.end_object();
      out_.end_object();
    }
    for (std::size_t i = 0; i < map.rows.size();) i = group(map.rows, i);
    out_.end_array();
  }

 private:
  // Rows of the same two systems that stand together; gives the row behind them.
  std::size_t group(const std::vector<CodeRow>& rows, std::size_t begin) {
    out_.begin_object();
    text("source", rows[begin].source_system);
    text("target", rows[begin].target_system);
    out_.key("element");
    out_.begin_array();
    auto i = begin;
    for (; i < rows.size() && rows[i].source_system == rows[begin].source_system &&
           rows[i].target_system == rows[begin].target_system;
         ++i)
      element(rows[i]);
    out_.end_array();
    out_.end_object();
    return i;
  }

  void element(const CodeRow& row) {
    out_.begin_object();
    if (!row.comments.before.empty())
      extension(extension::kCommentBefore, "valueString", joined(row.comments.before));
    text("code", row.source_code);
    const auto* sign = sign_of(row.equivalence);
    if (r5_ && sign != nullptr && sign->r5.empty() && row.comments.after.empty()) {
      out_.key("noMap");
      out_.raw("true");
      out_.end_object();
      return;
    }
    out_.key("target");
    out_.begin_array();
    out_.begin_object();
    text("code", row.target_code);
    if (!r5_) text("equivalence", row.equivalence);
    else relationship(row, sign == nullptr || sign->r5.empty() ? "not-related-to" : sign->r5);
    text("comment", row.comments.after);
    out_.end_object();
    out_.end_array();
    out_.end_object();
  }

  void relationship(const CodeRow& row, std::string_view word) {
    text("relationship", word);
    if (from_r5(word) == row.equivalence) return;
    out_.key("_relationship");
    out_.begin_object();
    extension(extension::kEquivalence, "valueCode", row.equivalence);
    out_.end_object();
  }

  // A list of this one.
  void extension(std::string_view url, std::string_view value_key, std::string_view value) {
    out_.key("extension");
    out_.begin_array();
    out_.begin_object();
    text("url", url);
    out_.key(value_key);
    out_.string(value);
    out_.end_object();
    out_.end_array();
  }

  bool r5_;
  json::Writer& out_;
};

// What a reader would name the prefixes by itself.
bool has_plain_prefixes(const InlineConceptMap& map) {
  InlineConceptMap again;
  Source source{"", {}};
  json::Writer writer(source.text);
  writer.begin_object();
  MapWriter(FhirVersion::r4, writer).groups(map);
  writer.end_object();
  Arena arena;
  diag::Sink sink;
  if (const auto* tree = json::read(source, arena, {}, sink))
    Reader(source, arena, again).read(*tree);
  return std::equal(
      map.prefixes.begin(), map.prefixes.end(), again.prefixes.begin(), again.prefixes.end(),
      [](const auto& a, const auto& b) { return a.name == b.name && a.system == b.system; });
}

}  // namespace

bool read_concept_map(const json::Value& resource, const Source& source, Arena& arena,
                      InlineConceptMap& to) {
  return Reader(source, arena, to).read(resource);
}

void write_concept_map(const InlineConceptMap& map, FhirVersion version,
                       const std::function<void()>& write_extensions, json::Writer& writer) {
  MapWriter out(version, writer);
  writer.begin_object();
  out.text("resourceType", "ConceptMap");
  out.text("id", map.id);
  if (!has_plain_prefixes(map)) {
    writer.key("extension");
    writer.begin_array();
    for (const auto& p : map.prefixes) {
      writer.begin_object();
      out.text("url", extension::kPrefix);
      out.text("valueString", std::string(p.name) + "=" + std::string(p.system));
      writer.end_object();
    }
    write_extensions();
    writer.end_array();
  } else if (!map.comments.none()) {
    writer.key("extension");
    writer.begin_array();
    write_extensions();
    writer.end_array();
  }
  out.text("status", "draft");
  out.groups(map);
  writer.end_object();
}

void add_carried_concept_maps(Map& map, const Limits& limits) {
  for (const auto& member : members(map.metadata)) {
    if (member.name != "contained") continue;
    auto& source = map.sources.emplace_back(
        Source{map.span.source == nullptr ? "" : map.span.source->name, {}});
    json::Writer writer(source.text);
    writer.begin_object();
    write_member(member, writer);
    writer.end_object();
    diag::Sink sink;
    const auto* tree = json::read(source, map.arena, limits, sink);
    const auto* list = tree == nullptr ? nullptr : tree->find("contained");
    if (list == nullptr) continue;
    for (const auto& resource : list->items()) {
      if (resource.text_of("resourceType") != "ConceptMap") continue;
      InlineConceptMap made;
      read_concept_map(resource, source, map.arena, made);
      made.carried = true;
      made.span = member.lines.front()->span;
      for (auto& row : made.rows) row.span = made.span;
      map.concept_maps.push_back(std::move(made));
    }
  }
}

}  // namespace paraneo::fml

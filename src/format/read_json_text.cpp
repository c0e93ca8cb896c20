// JSON text to elements in one go, led by the definitions, where everything is as usual: each
// member is known, has the right shape and stands there once, and no list has a "_" sibling. For
// the rest, and for whatever must be reported, the text is read again as a tree of values. Entry
// points: read_json(), read_usual_json().
#include "base/utf8.h"
#include "element/path.h"
#include "format/json.h"
#include "format/member_guesses.h"
#include "json/read.h"
#include "json/scan.h"

namespace paraneo::format {
namespace {

// Each function takes the place where something begins and gives the one behind it; null: not as
// usual.
class UsualReader {
 public:
  UsualReader(const definition::Definitions& definitions, const Limits& limits, Arena& arena,
              const Budget* budget)
      : definitions_(definitions), limits_(limits), arena_(arena), guesses_(definitions),
        time_(budget) {}

  // Null when not all of it is as usual. `type` as in ReadOptions.
  element::Element* root(std::string_view text, definition::TypeId type) {
    begin_ = arena_.copy_terminated(text, json::kSlack);
    expected_ = type;
    auto* root = element::make_root(arena_, type);
    const auto* end = object(*root, json::skip_white(begin_), limits_.json_depth_max);
    return end != nullptr && json::skip_white(end) == begin_ + text.size() ? root : nullptr;
  }
  bool was_late() const { return time_.was_late(); }

 private:
  // Each with room behind it for goes_on_with().
  static constexpr std::string_view kResourceType = "\"resourceType\"                ";
  static constexpr std::string_view kTrue = "true                ";
  static constexpr std::string_view kFalse = "false                ";

  // `levels` may be open, with this one. A resource inside another one has no type yet.
  const char* object(element::Element& element, const char* at, std::size_t levels) {
    if (*at != '{' || levels == 0) return nullptr;
    element.offset = offset_of(at);
    at = json::skip_white(at + 1);
    if (element.parent == nullptr || element.type == 0) at = resource_type(element, at);
    return at == nullptr || element.type == 0 ? nullptr : members(element, at, levels - 1);
  }

  const char* members(element::Element& element, const char* at, std::size_t levels) {
    for (const definition::Member* member = nullptr;;) {
      if (*at == '"' && at[1] == '_') {
        at = extras(element, at, levels);
      } else {
        member = guesses_.take(element.type, member, at);
        if (member == nullptr) return nullptr;
        auto place = place_of(element, member->element);
        at = place.link == nullptr ? nullptr : value(place, *member, at, levels);
      }
      if (at == nullptr) return nullptr;
      at = json::skip_white(at);
      if (*at == '}') return at + 1;
      if (*at != ',') return nullptr;
      at = json::skip_white(at + 1);
    }
  }

  // "_name": the id and the extensions of the primitive "name", which stands before it or nowhere.
  const char* extras(element::Element& parent, const char* at, std::size_t levels) {
    const auto* end = json::skip_plain(at + 2);
    const auto* member = *end == '"' ? definitions_.member(parent.type, {at + 2, end}) : nullptr;
    if (member == nullptr || !definitions_.is_primitive(member->type)) return nullptr;
    const auto& def = definitions_.element_at(member->element);
    at = json::skip_colon(end + 1);
    if (at == nullptr || *at != '{' || levels == 0 || def.is_list()) return nullptr;
    auto* primitive = parent.child(def.name);
    if (primitive == nullptr) {
      primitive = element::append_child(arena_, definitions_, parent, def, member->type);
      primitive->offset = offset_of(at);
    }
    const auto is_twin = primitive->type == member->type && primitive->first == nullptr;
    return is_twin ? members(*primitive, json::skip_white(at + 1), levels - 1) : nullptr;
  }

  // To the member behind "resourceType", if that comes first.
  const char* resource_type(element::Element& element, const char* at) {
    const auto name = kResourceType.substr(0, kResourceType.rfind('"') + 1);
    if (!json::goes_on_with(at, name)) return at;
    at = json::skip_colon(at + name.size());
    std::string_view type;
    at = at == nullptr ? nullptr : string(at, type);
    if (at == nullptr || !take_type(element, type)) return nullptr;
    at = json::skip_white(at);
    return *at == ',' ? json::skip_white(at + 1) : nullptr;
  }

  bool take_type(element::Element& element, std::string_view name) {
    const auto is_root = element.parent == nullptr;
    // Models of different origin may share a name: the one that is expected wins.
    if (is_root && expected_ != 0 && name == definitions_.type_name(expected_)) return true;
    const auto type = definitions_.find_type(name, expected_);
    if (type == 0 || !(is_root ? definitions_.is_root(type) : definitions_.is_resource(type)))
      return false;
    element.type = type;
    return true;
  }

  // Where the next element goes.
  struct Place {
    element::Element* parent;
    element::Element** link;  // that will lead to it: the parent's first one, or a sibling's next

    void put(element::Element& element) {
      element.parent = parent;
      element.next = *link;
      *link = &element;
      link = &element.next;
      if (element.next == nullptr) parent->last = &element;
    }
  };

  // Where an element of the definition goes; without a link for the same name twice, or a choice of
  // which two are there.
  static Place place_of(element::Element& parent, std::uint32_t def) {
    if (parent.last == nullptr) return {&parent, &parent.first};
    if (parent.last->def < def) return {&parent, &parent.last->next};
    auto** link = &parent.first;
    while ((*link)->def < def) link = &(*link)->next;
    return {&parent, (*link)->def == def ? nullptr : link};
  }

  const char* value(Place& place, const definition::Member& member, const char* at,
                    std::size_t levels) {
    const auto& def = definitions_.element_at(member.element);
    if (!def.is_list()) return single(place, def, member, at, levels);
    if (*at != '[' || levels == 0) return nullptr;
    do {
      at = single(place, def, member, json::skip_white(at + 1), levels - 1);
      if (at == nullptr) return nullptr;
      at = json::skip_white(at);
    } while (*at == ',');
    return *at == ']' ? at + 1 : nullptr;
  }

  const char* single(Place& place, const definition::ElementDef& def,
                     const definition::Member& member, const char* at, std::size_t levels) {
    if (time_.is_late()) return nullptr;
    const auto& known = definitions_.type(member.type);
    auto* element = arena_.make<element::Element>(element::Element{
        .name = def.name, .type = member.type, .def = member.element, .offset = offset_of(at)});
    // A resource says its type itself.
    if (known.kind == definition::TypeKind::resource) element->type = 0;
    place.put(*element);
    if (known.kind != definition::TypeKind::primitive) return object(*element, at, levels);
    std::string_view text;
    const auto* end = known.form == definition::JsonForm::string   ? string(at, text)
                      : known.form == definition::JsonForm::number ? number(at, text)
                                                                   : boolean(at, text);
    if (end == nullptr) return nullptr;
    element->set_value(text);
    return end;
  }

  const char* string(const char* at, std::string_view& text) {
    if (*at != '"') return nullptr;
    const auto* end = json::skip_plain(at + 1);
    if (*end != '"') {
      const auto* behind = json::decode_string(at, arena_, text);
      return text.empty() ? nullptr : behind;
    }
    text = {at + 1, end};
    return text.empty() ? nullptr : end + 1;
  }
  const char* number(const char* at, std::string_view& text) const {
    const auto* exponent = json::skip_fixed_number(at);
    const auto* end = exponent == nullptr ? nullptr : json::skip_exponent(exponent);
    if (end == nullptr || static_cast<std::size_t>(end - at) > limits_.number_chars_max)
      return nullptr;
    text = {at, end};
    return end;
  }
  static const char* boolean(const char* at, std::string_view& text) {
    for (const auto& word : {kTrue, kFalse}) {
      text = word.substr(0, word.find(' '));
      if (json::goes_on_with(at, text)) return at + text.size();
    }
    return nullptr;
  }

  std::uint32_t offset_of(const char* at) const { return static_cast<std::uint32_t>(at - begin_); }

  const definition::Definitions& definitions_;
  const Limits& limits_;
  Arena& arena_;
  MemberGuesses guesses_;
  TimeCheck time_;
  const char* begin_ = nullptr;
  definition::TypeId expected_ = 0;  // of the root, where it does not say another one; resources
                                     // inside are of its release
};

}  // namespace

element::Element* read_usual_json(const definition::Definitions& definitions, const Source& source,
                                  const ReadOptions& options, const Limits& limits, Arena& arena,
                                  const Budget* budget) {
  const auto mark = arena.mark();
  if (source.text.size() <= limits.json_bytes_max &&
      utf8::first_invalid(source.text) == std::string_view::npos) {
    if (auto* root =
            UsualReader(definitions, limits, arena, budget).root(source.text, options.type))
      return root;
  }
  arena.rewind(mark);
  return nullptr;
}

element::Element* read_json(const definition::Definitions& definitions, const Source& source,
                            const ReadOptions& options, const Limits& limits, Arena& arena,
                            diag::Sink& sink, const Budget* budget) {
  if (auto* root = read_usual_json(definitions, source, options, limits, arena, budget))
    return root;
  if (budget != nullptr && budget->is_late()) {
    json::report_late(source, *budget, sink);
    return nullptr;
  }
  const auto* value = json::read(source, arena, limits, sink, budget);
  return value == nullptr ? nullptr
                          : read_json(definitions, *value, source, options, arena, sink, budget);
}

}  // namespace paraneo::format

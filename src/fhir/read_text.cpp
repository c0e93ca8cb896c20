// JSON text to elements in one go, where everything is as usual: each member is known, has the right
// shape and stands there once, and no "_" siblings. For the rest, and for whatever must be reported, the
// text is read again as a tree of values. Entry point: read_json().
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "fhir/element.h"
#include "fhir/member_guesses.h"
#include "json/events.h"
#include "json/read.h"

namespace paraneo::fhir {
namespace {

// A handler of json::Events. What is not as usual ends it.
class UsualReader {
 public:
  UsualReader(const Definitions& definitions, TypeId type, const Limits& limits, Arena& arena)
      : definitions_(definitions), type_(type), limits_(limits), arena_(arena), guesses_(definitions) {}

  // Of the finished text.
  Element* root() const { return root_; }

  bool null(std::uint32_t) { return false; }
  bool boolean(bool truth, std::uint32_t offset) { return primitive(JsonForm::boolean, truth ? "true" : "false", false, offset); }
  bool number(std::string_view digits, std::uint32_t offset) {
    return digits.size() <= limits_.number_chars_max && primitive(JsonForm::number, digits, false, offset);
  }
  bool string(std::string_view text, bool plain, std::uint32_t offset) {
    if (text.empty() || !(plain || utf8::first_invalid(text) == std::string_view::npos)) return false;
    return names_type_ ? resource_type(text) : primitive(JsonForm::string, text, plain, offset);
  }

  bool key(std::string_view name, bool, std::uint32_t) {
    auto& object = *object_;
    const auto is_first = !std::exchange(object.any_member, true);
    if (is_first && (object.element == root_ || object.element->type == 0)) names_type_ = name == "resourceType";
    if (names_type_) return is_first;
    object.member = guesses_.find(object.element->type, object.members, object.member, name);
    return object.member != nullptr && is_new(*object.element, object.member->element);
  }

  bool begin(json::Kind kind, std::uint32_t offset) {
    if (names_type_) return false;
    if (kind == json::Kind::array) return begin_list();
    if (open_.size() >= limits_.json_depth_max) return false;
    if (object_ == nullptr) return open(*(root_ = make_root(arena_, type_)), offset);
    const auto* member = value_here();
    if (member == nullptr || definitions_.is_primitive(member->type)) return false;
    // A resource says its type itself, in its first member.
    const auto type = definitions_.type(member->type).kind == TypeKind::resource ? 0 : member->type;
    return open(*append_child(arena_, definitions_, *object_->element, definitions_.element_at(member->element), type), offset);
  }

  bool end(json::Kind kind) {
    if (kind == json::Kind::array) return end_list();
    if (is_empty(*object_)) return false;
    open_.pop_back();
    object_ = open_.empty() ? nullptr : &open_.back();
    return true;
  }

 private:
  struct Object {
    Element* element = nullptr;
    std::span<const Member> members;  // of its type
    const Member* member = nullptr;   // the last one
    bool any_member = false;
    bool in_list = false;             // of that member
    bool any_item = false;            // in that list
  };

  static bool is_empty(const Object& object) { return object.element->first == nullptr; }

  bool open(Element& element, std::uint32_t offset) {
    element.offset = offset;
    open_.push_back({&element, element.type == 0 ? std::span<const Member>() : definitions_.members(element.type)});
    object_ = &open_.back();
    return true;
  }

  bool resource_type(std::string_view name) {
    names_type_ = false;
    auto& object = *object_;
    // Models of different origin may share a name: the one that is expected wins.
    const auto is_root = object.element == root_;
    if (is_root && type_ != 0 && name == definitions_.type_name(type_)) return true;
    const auto type = definitions_.find_type(name, type_);
    if (type == 0 || !(is_root ? definitions_.is_root(type) : definitions_.is_resource(type))) return false;
    object.element->type = type;
    object.members = definitions_.members(type);
    return true;
  }

  // The same name twice, or a choice of which two are there.
  static bool is_new(const Element& parent, std::uint32_t def) {
    if (parent.last == nullptr || parent.last->def < def) return true;
    for (const auto* c = parent.first; c != nullptr && c->def <= def; c = c->next)
      if (c->def == def) return false;
    return true;
  }

  // The member whose value stands here; null where none may.
  const Member* value_here() {
    if (object_ == nullptr || object_->member == nullptr) return nullptr;
    if (object_->in_list != definitions_.element_at(object_->member->element).is_list()) return nullptr;
    object_->any_item = true;
    return object_->member;
  }

  bool begin_list() {
    if (object_ == nullptr || object_->member == nullptr || object_->in_list) return false;
    object_->in_list = true;
    object_->any_item = false;
    return definitions_.element_at(object_->member->element).is_list();
  }
  bool end_list() {
    object_->in_list = false;
    return object_->any_item;
  }

  bool primitive(JsonForm form, std::string_view text, bool plain, std::uint32_t offset) {
    const auto* member = names_type_ ? nullptr : value_here();
    if (member == nullptr) return false;
    const auto& type = definitions_.type(member->type);
    if (type.kind != TypeKind::primitive || type.form != form) return false;
    auto* element = append_child(arena_, definitions_, *object_->element, definitions_.element_at(member->element), member->type);
    element->offset = offset;
    element->set_value(text, plain);
    return true;
  }

  const Definitions& definitions_;
  const TypeId type_;  // of the root, where it does not say another one; resources inside are of its release
  const Limits& limits_;
  Arena& arena_;
  MemberGuesses guesses_;
  Element* root_ = nullptr;
  std::vector<Object> open_;
  Object* object_ = nullptr;  // the innermost one
  bool names_type_ = false;   // the value of "resourceType" comes next
};

}  // namespace

Element* read_json(const Definitions& definitions, const Source& source, const ReadOptions& options, const Limits& limits,
                   Arena& arena, diag::Sink& sink) {
  const auto mark = arena.mark();
  if (source.text.size() <= limits.json_bytes_max && utf8::first_invalid(source.text) == std::string_view::npos) {
    UsualReader reader(definitions, options.type, limits, arena);
    json::Events events(source, arena, reader);
    if (events.read() && events.end() == source.text.size()) return reader.root();
  }
  arena.rewind(mark);
  const auto* value = json::read(source, arena, limits, sink);
  return value == nullptr ? nullptr : read_json(definitions, *value, source, options, arena, sink);
}

}  // namespace paraneo::fhir

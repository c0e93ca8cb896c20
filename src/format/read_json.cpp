// JSON to elements by the rules of FHIR R4 2.6.2: choice names, "_" siblings, lists with nulls.
// Entry point: read_json(). Depth is bounded by the JSON reader.
#include <algorithm>

#include "diag/suggest.h"
#include "element/message_place.h"
#include "element/path.h"
#include "format/json.h"
#include "format/member_guesses.h"
#include "json/read.h"

namespace paraneo::format {
namespace {

using diag::Code;

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string_view word(json::Kind kind) {
  switch (kind) {
    case json::Kind::null: return "null";
    case json::Kind::boolean: return "a boolean";
    case json::Kind::number: return "a number";
    case json::Kind::string: return "a string";
    case json::Kind::array: return "a list";
    case json::Kind::object: return "an object";
  }
  return "";
}

std::string_view word(definition::JsonForm form) {
  return form == definition::JsonForm::number    ? "a number"
         : form == definition::JsonForm::boolean ? "true or false"
                                                 : "a string";
}

bool fits(json::Kind kind, definition::JsonForm form) {
  return form == definition::JsonForm::number    ? kind == json::Kind::number
         : form == definition::JsonForm::boolean ? kind == json::Kind::boolean
                                                 : kind == json::Kind::string;
}

class ElementReader {
 public:
  ElementReader(const definition::Definitions& definitions, const Source& source, Arena& arena,
                diag::Sink& sink, const Budget* budget)
      : definitions_(definitions), source_(source), arena_(arena), sink_(sink),
        guesses_(definitions), time_(budget) {}

  element::Element* root(const json::Value& value, definition::TypeId type) {
    root_type_ = type;
    if (!value.is_object()) {
      report(Code::fhir_wrong_shape, value,
             "expected an object, found " + std::string(word(value.kind)));
      return nullptr;
    }
    const auto* name = value.find("resourceType");
    // Models of different origin may share a name: the one that is expected wins.
    const auto is_expected =
        name != nullptr && type != 0 && name->text() == definitions_.type_name(type);
    if ((name != nullptr && !is_expected) || type == 0) type = resource_type(value);
    if (type == 0) return nullptr;
    auto* element = element::make_root(arena_, type);
    element->offset = value.offset;
    children(*element, value);
    return element;
  }
  bool was_late() const { return time_.was_late(); }

 private:
  void report(Code code, const json::Value& at, std::string message, std::string advice = {},
              const element::Element* parent = nullptr) {
    sink_.report(
        code, std::move(message), {&source_, at.offset, at.offset + 1},
        parent == nullptr ? std::string() : element::path_for(sink_, definitions_, *parent),
        std::move(advice));
  }

  static constexpr std::size_t kNoIndex = static_cast<std::size_t>(-1);

  // About a child that there is no element for.
  void report_child(Code code, const json::Value& at, std::string message, std::string advice,
                    const element::Element& parent, const definition::ElementDef& def,
                    std::size_t index = kNoIndex) {
    auto path = element::path_for(sink_, definitions_, parent);
    if (!path.empty())
      path += "." + std::string(definitions_.name(def.name)) +
              (index == kNoIndex ? std::string() : "[" + std::to_string(index) + "]");
    sink_.report(code, std::move(message), {&source_, at.offset, at.offset + 1}, std::move(path),
                 std::move(advice));
  }

  definition::TypeId resource_type(const json::Value& object) {
    const auto* name = object.find("resourceType");
    if (name == nullptr) {
      report(Code::fhir_unknown_type, object, "there is no \"resourceType\"",
             "every resource and record begins with it");
      return 0;
    }
    const auto type = definitions_.find_type(name->text(), root_type_);
    if (type == 0 || !definitions_.is_root(type)) {
      report(Code::fhir_unknown_type, *name,
             quoted(name->text()) + " is no type of resource that is loaded",
             "check the spelling, or load its definition with --ig");
      return 0;
    }
    return type;
  }

  void children(element::Element& parent, const json::Value& object) {
    if (object.members().empty())
      report(Code::fhir_empty, object, "an empty object", "leave it out", &parent);
    const auto has_siblings =
        std::any_of(object.members().begin(), object.members().end(),
                    [](const json::Member& m) { return m.name.starts_with('_'); });
    const definition::Member* before = nullptr;
    for (const auto& member : object.members()) {
      if (time_.is_late()) return;
      auto name = member.name;
      if (name == "resourceType" &&
          (parent.parent == nullptr || definitions_.is_resource(parent.type)))
        continue;
      const auto is_sibling = name.starts_with('_');
      if (is_sibling) name.remove_prefix(1);
      const auto* known = guesses_.find(parent.type, before, name);
      if (known != nullptr) before = known;
      if (known == nullptr || (is_sibling && !definitions_.is_primitive(known->type))) {
        unknown(parent, member);
        continue;
      }
      // A "_" member without its twin has the extensions of values that are not there.
      if (is_sibling && object.find(name) != nullptr) continue;
      const auto* value = is_sibling ? nullptr : &member.value;
      const auto* sibling = is_sibling ? &member.value
                            : has_siblings && definitions_.is_primitive(known->type)
                                ? sibling_of(object, name)
                                : nullptr;
      values(parent, *known, value, sibling);
    }
  }

  const json::Value* sibling_of(const json::Value& object, std::string_view name) {
    for (const auto& member : object.members())
      if (member.name.size() == name.size() + 1 && member.name[0] == '_' &&
          member.name.substr(1) == name)
        return &member.value;
    return nullptr;
  }

  void unknown(const element::Element& parent, const json::Member& member) {
    const auto near = diag::closest(
        sink_, member.name, definitions_.members(parent.type),
        [&](const definition::Member& known) { return definitions_.name(known.json_name); });
    auto advice = near.empty() ? std::string() : diag::did_you_mean(near);
    if (advice.empty()) {
      advice = "known here: ";
      for (const auto& element : definitions_.elements(parent.type)) {
        if (advice.size() > 100) {
          advice += ", …";
          break;
        }
        advice += (advice.size() > 12 ? ", " : "") + std::string(definitions_.name(element.name));
      }
    }
    sink_.report(
        Code::fhir_unknown_element,
        std::string(definitions_.type_name(parent.type)) + " has no element " + quoted(member.name),
        {&source_, member.name_offset,
         member.name_offset + static_cast<std::uint32_t>(member.name.size()) + 2},
        element::path_for(sink_, definitions_, parent), std::move(advice));
  }

  // All values of one member, paired with their "_" sibling.
  void values(element::Element& parent, const definition::Member& member, const json::Value* value,
              const json::Value* sibling) {
    const auto& def = definitions_.element_at(member.element);
    if (!def.is_list()) {
      one(parent, def, member.type, value, sibling, kNoIndex);
      return;
    }
    for (const auto** list : {&value, &sibling}) {
      if (*list == nullptr || (*list)->is_array()) continue;
      report_child(Code::fhir_wrong_shape, **list,
                   quoted(definitions_.name(member.json_name)) + " is a list, found " +
                       std::string(word((*list)->kind)),
                   "put it in [ ]", parent, def);
      *list = nullptr;
    }
    if (value == nullptr && sibling == nullptr) return;
    const auto items = value == nullptr ? std::span<const json::Value>() : value->items();
    const auto others = sibling == nullptr ? std::span<const json::Value>() : sibling->items();
    if (items.empty() && others.empty())
      report_child(Code::fhir_empty, value == nullptr ? *sibling : *value, "an empty list",
                   "leave it out", parent, def);
    for (std::size_t i = 0; i < std::max(items.size(), others.size()); ++i) {
      const auto* item =
          i < items.size() && items[i].kind != json::Kind::null ? &items[i] : nullptr;
      const auto* other =
          i < others.size() && others[i].kind != json::Kind::null ? &others[i] : nullptr;
      if (item == nullptr && other == nullptr) {
        report_child(
            Code::fhir_empty, i < items.size() ? items[i] : others[i], "a null in a list",
            "leave it out; null only stands for a value whose extensions are in the \"_\" list",
            parent, def, i);
        continue;
      }
      if (time_.is_late()) return;
      one(parent, def, member.type, item, other, i);
    }
  }

  void one(element::Element& parent, const definition::ElementDef& def, definition::TypeId type,
           const json::Value* value, const json::Value* sibling, std::size_t index) {
    if (definitions_.is_primitive(type)) return primitive(parent, def, type, value, sibling, index);
    if (!value->is_object()) {
      report_child(Code::fhir_wrong_shape, *value,
                   quoted(definitions_.name(def.name)) + " is an object of type " +
                       std::string(definitions_.type_name(type)) + ", found " +
                       std::string(word(value->kind)),
                   value->is_array() ? "only one is allowed here" : "", parent, def, index);
      return;
    }
    if (definitions_.type(type).kind == definition::TypeKind::resource)
      type = resource_type(*value);
    if (type == 0) return;
    auto* element = element::append_child(arena_, definitions_, parent, def, type);
    element->offset = value->offset;
    children(*element, *value);
  }

  void primitive(element::Element& parent, const definition::ElementDef& def,
                 definition::TypeId type, const json::Value* value, const json::Value* sibling,
                 std::size_t index) {
    const auto form = definitions_.type(type).form;
    if (value != nullptr && !fits(value->kind, form)) {
      report_child(Code::fhir_wrong_shape, *value,
                   quoted(definitions_.name(def.name)) + " is " + std::string(word(form)) +
                       " of type " + std::string(definitions_.type_name(type)) + ", found " +
                       std::string(word(value->kind)),
                   {}, parent, def, index);
      return;
    }
    if (sibling != nullptr && !sibling->is_object()) {
      report_child(Code::fhir_wrong_shape, *sibling,
                   "expected an object with \"id\" or \"extension\"", {}, parent, def, index);
      sibling = nullptr;
      if (value == nullptr) return;
    }
    auto* element = element::append_child(arena_, definitions_, parent, def, type);
    element->offset = value != nullptr ? value->offset : sibling->offset;
    if (value != nullptr)
      element->set_value(form == definition::JsonForm::boolean ? (value->truth ? "true" : "false")
                                                               : value->text());
    if (value != nullptr && value->text().empty() && form == definition::JsonForm::string)
      report_child(Code::fhir_empty, *value, "an empty string", "leave it out", parent, def, index);
    if (sibling != nullptr) children(*element, *sibling);
  }

  const definition::Definitions& definitions_;
  const Source& source_;
  Arena& arena_;
  diag::Sink& sink_;
  MemberGuesses guesses_;
  TimeCheck time_;
  definition::TypeId root_type_ = 0;  // resources inside are of its release
};

}  // namespace

element::Element* read_json(const definition::Definitions& definitions, const json::Value& value,
                            const Source& source, const ReadOptions& options, Arena& arena,
                            diag::Sink& sink, const Budget* budget) {
  ElementReader reader(definitions, source, arena, sink, budget);
  auto* root = reader.root(value, options.type);
  if (!reader.was_late()) return root;
  json::report_late(source, *budget, sink);
  return nullptr;
}

}  // namespace paraneo::format

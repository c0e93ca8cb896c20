// XML to the tree of values that JSON has for the same content (FHIR R4 2.6.1, 2.6.2), led by the
// definitions: they say what is a list, a number, an attribute, a narrative. Entry points:
// read_xml_tree(), read_xml(). Depth is bounded by the XML reader.
#include <algorithm>
#include <limits>
#include <tuple>
#include <vector>

#include "format/member_guesses.h"
#include "format/xml.h"
#include "json/read.h"
#include "xml/read.h"

namespace paraneo::format {
namespace {

using definition::TypeId;
using diag::Code;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// As RFC 8259 writes one.
bool is_number(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const auto digits = [&] {
    const auto begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - begin;
  };
  const auto begin = at;
  if (const auto count = digits(); count == 0 || (count > 1 && text[begin] == '0')) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

// As the reader of JSON has it.
constexpr int kExponentMax = 308;

bool is_too_big(std::string_view number) {
  const auto e = number.find_first_of("eE");
  if (e == std::string_view::npos || number[e + 1] == '-') return false;
  int exponent = 0;
  for (auto at = e + (number[e + 1] == '+' ? 2 : 1); at < number.size() && exponent <= kExponentMax;
       ++at)
    exponent = exponent * 10 + (number[at] - '0');
  return exponent > kExponentMax;
}

class TreeMaker {
 public:
  TreeMaker(const definition::Definitions& definitions, const Source& source,
            const ReadOptions& options, const Limits& limits, Arena& arena, diag::Sink& sink,
            const Budget* budget)
      : definitions_(definitions), source_(source), options_(options), limits_(limits),
        arena_(arena), sink_(sink), guesses_(definitions), xhtml_(definitions.find_symbol("xhtml")),
        time_(budget) {}

  const json::Value* root(const xml::Node& node) {
    if (node.space != kFhirSpace) {
      report(Code::xml_namespace, node, node.offset,
             "the root <" + std::string(node.name) + "> is " + of_space(node),
             "write <" + std::string(node.name) + " xmlns=\"" + std::string(kFhirSpace) +
                 "\">, and no other version of it");
      return nullptr;
    }
    const auto is_expected =
        options_.type != 0 && definitions_.type_name(options_.type) == node.name;
    const auto* value = arena_.make<json::Value>(is_expected ? typed_root(node) : resource(node));
    return value;
  }
  bool was_late() const { return time_.was_late(); }

 private:
  struct Child {
    const xml::Node* node;
    const definition::Member* member;  // null: the type has no such element
    std::uint32_t rank() const {
      return member == nullptr ? std::numeric_limits<std::uint32_t>::max() : member->element;
    }
    auto key() const {
      return std::tuple(rank(), member == nullptr ? 0 : member->json_name,
                        member == nullptr ? node->name : std::string_view());
    }
  };

  static std::string of_space(const xml::Node& node) {
    return node.space.empty() ? "of no namespace" : "of the namespace " + std::string(node.space);
  }
  static std::string path_of(const xml::Node& node) {
    return (node.parent == nullptr ? std::string() : path_of(*node.parent) + ".") +
           std::string(node.name);
  }
  void report(Code code, const xml::Node& node, std::uint32_t offset, std::string message,
              std::string advice) {
    const auto size = offset == node.offset ? static_cast<std::uint32_t>(node.name.size()) + 1 : 1;
    sink_.report(code, std::move(message), {&source_, offset, offset + size},
                 sink_.dropped() > 0 ? std::string() : path_of(node), std::move(advice));
  }

  // The values that are put together, and the children that are looked at: stacks, for all levels.
  json::Value close(std::size_t begin, std::uint32_t offset) {
    const auto members =
        arena_.copy_array<json::Member>(std::span(std::as_const(open_)).subspan(begin));
    open_.resize(begin);
    json::Value value;
    value.kind = json::Kind::object;
    value.offset = offset;
    value.size = static_cast<std::uint32_t>(members.size());
    value.first_member = members.data();
    return value;
  }
  json::Value close_list(std::size_t begin) {
    const auto items =
        arena_.copy_array<json::Value>(std::span(std::as_const(items_)).subspan(begin));
    items_.resize(begin);
    json::Value value;
    value.kind = json::Kind::array;
    value.offset = items.empty() ? 0 : items[0].offset;
    value.size = static_cast<std::uint32_t>(items.size());
    value.first_item = items.data();
    return value;
  }
  static json::Value string(std::string_view text, std::uint32_t offset) {
    json::Value value;
    value.kind = json::Kind::string;
    value.offset = offset;
    value.size = static_cast<std::uint32_t>(text.size());
    value.chars = text.data();
    return value;
  }
  void add(std::string_view name, std::uint32_t offset, const json::Value& value) {
    open_.push_back({name, offset, value});
  }

  json::Value typed_root(const xml::Node& node) {
    const auto begin = open_.size();
    if (definitions_.is_root(options_.type))
      add("resourceType", node.offset, string(node.name, node.offset));
    members(node, options_.type);
    return close(begin, node.offset);
  }
  json::Value resource(const xml::Node& node) {
    const auto begin = open_.size();
    add("resourceType", node.offset, string(node.name, node.offset));
    const auto type = definitions_.find_type(node.name, options_.type);
    members(node, definitions_.is_root(type) ? type : 0);
    return close(begin, node.offset);
  }
  json::Value object(const xml::Node& node, TypeId type) {
    const auto begin = open_.size();
    members(node, type);
    return close(begin, node.offset);
  }

  // Attributes and children; of an unknown type (0) as they come.
  void members(const xml::Node& node, TypeId type) {
    if (node.text_offset != xml::Node::kNone)
      report(Code::xml_text, node, node.text_offset, "a text between elements",
             "FHIR has values in attributes: <" + std::string(node.name) + " value=\"...\"/>");
    const auto is_primitive = type != 0 && definitions_.is_primitive(type);
    for (const auto& attribute : node.attributes)
      if (!is_of_xml(attribute.name) && !(is_primitive && attribute.name == "value"))
        take_attribute(node, type, attribute);
    const auto begin = found_.size();
    find_children(node, type);
    for (auto first = begin; first < found_.size();) {
      auto end = first + 1;
      while (end < found_.size() && found_[end].node->name == found_[first].node->name) ++end;
      if (time_.is_late()) break;
      run(first, end);
      first = end;
    }
    found_.resize(begin);
  }

  // One that is no attribute in FHIR is no element either.
  void take_attribute(const xml::Node& node, TypeId type, const xml::Attribute& attribute) {
    const auto value = string(attribute.value, attribute.value_offset);
    const auto* member = type == 0 ? nullptr : definitions_.member(type, attribute.name);
    if (member == nullptr)
      return add(arena_.copy("@" + std::string(attribute.name)), attribute.offset, value);
    if (definitions_.element_at(member->element).attribute)
      return add(attribute.name, attribute.offset, value);
    report(
        Code::fhir_wrong_shape, node, attribute.offset,
        "\"" + std::string(attribute.name) + "\" is an element here, no attribute; it is left out",
        "write <" + std::string(attribute.name) + " value=\"...\"/>");
  }

  // Attributes that FHIR passes over: xml:lang, xsi:schemaLocation under whatever prefix.
  static bool is_of_xml(std::string_view name) {
    return name.starts_with("xml:") || name.ends_with(":schemaLocation");
  }

  // Puts them on the stack, in the order of the definition, those of one name together.
  void find_children(const xml::Node& node, TypeId type) {
    const auto begin = found_.size();
    const definition::Member* before = nullptr;
    bool is_ordered = true;
    bool is_told = false;
    for (const auto* child = node.first; child != nullptr; child = child->next) {
      const auto* member = type == 0 ? nullptr : guesses_.find(type, before, child->name);
      if (!is_right(*child, member)) continue;
      if (member != nullptr) {
        if (before != nullptr && member->element < before->element && !is_told) {
          is_told = true;
          report(
              Code::xml_order, *child, child->offset,
              "<" + std::string(child->name) + "> stands behind <" +
                  std::string(definitions_.name(before->json_name)) + ">",
              "the order of elements is that of their definition; what it says counts all the same");
        }
        before = member;
      }
      found_.push_back({child, member});
      is_ordered = is_ordered && (found_.size() - begin < 2 ||
                                  !(found_.back().key() < found_[found_.size() - 2].key()));
    }
    if (is_ordered) return;
    std::stable_sort(found_.begin() + static_cast<std::ptrdiff_t>(begin), found_.end(),
                     [](const Child& a, const Child& b) { return a.key() < b.key(); });
  }

  bool is_narrative(const definition::Member* member) const {
    return member != nullptr && definitions_.type(member->type).name == xhtml_;
  }

  // Can be taken; a report otherwise. `member` is null where any name may stand.
  bool is_right(const xml::Node& node, const definition::Member* member) {
    if (member == nullptr && (node.name == "resourceType" || node.name.starts_with('_'))) {
      report(
          Code::fhir_unknown_element, node, node.offset,
          "<" + std::string(node.name) + "> is a name of FHIR's JSON; it is left out",
          "in XML, a resource's type is the name of its element, and ids and extensions stand in the element that they are of");
      return false;
    }
    if (member != nullptr && definitions_.element_at(member->element).attribute) {
      report(
          Code::fhir_wrong_shape, node, node.offset,
          "\"" + std::string(node.name) + "\" is an attribute, no element; it is left out",
          "write " + std::string(node.name) + "=\"...\" in the tag of the element that it is of");
      return false;
    }
    const auto wanted = is_narrative(member) ? kXhtmlSpace : kFhirSpace;
    if (node.space == wanted) return wanted != kXhtmlSpace || !node.markup.empty();
    report(Code::xml_namespace, node, node.offset,
           "<" + std::string(node.name) + "> is " + of_space(node) + "; it is left out",
           "write it in the namespace " + std::string(wanted));
    return false;
  }

  // A primitive that is no list, with a value that stays what it is and nothing else: what most
  // are.
  bool is_usual(const xml::Node& node, const definition::Member& member) const {
    const auto& type = definitions_.type(member.type);
    return type.kind == definition::TypeKind::primitive &&
           type.form == definition::JsonForm::string && node.first == nullptr &&
           node.attributes.size() == 1 && node.attributes[0].name == "value" &&
           node.text_offset == xml::Node::kNone &&
           !definitions_.element_at(member.element).is_list() && type.name != xhtml_;
  }

  // The children [first, end) of one name. The stack may move meanwhile.
  void run(std::size_t first, std::size_t end) {
    const auto* node = found_[first].node;
    const auto* member = found_[first].member;
    const auto type = member == nullptr ? 0 : member->type;
    if (end - first == 1 && type != 0 && is_usual(*node, *member))
      return add(node->name, node->offset, primitive(*node, type));
    const auto is_list =
        (member != nullptr && definitions_.element_at(member->element).is_list()) ||
        end - first > 1;
    if (type != 0 && definitions_.is_primitive(type))
      return primitives(first, end, *member, is_list);
    const auto begin = items_.size();
    for (auto i = first; i < end; ++i) {
      const auto& each = *found_[i].node;
      if (type != 0 && definitions_.type(type).kind == definition::TypeKind::resource) {
        for (const auto* inside = each.first; inside != nullptr; inside = inside->next)
          if (is_right(*inside, nullptr)) items_.push_back(resource(*inside));
        if (each.first == nullptr) items_.push_back(object(each, type));
      } else {
        items_.push_back(complex(each, type));
      }
    }
    if (items_.size() == begin) return;
    const auto is_one = !is_list && items_.size() - begin == 1;
    const auto value = is_one ? items_.back() : close_list(begin);
    items_.resize(begin);
    add(node->name, node->offset, value);
  }

  // As it is written: what should have children and has a value is a string.
  json::Value complex(const xml::Node& node, TypeId type) {
    const auto* value = node.find("value");
    const auto is_string = value != nullptr && node.first == nullptr &&
                           node.attributes.size() == 1 && !takes_attribute(type, "value");
    return is_string ? string(value->value, value->value_offset) : object(node, type);
  }
  bool takes_attribute(TypeId type, std::string_view name) const {
    const auto* member = type == 0 ? nullptr : definitions_.member(type, name);
    return member != nullptr && definitions_.element_at(member->element).attribute;
  }

  void primitives(std::size_t first, std::size_t end, const definition::Member& member,
                  bool is_list) {
    const auto* node = found_[first].node;
    const auto begin = items_.size();
    bool any_value = false;
    bool any_sibling = false;
    for (auto i = first; i < end; ++i) {
      items_.push_back(primitive(*found_[i].node, member.type));
      any_value = any_value || items_.back().kind != json::Kind::null;
    }
    const auto values = end - first;
    for (auto i = first; i < end; ++i) {
      items_.push_back(items_[begin + i - first].is_object()
                           ? null_at(*found_[i].node)
                           : sibling(*found_[i].node, member.type, items_[begin + i - first]));
      any_sibling = any_sibling || items_.back().kind != json::Kind::null;
    }
    const auto siblings = is_list ? close_list(begin + values) : items_.back();
    items_.resize(begin + values);
    const auto all = is_list ? close_list(begin) : items_.back();
    items_.resize(begin);
    if (any_value) add(node->name, node->offset, all);
    if (any_sibling) {
      const auto key = definitions_.json_sibling_key(member.json_name);
      add(key.substr(1, key.size() - 3), node->offset, siblings);
    }
  }

  static json::Value null_at(const xml::Node& node) {
    json::Value value;
    value.offset = node.offset;
    return value;
  }

  json::Value primitive(const xml::Node& node, TypeId type) {
    if (definitions_.type(type).name == xhtml_) return string(node.markup, node.offset);
    const auto* attribute = node.find("value");
    if (attribute == nullptr)
      return has_only_extensions(node, type) ? null_at(node) : object(node, 0);
    auto value = string(attribute->value, attribute->value_offset);
    const auto text = attribute->value;
    const auto form = definitions_.type(type).form;
    if (form == definition::JsonForm::number && is_number(text)) return number(node, value);
    if (form == definition::JsonForm::boolean && (text == "true" || text == "false")) {
      value.kind = json::Kind::boolean;
      value.truth = text == "true";
      value.size = 0;
    }
    return value;
  }

  // Null after a report.
  json::Value number(const xml::Node& node, json::Value value) {
    const auto size = value.size;
    const auto refuse = [&](std::string message, std::string advice) {
      sink_.report(Code::json_number_length, std::move(message),
                   {&source_, value.offset, value.offset + size + 2}, path_of(node),
                   std::move(advice));
      return null_at(node);
    };
    if (size > limits_.number_chars_max)
      return refuse("a number of " + std::to_string(size) + " characters; the limit is " +
                        std::to_string(limits_.number_chars_max),
                    "round it to what was measured; " + limit_advice("digits"));
    if (is_too_big({value.chars, size}))
      return refuse("the number is too big", "round it to what was measured");
    value.kind = json::Kind::number;
    return value;
  }

  bool has_only_extensions(const xml::Node& node, TypeId type) const {
    for (const auto* child = node.first; child != nullptr; child = child->next)
      if (definitions_.member(type, child->name) == nullptr) return false;
    return true;
  }

  // Id and extensions of a primitive; null where it has none and has a value.
  json::Value sibling(const xml::Node& node, TypeId type, const json::Value& value) {
    const auto is_alone = value.kind == json::Kind::null;
    const auto is_plain = node.first == nullptr && node.text_offset == xml::Node::kNone &&
                          node.attributes.size() == (is_alone ? 0 : 1);
    if (definitions_.type(type).name == xhtml_ || (is_plain && !is_alone)) return null_at(node);
    const auto begin = open_.size();
    members(node, type);
    if (open_.size() == begin && !is_alone) return null_at(node);
    return close(begin, node.offset);
  }

  const definition::Definitions& definitions_;
  const Source& source_;
  const ReadOptions& options_;
  const Limits& limits_;
  Arena& arena_;
  diag::Sink& sink_;
  MemberGuesses guesses_;
  const definition::Symbol xhtml_;
  TimeCheck time_;
  std::vector<json::Member> open_;
  std::vector<json::Value> items_;
  std::vector<Child> found_;
};

}  // namespace

const json::Value* read_xml_tree(const definition::Definitions& definitions, const Source& source,
                                 const ReadOptions& options, const Limits& limits, Arena& arena,
                                 diag::Sink& sink, const Budget* budget) {
  const auto* node = xml::read(source, {kXhtmlSpace}, arena, limits, sink, budget);
  if (node == nullptr) return nullptr;
  TreeMaker maker(definitions, source, options, limits, arena, sink, budget);
  const auto* made = maker.root(*node);
  if (!maker.was_late()) return made;
  json::report_late(source, *budget, sink);
  return nullptr;
}

element::Element* read_xml(const definition::Definitions& definitions, const Source& source,
                           const ReadOptions& options, const Limits& limits, Arena& arena,
                           diag::Sink& sink, const Budget* budget) {
  const auto* tree = read_xml_tree(definitions, source, options, limits, arena, sink, budget);
  return tree == nullptr ? nullptr
                         : read_json(definitions, *tree, source, options, arena, sink, budget);
}

bool is_xml(const Source& source) { return xml::looks_like_xml(source.text); }

element::Element* read(const definition::Definitions& definitions, const Source& source,
                       const ReadOptions& options, const Limits& limits, Arena& arena,
                       diag::Sink& sink, const Budget* budget) {
  return is_xml(source) ? read_xml(definitions, source, options, limits, arena, sink, budget)
                        : read_json(definitions, source, options, limits, arena, sink, budget);
}

}  // namespace paraneo::format

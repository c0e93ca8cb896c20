// What types there are and what elements they have: an index of StructureDefinitions (FHIR R4
// 5.3), flat enough to be copied out of the binary in one piece. Names are interned: a Symbol is a
// small number, and two names are equal when their symbols are.
//
// Releases of FHIR stand side by side: a definition says by its fhirVersion which one it belongs
// to, and a name inside of it means the type of that release. From outside,
// http://hl7.org/fhir/5.0/... and URL|5.0.0 say it ("Canonical URLs of a specific version", FHIR
// R5 2.1.28); without it R4 is meant, unless prefer_release() says otherwise.
//
// Thread-safety: building (add, intern) is single-threaded; a finished Definitions is immutable
// and may be shared.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "diag/diagnostic.h"
#include "json/value.h"

namespace paraneo::definition {

using Symbol = std::uint32_t;  // 0: no name
using TypeId = std::uint32_t;  // 0: no type
inline constexpr std::uint32_t kUnbounded = std::numeric_limits<std::uint32_t>::max();

// What a StructureDefinition defines; backbone: an element with elements of its own.
enum class TypeKind : std::uint8_t { primitive, complex, backbone, resource, logical };
// Which of the written forms of FHIR R4 2.24.0.1 a primitive has.
enum class PrimitiveForm : std::uint8_t {
  text,
  boolean,
  decimal,
  integer,
  unsigned_int,
  positive_int,
  date,
  date_time,
  instant,
  time,
  id,
  code,
  oid,
  uuid,
  base64,
  uri,
};
// How a primitive is written in JSON (FHIR R4 2.6.2.2).
enum class JsonForm : std::uint8_t { string, number, boolean };
// How much a value set binds (FHIR R4 binding-strength), the least first.
enum class BindingStrength : std::uint8_t { none, example, preferred, extensible, required };

// One type that an element may have.
struct TypeRef {
  TypeId type = 0;
  Symbol json_name = 0;       // "valueQuantity" for a choice, else the element's own name
  std::uint32_t profile = 0;  // text id of the one profile of the type that the value must be of; 0
                              // for none
};

// One element of one type. Inherited elements are repeated in each type that has them.
struct ElementDef {
  Symbol name = 0;  // without [x]
  std::uint32_t min = 0;
  std::uint32_t max = 1;       // kUnbounded for *
  std::uint32_t base_max = 1;  // of the definition that introduced it: decides whether JSON has a
                               // list
  std::uint32_t first_type = 0;
  std::uint32_t type_count = 0;
  std::uint32_t binding = 0;  // text id of the value set's canonical URL, 0 for none
  std::uint32_t first_constraint = 0;
  std::uint32_t constraint_count = 0;
  std::uint32_t first_target = 0;
  std::uint32_t target_count = 0;  // of a Reference or a canonical; 0: it may refer to anything
  BindingStrength strength = BindingStrength::none;
  bool choice = false;
  bool attribute = false;     // in XML (representation xmlAttr): ids of elements, Extension.url
  std::uint8_t reserved = 0;  // no byte of a table is indeterminate: serialize()

  bool is_list() const { return base_max > 1; }
};

// An invariant (ElementDefinition.constraint).
struct ConstraintDef {
  std::uint32_t key = 0;  // text ids
  std::uint32_t human = 0;
  std::uint32_t expression = 0;
  bool error = true;  // severity; false is a warning
  std::uint8_t reserved[3] = {};
};

// A type, backbone elements included. Counts and firsts are ranges of the index's lists.
struct TypeDef {
  Symbol name = 0;  // "Observation", "Observation.component", "string"
  TypeId base = 0;
  std::uint32_t url = 0;  // text id; 0 for backbones
  std::uint32_t first_element = 0;
  std::uint32_t element_count = 0;
  std::uint32_t first_member = 0;
  std::uint32_t member_count = 0;
  std::uint32_t first_constraint = 0;  // of the root element
  std::uint32_t constraint_count = 0;
  std::uint32_t pattern = 0;  // text id of a primitive's regular expression
  TypeKind kind = TypeKind::complex;
  JsonForm form = JsonForm::string;
  PrimitiveForm primitive = PrimitiveForm::text;
  bool abstract = false;
  std::uint8_t release = 0;  // of FHIR: 0 is R4
  std::uint8_t reserved[3] = {};
};

// What a JSON member name means inside a type.
struct Member {
  Symbol json_name = 0;
  std::uint32_t element = 0;  // index into all elements
  TypeId type = 0;            // of the value; 0 where the value is any resource
};

// How an element is written in JSON, as far as its definition says it alone.
struct JsonShape {
  enum class Value : std::uint8_t {
    object,
    resource,
    text,
    bare,
    open
  };  // bare: without quotes; open: the element's type says it
  std::uint32_t key = 0;  // for Definitions::json_key()
  std::uint32_t key_chars = 0;
  Value value = Value::open;
  bool is_list = false;
};

// The index of types, elements and names. Immutable while it is shared by threads.
class Definitions {
 public:
  Definitions();

  // The index that is built into the binary: FHIR R4 and the case record. Cheap to copy from.
  static const Definitions& builtin();

  // The same for the same name, for ever; of an index under construction.
  Symbol intern(std::string_view name);
  Symbol find_symbol(std::string_view name) const;  // 0 when nothing has that name
  std::string_view name(Symbol symbol) const { return text(symbols_[symbol]); }
  std::string_view text(std::uint32_t text_id) const {
    const auto& at = texts_[text_id];
    return {pool_.data() + at.begin, at.size};
  }
  // The symbol as a JSON member's name, as it is written: "name": in quotes, with the colon.
  // kSlack bytes behind it may be read.
  static constexpr std::size_t kSlack = 32;
  std::string_view json_key(Symbol symbol) const {
    return {keys_.data() + key_of_[symbol].begin, key_of_[symbol].size};
  }
  // By the index of an element.
  std::span<const JsonShape> json_shapes() const { return shapes_; }
  std::string_view json_key(const JsonShape& shape) const {
    return {keys_.data() + shape.key, shape.key_chars};
  }
  // Of the element with a value of that type, which is one of its own: "valueQuantity" for a
  // choice.
  Symbol json_name(const ElementDef& element, TypeId type) const {
    if (element.choice)
      for (const auto& ref : types(element))
        if (ref.type == type) return ref.json_name;
    return element.name;
  }
  // As values of the type are written.
  static JsonShape::Value json_value(const TypeDef& type) {
    if (type.kind == TypeKind::resource) return JsonShape::Value::resource;
    if (type.kind != TypeKind::primitive) return JsonShape::Value::object;
    return type.form == JsonForm::string ? JsonShape::Value::text : JsonShape::Value::bare;
  }
  // The same for the sibling that has a primitive's extensions: "_name":
  std::string_view json_sibling_key(Symbol symbol) const;

  // By name ("Patient"), by canonical URL, by backbone path ("Observation.component").
  TypeId find_type(std::string_view name_or_url) const;
  // The same, in the release of `other` where that has it.
  TypeId find_type(std::string_view name_or_url, TypeId other) const;
  // Those of all releases.
  std::vector<TypeId> find_types(std::string_view name) const;
  const TypeDef& type(TypeId id) const { return types_[id]; }
  std::string_view type_name(TypeId id) const { return name(types_[id].name); }
  std::vector<std::string_view> type_names() const;         // of all of them
  std::size_t type_count() const { return types_.size(); }  // ids run from 1 to this, exclusive
  bool is_a(TypeId type, TypeId ancestor) const {
    // Bases were checked for cycles when they were linked.
    for (; type != 0; type = types_[type].base)
      if (type == ancestor) return true;
    return false;
  }
  bool has_several_releases() const { return releases_.size() > 1; }
  // One type, or that of another release.
  bool is_named_alike(TypeId a, TypeId b) const {
    return a == b || types_[a].name == types_[b].name;
  }
  // is_a() for an ancestor that is known by its name: of whatever release.
  bool is_a_named(TypeId type, TypeId ancestor) const {
    return is_a(type, ancestor) ||
           (releases_.size() > 1 && is_a(type, find_type(type_name(ancestor), type)));
  }

  std::span<const ElementDef> elements(TypeId type) const {
    return {elements_.data() + types_[type].first_element, types_[type].element_count};
  }
  const ElementDef* element(TypeId type, Symbol name) const;  // null when it has none
  const ElementDef& element_at(std::uint32_t index) const { return elements_[index]; }
  std::uint32_t index_of(const ElementDef& e) const {
    return static_cast<std::uint32_t>(&e - elements_.data());
  }
  std::span<const TypeRef> types(const ElementDef& element) const {
    return {type_refs_.data() + element.first_type, element.type_count};
  }
  // The names of the types that a Reference or a canonical may lead to; none: any.
  std::span<const Symbol> targets(const ElementDef& element) const {
    return {targets_.data() + element.first_target, element.target_count};
  }
  // By its name in JSON; null when the type has none.
  const Member* member(TypeId type, std::string_view json_name) const;
  std::span<const Member> members(TypeId type) const;
  std::span<const ConstraintDef> constraints(const ElementDef& element) const;
  std::span<const ConstraintDef> constraints(const TypeDef& type) const;

  bool is_primitive(TypeId id) const { return types_[id].kind == TypeKind::primitive; }
  bool is_resource(TypeId id) const { return types_[id].kind == TypeKind::resource; }
  // Can stand alone, with its type in "resourceType": a resource, or the root of a logical model.
  bool is_root(TypeId id) const { return is_resource(id) || types_[id].kind == TypeKind::logical; }

  // Whether its value is a concept of a logical model of which the definition says what may stand
  // there.
  bool is_place_of_codes(const ElementDef& element) const {
    return element.strength == BindingStrength::extensible && element.binding != 0 &&
           element.type_count > 0 && types_[types(element)[0].type].kind == TypeKind::logical;
  }

  // Adds the type that a StructureDefinition defines (kind primitive-type, complex-type, resource,
  // logical; derivation specialization or none), by its snapshot; a logical model without one by
  // its differential, then its base must be there already. Types that it refers to
  // may be added later: call link() once after the last one. Returns 0, with a diagnostic, when it
  // cannot be used; profiles (derivation constraint) are silently not types: also 0.
  TypeId add(const json::Value& structure_definition, diag::Sink& sink);
  // Whether one of this URL and release was added.
  bool knows(const json::Value& structure_definition) const;
  // What a name without a release means from now on: "5.0" or "5.0.0".
  void prefer_release(std::string_view version) { preferred_ = release_of(version); }
  // Resolves references between the types added since the last call.
  void link(diag::Sink& sink);

  // The flat form.
  std::string serialize() const;
  static Definitions deserialize(std::string_view bytes);

 private:
  friend class DefinitionLoader;
  struct Text {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
  };
  // A reference to a type that may be added later.
  struct Pending {
    bool is_base = false;  // of types_[index]; otherwise of type_refs_[index]
    std::uint32_t index = 0;
    std::uint32_t target = 0;  // text id of the name or URL
    std::uint32_t place = 0;   // text id: who refers to it
    std::uint8_t release = 0;  // of that
  };

  std::uint32_t add_text(std::string_view text);
  // The release of a FHIR version; a new one if need be, none when there are too many.
  std::uint8_t release_of(std::string_view version);
  std::optional<std::uint8_t> known_release(std::string_view version) const;
  TypeId find_in(std::uint8_t release, std::string_view name_or_url) const;
  void name_type(std::string_view name_or_url, TypeId type);
  void index_names();
  void index_elements();
  JsonShape shape_of(const ElementDef& element) const;
  void make_members(TypeId type);

  std::string pool_;
  std::vector<Text> texts_;
  std::vector<std::uint32_t> symbols_;  // symbol -> text id
  std::vector<TypeDef> types_;
  std::vector<ElementDef> elements_;
  std::vector<TypeRef> type_refs_;
  std::vector<Member> members_;
  std::vector<ConstraintDef> constraints_;
  std::vector<Symbol> targets_;
  std::vector<Pending> pending_;
  TypeId first_unlinked_ = 1;
  std::vector<std::string> releases_ = {"4.0"};
  std::uint8_t preferred_ = 0;

  // Built from the above.
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view t) const { return std::hash<std::string_view>{}(t); }
  };
  std::unordered_map<std::string, Symbol, Hash, std::equal_to<>> symbol_of_;
  std::unordered_map<std::string, TypeId, Hash, std::equal_to<>> type_of_;  // "Patient";
                                                                            // "5.0|Patient"
  std::unordered_map<std::string, TypeId, Hash, std::equal_to<>> path_of_;  // "URL#path", until
                                                                            // link()
  std::string keys_;                        // "name": of each symbol, one after the other
  std::vector<Text> key_of_;                // by symbol
  std::vector<JsonShape> shapes_;           // by element
  std::vector<std::uint32_t> slots_ = {0};  // open addressing: 1 + index into members_, by type and
                                            // name
};

}  // namespace paraneo::definition

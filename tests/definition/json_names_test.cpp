#include "definition/json_names.h"

#include <gtest/gtest.h>

#include "definition/flat_tables.h"
#include "definition/unlinked_types.h"

namespace paraneo::definition {
namespace {

// A type "T" with the elements "code" (a list of strings) and "value[x]" (a string or a T).
struct Made {
  TypeTables tables;
  TypeNames names;
  diag::Sink sink;

  Made() {
    UnlinkedTypes unlinked;
    const auto add_type = [&](const char* name, TypeKind kind) {
      TypeDef type;
      type.name = tables.names.intern(name);
      type.kind = kind;
      tables.types.push_back(type);
      const auto id = static_cast<TypeId>(tables.types.size() - 1);
      names.add(name, id, 0);
      return id;
    };
    add_type("string", TypeKind::primitive);
    const auto t = add_type("T", TypeKind::complex);
    const auto add = [&](const char* name, bool choice, std::uint32_t max,
                         std::initializer_list<std::pair<const char*, const char*>> types) {
      ElementDef element;
      element.name = tables.names.intern(name);
      element.choice = choice;
      element.base_max = element.max = max;
      element.first_type = static_cast<std::uint32_t>(tables.type_refs.size());
      element.type_count = static_cast<std::uint32_t>(types.size());
      for (const auto& [json_name, type] : types) {
        tables.type_refs.push_back({0, tables.names.intern(json_name), 0});
        unlinked.type_of(static_cast<std::uint32_t>(tables.type_refs.size() - 1), {type, "T", 0});
      }
      tables.elements.push_back(element);
    };
    add("code", false, kUnbounded, {{"code", "string"}});
    add("value", true, 1, {{"valueString", "string"}, {"valueT", "T"}, {"valueX", "X"}});
    tables.types[t].element_count = 2;
    unlinked.base_of(t, {"T", "T", 0});
    unlinked.link(tables, names, sink);
  }
};

TEST(UnlinkedTypes, LeadsReferencesToTypesAndReportsTheOthers) {
  const Made made;
  EXPECT_EQ(made.tables.type_refs[1].type, 1U);
  EXPECT_EQ(made.tables.type_refs[2].type, 2U);
  EXPECT_EQ(made.tables.type_refs[3].type, 0U);
  EXPECT_EQ(made.tables.types[2].base, 0U) << "no type is its own base";
  ASSERT_EQ(made.sink.all().size(), 2U);
  EXPECT_NE(made.sink.all()[0].message.find("\"X\" is not defined"), std::string::npos);
  EXPECT_NE(made.sink.all()[1].message.find("its own base"), std::string::npos);
}

TEST(JsonNames, FindsMembersKeysAndShapes) {
  const Made made;
  JsonNames json;
  json.make(made.tables);
  EXPECT_EQ(json.member(made.tables, 2, "valueString")->type, 1U);
  EXPECT_EQ(json.member(made.tables, 2, "code")->element, 0U);
  EXPECT_EQ(json.member(made.tables, 2, "value"), nullptr);
  EXPECT_EQ(json.member(made.tables, 1, "code"), nullptr);
  const auto code = made.tables.names.find("code");
  EXPECT_EQ(json.key(code), "\"code\":");
  EXPECT_EQ(json.sibling_key(code), "\"_code\":");
  EXPECT_EQ(json.key(json.shapes()[0]), "\"code\":");
  EXPECT_TRUE(json.shapes()[0].is_list);
  EXPECT_EQ(json.shapes()[0].value, JsonShape::Value::text);
  EXPECT_EQ(json.shapes()[1].value, JsonShape::Value::open);
}

TEST(FlatTables, ComeBack) {
  const Made made;
  const auto bytes = flat(made.tables);
  EXPECT_EQ(flat(tables_of(bytes)), bytes);
  EXPECT_THROW(tables_of(std::string_view(bytes).substr(0, bytes.size() - 1)), std::logic_error);
  EXPECT_THROW(tables_of("another build's"), std::logic_error);
}

}  // namespace
}  // namespace paraneo::definition
